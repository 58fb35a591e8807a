// Records what became of a draft: once, whatever happens to the connection on the way.
import { asFailure, ask, passing } from "./api";
import { done, dropFeedback, earlierThan, forgetEarlier, keepFeedback, keptFeedback, newId, waiting } from "./keep";
import { tellEmbedder } from "./embed";
import type { Feedback, StoredFeedback } from "./types";

interface Waits {
  key: string;
  body: Feedback;
  at?: number; // an older desk kept none
}

const recorded = new Map<string, StoredFeedback>();
const hearing = new Set<(draft: string, stored: StoredFeedback) => void>();

// What was recorded of a draft since the page was loaded, also by itself.
export function recordedOf(draft: string): StoredFeedback | null {
  return recorded.get(draft) ?? null;
}

export function hearRecorded(hear: (draft: string, stored: StoredFeedback) => void): () => void {
  hearing.add(hear);
  return () => hearing.delete(hear);
}

const AGAIN_MS = 5_000;
let timer = 0;

// A connection may be lost, or the service restarted, without the browser being told when it is back.
function tryAgain(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void flush(), AGAIN_MS);
}

const underWay = new Map<string, Promise<StoredFeedback>>();
const REPLACED = "Another draft was used instead.";
// Refused for good: the words, or the draft, which was deleted. 404 is also what a session for another draft is told.
const REFUSED = [400, 410, 413, 422];

// The same words are sent under the same key, also after the page was loaded again: the service stores them once.
export async function record(draft: string, body: Feedback): Promise<StoredFeedback> {
  const before = keptFeedback<Waits>(draft);
  const same = before && JSON.stringify(before.body) === JSON.stringify(body);
  const waits: Waits = { at: Date.now(), ...(same ? before : { key: newId(), body }) };
  keepFeedback(draft, waits);
  const running = underWay.get(waits.key) ?? send(draft, waits).finally(() => underWay.delete(waits.key));
  underWay.set(waits.key, running);
  return running;
}

async function send(draft: string, waits: Waits): Promise<StoredFeedback> {
  const { body } = waits;
  try {
    const stored = await ask<StoredFeedback>("POST", `/v1/drafts/${encodeURIComponent(draft)}/feedback`, waits);
    if ((keptFeedback<Waits>(draft)?.key ?? waits.key) === waits.key) settle(draft, body); // else something newer waits
    recorded.set(draft, stored);
    for (const hear of hearing) hear(draft, stored);
    tellEmbedder({ type: "amends:recorded", draft_id: draft, outcome: stored.outcome });
    return stored;
  } catch (error) {
    const failure = asFailure(error);
    const { problem } = failure;
    if (passing(failure)) tryAgain();
    else if (problem && REFUSED.includes(problem.status)) dropFeedback(draft);
    throw error;
  }
}

function settle(draft: string, body: Feedback): void {
  done(draft);
  let earlier = takeEarlier(draft);
  if (!earlier || body.outcome === "rejected") return;
  const replaced: Feedback = { outcome: "rejected", reason: REPLACED };
  // All at once: none of them is to be offered as the next draft.
  for (; earlier; earlier = takeEarlier(earlier))
    keepFeedback(earlier, { at: Date.now(), key: newId(), body: replaced } satisfies Waits);
  void flush();
}

function takeEarlier(draft: string): string | null {
  const earlier = earlierThan(draft);
  forgetEarlier(draft);
  return earlier;
}

export function waitingOf(draft: string): Feedback | null {
  return keptFeedback<Waits>(draft)?.body ?? null;
}

// Sends what could not be sent before.
export async function flush(): Promise<void> {
  for (const draft of waiting()) {
    const found = keptFeedback<Waits>(draft);
    if (!found) continue;
    try {
      await record(draft, found.body);
    } catch {
      // It stays, or was refused for good.
    }
  }
}
