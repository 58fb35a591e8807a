// A fetch that sends a request again where that may help, and each POST with one idempotency key.

import { NoAnswer, kindOf, type Problem } from "./errors.js";
import { Course, secondsOf, type Outcome, type Retries } from "./retries.js";

export type Fetch = (request: Request) => Promise<Response>;

const KEY = "Idempotency-Key";
const EMPTY = new Set([204, 304]);

/**
 * A fetch for openapi-fetch. It gives answers that succeeded, read to their end, and raises ProblemAnswered or NoAnswer
 * for all others; what its caller aborts is neither.
 */
export function patient(fetch: Fetch, retries: Retries, timeoutSeconds: number): Fetch {
  return async (request) => {
    if (request.method === "POST" && !request.headers.has(KEY)) request.headers.set(KEY, crypto.randomUUID());
    const course = new Course(retries);
    for (;;) {
      const came = await once(fetch, request, course.limit(timeoutSeconds));
      if (came instanceof Response) return came;
      const pause = course.pause(came);
      if (pause === undefined) throw errorOf(came, request, course.tried);
      await sleep(pause, request.signal);
    }
  };
}

/** One try: the answer where it is a success, else what came. */
async function once(fetch: Fetch, request: Request, seconds: number): Promise<Response | Outcome> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(Math.ceil(seconds * 1000))]);
  try {
    const answer = await fetch(new Request(request.clone(), { signal }));
    if (answer.ok && answer.headers.get("Content-Type")?.startsWith("text/event-stream")) return answer;
    const body = await answer.arrayBuffer();
    if (answer.ok || answer.status === 304) return whole(answer, body);
    return { status: answer.status, problem: problemOf(answer, body), retryAfter: retryAfter(answer) };
  } catch (fault) {
    request.signal.throwIfAborted();
    return { fault };
  }
}

/** An answer with a body that was read; its length and coding were those of what was sent. */
function whole(answer: Response, body: ArrayBuffer): Response {
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  return new Response(EMPTY.has(answer.status) ? null : body, { status: answer.status, headers });
}

function retryAfter(answer: Response): number | undefined {
  return secondsOf(answer.headers.get("Retry-After"));
}

/** The problem of an answer. What stands before Amends answers in a way of its own: that has the type `about:blank`. */
function problemOf(answer: Response, body: ArrayBuffer): Problem {
  const request_id = answer.headers.get("X-Request-ID");
  try {
    const problem: unknown = JSON.parse(new TextDecoder().decode(body));
    if (isProblem(problem)) return { request_id, ...problem, status: answer.status };
  } catch {
    // It is no JSON, and so none of ours.
  }
  const detail = "It was not Amends that answered, but something before it, or at its address.";
  return { type: "about:blank", title: answer.statusText || "Error", status: answer.status, detail, request_id };
}

function isProblem(found: unknown): found is Problem {
  if (typeof found !== "object" || found === null) return false;
  return ["type", "title", "detail"].every((name) => typeof (found as Record<string, unknown>)[name] === "string");
}

function errorOf(outcome: Outcome, request: Request, tried: number): Error {
  if ("fault" in outcome) return new NoAnswer(tried, new URL(request.url).origin, outcome.fault);
  return new (kindOf(outcome.status))(outcome.problem, outcome.retryAfter, tried);
}

/** Wait; rejects where the signal aborts. */
export async function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
