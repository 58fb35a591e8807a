// The client: what a plugin does with Amends, each in one call.

import createClient, { type Client } from "openapi-fetch";

import type { components, operations, paths } from "./contract.js";
import { DraftCancelled, NotFinished, UnexpectedAnswer } from "./errors.js";
import { RETRIES, secondsOf, type Retries } from "./retries.js";
import { patient, sleep, type Fetch } from "./sending.js";

export type Schemas = components["schemas"];
export type Case = Schemas["Case"];
export type CheckInput = Schemas["CheckInput"];
export type CheckResult = Schemas["CheckResult"];
export type Feedback = Schemas["Feedback"];
export type Link = Schemas["Link"];
export type ListedDraft = Schemas["ListedDraft"];
export type Options = Schemas["Options"];
export type Result = Schemas["Result"];
export type StoredFeedback = Schemas["StoredFeedback"];
export type Ticket = Schemas["Ticket"];
export type Filters = Omit<NonNullable<operations["list_drafts"]["parameters"]["query"]>, "before">;

/** Where the service is, and how it is reached. */
export interface Settings {
  /** The service's URL, such as `https://amends.example.com`. */
  url: string;
  /** An access key, which a service that only its own machine reaches may not need. */
  key?: string | undefined;
  /** Where agents' browsers reach the service, if that is elsewhere. */
  deskUrl?: string | undefined;
  /** Seconds that one try may take; by default 90, longer than the minute that a draft may take. */
  timeoutSeconds?: number;
  /** How often, and for how long in all, a request is sent. */
  retries?: Partial<Retries>;
  /** Another fetch. */
  fetch?: Fetch;
}

/** What a call may be given beside its subject. */
export interface Call {
  /** Ends the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** A call that changes something. */
export interface Change extends Call {
  /**
   * By default each call has one of its own, which is enough for retries. Give yours, such as a ticket's id and
   * version, where your program may be started again and make the same call anew: the answer is then the same.
   */
  idempotencyKey?: string;
}

const PAGE = 200;
const WAIT_SECONDS = 330; // longer than the five minutes for which the service tries
const ASK_AGAIN_SECONDS = 2; // where the service does not say it

/** A service of Amends. Every method rejects with an AmendsError (errors.ts) where it fails. */
export class Amends {
  /** Every operation of the contract, with the same retries and errors. */
  readonly client: Client<paths>;
  readonly #desk: string;

  constructor(settings: Settings) {
    const { url, key, deskUrl, timeoutSeconds = 90, retries, fetch = ours } = settings;
    this.#desk = address(deskUrl ?? url);
    this.client = createClient<paths>({
      baseUrl: address(url),
      fetch: patient(fetch, { ...RETRIES, ...retries }, timeoutSeconds),
      headers: bearer(key),
      redirect: "manual", // a case and a key go to no other address
    });
  }

  /** Draft a reply, and wait for it on this connection: a minute at most, as the service comes. */
  async draft(body: Case, call: Change = {}): Promise<Result> {
    return result(await expected(this.client.POST("/v1/drafts", { body, ...changing(call) })));
  }

  /** Have a reply drafted later; from then on it is sure to be made. */
  async submit(body: Case, call: Change = {}): Promise<Ticket> {
    const later = changing(call, { Prefer: "respond-async" });
    return ticket(await expected(this.client.POST("/v1/drafts", { body, ...later })));
  }

  /**
   * What a submitted case became, asked for until it is there; `failed` has a `problem` and no draft. Rejects with
   * DraftCancelled where there will be none, and with NotFinished after so many seconds.
   */
  async wait(draftId: string, call: Call & { seconds?: number } = {}): Promise<Result> {
    const { seconds = WAIT_SECONDS, ...rest } = call;
    const end = performance.now() / 1000 + seconds;
    for (;;) {
      const asked = await broken(this.client.GET("/v1/drafts/{draft_id}", { params: path(draftId), ...rest }));
      if (isResult(asked.data)) return asked.data;
      if (ticket(asked.data).status === "cancelled") throw new DraftCancelled(draftId);
      const left = end - performance.now() / 1000;
      if (left <= 0) throw new NotFinished(draftId, seconds);
      const pause = secondsOf(asked.response.headers.get("Retry-After")) ?? ASK_AGAIN_SECONDS;
      await sleep(Math.min(pause, left), rest.signal);
    }
  }

