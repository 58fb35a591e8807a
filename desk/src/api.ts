// Asks the service, and says in an agent's words what went wrong.
import type { Problem } from "./types";

export type Kind = "offline" | "signed-out" | "problem";

export class Failure extends Error {
  constructor(
    readonly kind: Kind,
    message: string,
    readonly advice: string,
    readonly problem?: Problem,
  ) {
    super(message);
  }
}

// How requests show who sends them: a token of this page alone, or a cookie with a word that only our pages know.
const proof: { token: string | null; csrf: string | null } = { token: null, csrf: null };

export function proveBy(token: string | null, csrf: string | null): void {
  proof.token = token;
  proof.csrf = csrf;
}

let signedOut: () => void = () => undefined;

// Who is called when the service no longer knows who asks.
export function onSignedOut(call: () => void): void {
  signedOut = call;
}

let renew: () => Promise<boolean> = async () => false;

// Who learns the word of the present session, where another tab has signed in anew; says whether there is one.
export function renewBy(call: () => Promise<boolean>): void {
  renew = call;
}

export interface Asked {
  body?: unknown;
  key?: string; // an idempotency key: what is sent twice is done once
  signal?: AbortSignal;
  accept?: string;
}

async function send(method: string, path: string, asked: Asked, tries = 2): Promise<Response> {
  const headers: Record<string, string> = { Accept: asked.accept ?? "application/json" };
  if (asked.body !== undefined) headers["Content-Type"] = "application/json";
  if (asked.key) headers["Idempotency-Key"] = asked.key;
  if (proof.token) headers["Authorization"] = `Bearer ${proof.token}`;
  else if (proof.csrf && method !== "GET") headers["Amends-CSRF"] = proof.csrf;
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: asked.body === undefined ? null : JSON.stringify(asked.body),
      signal: asked.signal ?? null,
      credentials: proof.token ? "omit" : "same-origin",
    });
  } catch (error) {
    if (asked.signal?.aborted) throw error;
    throw offline();
  }
  if (answer.ok) return answer;
  const found = await failureOf(answer);
  if (found.kind === "signed-out") signedOut();
  if (found.problem?.type.endsWith(":csrf") && tries > 1 && (await renew())) return send(method, path, asked, 1);
  throw found;
}

export async function ask<T>(method: string, path: string, asked: Asked = {}): Promise<T> {
  const answer = await send(method, path, asked);
  if (answer.status === 204) return undefined as T;
  try {
    return (await answer.json()) as T;
  } catch {
    if (asked.signal?.aborted) throw new DOMException("Aborted", "AbortError");
    throw offline();
  }
}

// Calls `hear` with each server-sent event; ends when the stream does.
export async function listen(
  path: string,
  asked: Asked,
  hear: (event: string, data: unknown) => void,
): Promise<void> {
  const answer = await send("POST", path, { ...asked, accept: "text/event-stream" });
  if (!answer.headers.get("content-type")?.startsWith("text/event-stream") || !answer.body) {
    hear("result", await answer.json());
    return;
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split(/\r?\n\r?\n/);
      rest = parts.pop() ?? "";
      for (const part of parts) tell(part, hear);
    }
  } catch (error) {
    if (asked.signal?.aborted || error instanceof Failure) throw error;
    throw offline();
  }
}

function tell(part: string, hear: (event: string, data: unknown) => void): void {
  let event = "message";
  const data: string[] = [];
  for (const line of part.split(/\r?\n/)) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  if (data.length) hear(event, JSON.parse(data.join("\n")));
}

function offline(): Failure {
  return new Failure(
    "offline",
    "The service cannot be reached.",
    "Your text is kept in this browser. Try again when the connection is back.",
  );
}

async function failureOf(answer: Response): Promise<Failure> {
  const said: unknown = await answer.json().catch(() => null);
  return failure(answer.status, isProblem(said) ? said : undefined);
}

// What stands before the service answers in a way of its own, which may be JSON, too.
function isProblem(said: unknown): said is Problem {
  return typeof said === "object" && said !== null && "type" in said && typeof said.type === "string" && "status" in said;
}

export function failure(status: number, problem: Problem | undefined): Failure {
  const name = problem?.type.split(":").pop() ?? "";
  if (status === 401)
    return new Failure("signed-out", "You are signed out.", "Sign in again: your text is still here.", problem);
  const [message, advice] = WORDS[name] ?? BY_STATUS[status] ?? [
    `The service answered with an error (${status}).`,
    "Try again; if it goes on, tell whoever runs Amends.",
  ];
  return new Failure("problem", message, advice, problem);
}

const WORDS: Record<string, [string, string]> = {
  "draft-not-found": ["There is no such draft.", "It may belong to another team, or the link is not whole."],
  "draft-deleted": ["This draft was deleted.", "Its texts are gone. Ask for a new draft in the help desk."],
  "scope-missing": ["Your access does not cover this.", "Ask for a key that may read, draft, check and give feedback."],
  "link-expired": ["This link has expired.", "Open the ticket again in your help desk, or sign in with a key."],
  "model-busy": ["Too many drafts are being written at the moment.", "Try again in a few seconds."],
  "model-failed": ["The language model gave no text.", "Try again, or write the reply yourself."],
  "deadline-passed": ["The language model took too long.", "Try again, or write the reply yourself."],
  "store-unavailable": ["The database does not answer.", "Nothing was lost here. Try again in a minute."],
  "too-large": ["The text is too long.", "Shorten it and try again."],
  "idempotency-key-in-use": ["This is still being recorded.", "Try again in a few seconds."],
  "origin-not-allowed": ["This page may not call the service.", "Ask whoever runs Amends to allow its address."],
  "csrf": ["This page is out of date.", "Load it again: your text is kept."],
};

const BY_STATUS: Record<number, [string, string]> = {
  404: ["The service does not know this page.", "Load it again: your text is kept."],
  413: ["The text is too long.", "Shorten it and try again."],
  422: ["The service does not accept this.", "Change what it names, and try again."],
  429: ["Too many requests.", "Wait a moment, then try again."],
  500: ["The service made a mistake.", "Try again; if it goes on, tell whoever runs Amends."],
  502: ["The service is being restarted.", "Try again in a minute: your text is kept."],
  503: ["The service is busy.", "Try again in a few seconds."],
  504: ["The service took too long.", "Try again in a minute: your text is kept."],
};

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure("problem", "Something unforeseen went wrong on this page.", "Load it again: your text is kept.");
}

// Whether the same may be done later: the fault is the connection's or the service's, or the same is still under way.
export function passing({ kind, problem }: Failure): boolean {
  if (kind === "signed-out") return false;
  return !problem || problem.status >= 500 || problem.status === 429 || problem.type.endsWith(":idempotency-key-in-use");
}

export function aborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
