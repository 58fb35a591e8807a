// Every error that the client raises, each with a message for a person.

import type { components } from "./contract.js";

export type Problem = components["schemas"]["Problem"];
export type FieldFault = components["schemas"]["FieldFault"];

/** Base of all. */
export class AmendsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An error that was answered; the other kinds of it below are by status. */
export class ProblemAnswered extends AmendsError {
  constructor(
    /** The answer as RFC 9457 has it; `about:blank` where it was not Amends that answered. */
    readonly problem: Problem,
    /** When to come again, in seconds, where the answer said it. */
    readonly retryAfter: number | undefined,
    /** How often the request was sent. */
    readonly tried: number,
  ) {
    const request = problem.request_id ? `, request ${problem.request_id}` : "";
    const times = tried > 1 ? `, sent ${tried} times` : "";
    super(`${problem.title}: ${problem.detail} (${problem.status}${request}${times})`);
  }

  get status(): number {
    return this.problem.status;
  }

  /** The stable name of the problem, such as `urn:amends:problem:draft-finished`. */
  get type(): string {
    return this.problem.type;
  }

  get title(): string {
    return this.problem.title;
  }

  /** What is wrong and what to do, in words. */
  get detail(): string {
    return this.problem.detail;
  }

  /** Each field at fault, with what is wrong with it. */
  get errors(): FieldFault[] {
    return this.problem.errors ?? [];
  }

  /** The id under which the service's log has the request. */
  get requestId(): string | undefined {
    return this.problem.request_id ?? undefined;
  }

  /** The id of the draft that failed, where it has one. */
  get draftId(): string | undefined {
    return this.problem.id ?? undefined;
  }
}

/** 400, 413, 422: what was sent is at fault. */
export class Invalid extends ProblemAnswered {}

/** 401, 403: the access key is missing, wrong, or for other things. */
export class AccessRefused extends ProblemAnswered {}

/** 404, 410: it is not there, or was deleted. */
export class NotFound extends ProblemAnswered {}

/** 409: the draft is finished, or the idempotency key was in use for too long. */
export class Conflict extends ProblemAnswered {}

/** 429: over a limit. */
export class TooManyRequests extends ProblemAnswered {}

/** 5xx: the model, the database or Amends itself failed. */
export class Unavailable extends ProblemAnswered {}

/** There was no connection, or it broke, or took too long, at every try; `cause` is the last fault. */
export class NoAnswer extends AmendsError {
  constructor(
    readonly tried: number,
    origin: string,
    cause: unknown,
  ) {
    super(`No answer from ${origin}, sent ${tried} time${tried > 1 ? "s" : ""}: ${reason(cause)}`, { cause });
  }
}

/** What came is not as the contract says: another service's address, or another version of Amends. */
export class UnexpectedAnswer extends AmendsError {
  constructor(cause?: unknown) {
    super("What came is not of this contract: is it the address of Amends, and of the client's version?", { cause });
  }
}

/** The time to wait was over; the draft is still being made. */
export class NotFinished extends AmendsError {
  constructor(
    readonly draftId: string,
    seconds: number,
  ) {
    super(`Draft ${draftId} was not made within ${seconds} s; it still will be: ask for it later.`);
  }
}

/** There will be no draft: somebody cancelled it. */
export class DraftCancelled extends AmendsError {
  constructor(readonly draftId: string) {
    super(`Draft ${draftId} was cancelled.`);
  }
}

/** An event that Amends did not sign, or more than five minutes ago. */
export class NotOurs extends AmendsError {}

type Kind = new (problem: Problem, retryAfter: number | undefined, tried: number) => ProblemAnswered;

const KINDS: Record<number, Kind> = {
  400: Invalid,
  401: AccessRefused,
  403: AccessRefused,
  404: NotFound,
  409: Conflict,
  410: NotFound,
  413: Invalid,
  422: Invalid,
  429: TooManyRequests,
};

/** The error for a status. */
export function kindOf(status: number): Kind {
  return KINDS[status] ?? (status >= 500 ? Unavailable : ProblemAnswered);
}

/** What broke a connection; fetch hides it one below. */
function reason(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  return fault.cause instanceof Error && fault.cause.message ? fault.cause.message : fault.message;
}
