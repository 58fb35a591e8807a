// Decides whether a request is sent again, and after how long.

import type { Problem } from "./errors.js";

/** How patient a client is; what ends first, tries or deadline, ends a call. */
export interface Retries {
  /** How often a request is sent at most; 1: never again. */
  tries: number;
  /** Seconds for all tries and pauses together. */
  deadlineSeconds: number;
  /** Pauses double from this, in seconds, and each is cut by chance to between half and all of it, */
  firstPauseSeconds: number;
  /** up to this. */
  longestPauseSeconds: number;
}

export const RETRIES: Retries = { tries: 4, deadlineSeconds: 180, firstPauseSeconds: 0.5, longestPauseSeconds: 8 };

/** What came of a try: an answer that is an error, or a fault of the connection. */
export type Outcome = { status: number; problem: Problem; retryAfter: number | undefined } | { fault: unknown };

const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
// Amends asked its models again itself, within its own deadline, or has to be set up first: asking at once would make
// another draft that fails, and cost what that costs.
const LASTING = new Set(["model-failed", "deadline-passed", "configuration"].map((name) => "urn:amends:problem:" + name));
const CERTIFICATES = /^(CERT_|ERR_TLS_CERT|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(GET_ISSUER|VERIFY))/;

/** The tries of one call. */
export class Course {
  tried = 0;
  readonly #retries: Retries;
  readonly #clock: () => number;
  readonly #chance: () => number;
  readonly #end: number;

  /** `clock` gives seconds, `chance` a number from 0 to 1. */
  constructor(retries: Retries, clock = () => performance.now() / 1000, chance = Math.random) {
    this.#retries = retries;
    this.#clock = clock;
    this.#chance = chance;
    this.#end = clock() + retries.deadlineSeconds;
  }

  /** Seconds that the next try may take. */
  limit(seconds: number): number {
    return Math.max(0.001, Math.min(seconds, this.#end - this.#clock()));
  }

  /** Seconds until the next try; undefined where this was the last one. */
  pause(outcome: Outcome): number | undefined {
    this.tried += 1;
    if (this.tried >= this.#retries.tries || !mayPass(outcome)) return undefined;
    const { firstPauseSeconds, longestPauseSeconds } = this.#retries;
    const longest = Math.min(firstPauseSeconds * 2 ** (this.tried - 1), longestPauseSeconds);
    // Behind what was asked for, so that those who were sent away together do not come back together.
    const asked = "fault" in outcome ? 0 : (outcome.retryAfter ?? 0);
    const pause = asked + longest * (0.5 + this.#chance() / 2);
    return this.#clock() + pause < this.#end ? pause : undefined;
  }
}

/**
 * Whether the same request may succeed later. It never does its work twice: whatever changes something bears an
 * idempotency key or, to delete, needs none.
 */
export function mayPass(outcome: Outcome): boolean {
  if ("fault" in outcome) return !CERTIFICATES.test(codeOf(outcome.fault));
  if (outcome.status === 409) return outcome.retryAfter !== undefined; // the first request with the key is worked on
  return PASSING.has(outcome.status) && !LASTING.has(outcome.problem.type);
}

function codeOf(fault: unknown): string {
  const cause = fault instanceof Error ? fault.cause : undefined;
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
}

/** The seconds until what the header Retry-After says; undefined where it says nothing that HTTP knows. */
export function secondsOf(text: string | null): number | undefined {
  const said = text?.trim() ?? "";
  if (/^\d+$/.test(said)) return Number(said);
  const moment = /^[A-Z][a-z]{2}, .* GMT$/.test(said) ? Date.parse(said) : NaN;
  return Number.isNaN(moment) ? undefined : Math.max(0, (moment - Date.now()) / 1000);
}