  /** A draft as it is; a ticket where it is not made yet, or was cancelled. */
  async read(draftId: string, call: Call = {}): Promise<Result | Ticket> {
    const found = await expected(this.client.GET("/v1/drafts/{draft_id}", { params: path(draftId), ...call }));
    return isResult(found) ? found : ticket(found);
  }

  /** The case that a draft was made from. */
  async case(draftId: string, call: Call = {}): Promise<Case> {
    return expected(this.client.GET("/v1/drafts/{draft_id}/case", { params: path(draftId), ...call }));
  }

  /** Draft another reply to the case of a draft, with these options in place of its own. */
  async again(draftId: string, body: Options, call: Change = {}): Promise<Result> {
    const asked = this.client.POST("/v1/drafts/{draft_id}/again", { body, params: path(draftId), ...changing(call) });
    return result(await expected(asked));
  }

  /** Give up a draft that is not made yet. */
  async cancel(draftId: string, call: Call = {}): Promise<Ticket> {
    return expected(this.client.POST("/v1/drafts/{draft_id}/cancel", { params: path(draftId), ...call }));
  }

  /** Every draft that is so, the newest first; `feedback: "none"` are those that wait for an agent. */
  async *drafts(filters: Filters = {}, call: Call = {}): AsyncGenerator<ListedDraft, void> {
    let before: string | null | undefined;
    do {
      const query = { limit: PAGE, ...filters, ...(before ? { before } : {}) };
      const page = await expected(this.client.GET("/v1/drafts", { params: { query }, ...call }));
      yield* page.drafts;
      before = page.next;
    } while (before);
  }

  /** Say what an agent did with a draft. */
  async feedback(draftId: string, body: Feedback, call: Change = {}): Promise<StoredFeedback> {
    const sent = { body, params: path(draftId), ...changing(call) };
    return expected(this.client.POST("/v1/drafts/{draft_id}/feedback", sent));
  }

  /** A link to a draft at the desk, with a whole URL, for an agent's browser or a frame, for 60 to 86,400 seconds. */
  async link(draftId: string, call: Call & { seconds?: number } = {}): Promise<Link> {
    const { seconds = 900, ...rest } = call;
    const sent = { body: { expires_in_s: seconds }, params: path(draftId), ...rest };
    const made = await expected(this.client.POST("/v1/drafts/{draft_id}/links", sent));
    return { ...made, url: this.#desk + made.url };
  }

  /** Check a text; nothing of it is stored. */
  async check(body: CheckInput, call: Change = {}): Promise<CheckResult> {
    return expected(this.client.POST("/v1/checks", { body, ...changing(call) }));
  }
}

async function ours(request: Request): Promise<Response> {
  return globalThis.fetch(request);
}

function address(url: string): string {
  const parts = URL.canParse(url) ? new URL(url) : undefined;
  // No fetch takes them, and its error would say them.
  if (parts?.username || parts?.password) throw new TypeError("The URL of Amends must have no user name and no password in it.");
  if (!parts || !/^https?:$/.test(parts.protocol) || parts.search || parts.hash) {
    throw new TypeError(`The URL of Amends must be like https://amends.example.com, and not ${JSON.stringify(url)}.`);
  }
  return url.replace(/\/+$/, "");
}

function bearer(key = ""): Record<string, string> {
  const secret = key.trim(); // one that was read from a file ends in a new line
  if (!/^[!-~]*$/.test(secret)) throw new TypeError("The access key holds characters that no access key has.");
  return secret ? { Authorization: `Bearer ${secret}` } : {};
}

function path(draft_id: string) {
  return { path: { draft_id } };
}

function changing({ idempotencyKey, ...rest }: Change, more: Record<string, string> = {}) {
  return { headers: idempotencyKey === undefined ? more : { ...more, "Idempotency-Key": idempotencyKey }, ...rest };
}

/** An answer, whose body may be none of JSON. */
async function broken<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof SyntaxError ? new UnexpectedAnswer(error) : error;
  }
}

async function expected<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await broken(call);
  if (typeof data !== "object" || data === null || Array.isArray(data)) throw new UnexpectedAnswer();
  return data;
}

function isResult(found: unknown): found is Result {
  return typeof found === "object" && found !== null && "verdicts" in found && Array.isArray(found.verdicts);
}

function result(found: unknown): Result {
  if (!isResult(found)) throw new UnexpectedAnswer();
  return found;
}

function ticket(found: unknown): Ticket {
  if (typeof found !== "object" || found === null || !("id" in found && "status" in found)) throw new UnexpectedAnswer();
  return found as Ticket;
}
