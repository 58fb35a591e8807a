// Keeps what an agent wrote in this browser until it is recorded, for each draft and each tab.

const TEXT = "amends:text:";
const FEEDBACK = "amends:feedback:";
const DONE = "amends:done:";
const EARLIER = "amends:earlier:";
const MOST_DAYS = 30;

export interface Kept {
  text: string;
  at: number;
}

// A browser may refuse to keep anything, as in a frame of another site: then it lasts as long as the page.
const memory = new Map<string, string>();

function read(key: string): string | null {
  try {
    return localStorage.getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

function write(key: string, value: string): boolean {
  try {
    localStorage.setItem(key, value);
    memory.delete(key); // it is older, and would be read when another tab removes this
    return true;
  } catch {
    remove(key); // what was kept before is older, and would be read in its place
    memory.set(key, value);
    return false;
  }
}

function remove(key: string): void {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // there is nothing to remove
  }
}

function keys(prefix: string): string[] {
  const found = [...memory.keys()];
  try {
    for (let n = 0; n < localStorage.length; n++) found.push(localStorage.key(n) ?? "");
  } catch {
    // what is in memory is all
  }
  return [...new Set(found)].filter((key) => key.startsWith(prefix));
}

export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A tab keeps its name when it is loaded again. A tab that was copied has the same one until it sees that.
let tab = "";
try {
  tab = sessionStorage.getItem("amends:tab") ?? "";
  if (!tab) sessionStorage.setItem("amends:tab", (tab = newId()));
} catch {
  tab = newId();
}

function parsed(value: string | null): Kept | null {
  try {
    const found: unknown = JSON.parse(value ?? "null");
    if (found && typeof found === "object" && "text" in found && typeof found.text === "string") return found as Kept;
  } catch {
    // somebody else's
  }
  return null;
}

export function keepText(draft: string, text: string): boolean {
  return write(`${TEXT}${draft}:${tab}`, JSON.stringify({ text, at: Date.now() }));
}

export function dropText(draft: string): void {
  remove(`${TEXT}${draft}:${tab}`);
}

export function keptHere(draft: string): boolean {
  return parsed(read(`${TEXT}${draft}:${tab}`)) !== null;
}

// What this tab had, or else the newest of the others.
export function keptText(draft: string): Kept | null {
  const mine = parsed(read(`${TEXT}${draft}:${tab}`));
  if (mine) return mine;
  const others = keys(`${TEXT}${draft}:`).map((key) => parsed(read(key)));
  return others.filter((kept) => kept !== null).sort((one, other) => other.at - one.at)[0] ?? null;
}

export function waiting(): string[] {
  return keys(FEEDBACK).map((key) => key.slice(FEEDBACK.length));
}

export function unsent(): number {
  return new Set([...keys(TEXT), ...keys(FEEDBACK)].map((key) => key.split(":")[2])).size;
}

export function keepFeedback(draft: string, waits: unknown): void {
  write(FEEDBACK + draft, JSON.stringify(waits));
}

export function keptFeedback<T>(draft: string): T | null {
  try {
    return JSON.parse(read(FEEDBACK + draft) ?? "null") as T | null;
  } catch {
    return null;
  }
}

export function dropFeedback(draft: string): void {
  remove(FEEDBACK + draft);
}

// After this nothing of the draft is kept, and other tabs hear of it.
export function done(draft: string): void {
  for (const key of keys(`${TEXT}${draft}:`)) remove(key);
  remove(FEEDBACK + draft);
  write(DONE + draft, String(Date.now()));
  remove(DONE + draft);
}

export function comesAfter(draft: string, earlier: string): void {
  write(EARLIER + draft, JSON.stringify({ text: earlier, at: Date.now() }));
}

export function earlierThan(draft: string): string | null {
  return parsed(read(EARLIER + draft))?.text ?? null;
}

export function forgetEarlier(draft: string): void {
  remove(EARLIER + draft);
}

export interface Heard {
  changed: (text: string) => void;
  recorded: () => void;
}

// Hears what other tabs do with a draft.
export function watch(draft: string, heard: Heard): () => void {
  const listener = (event: StorageEvent) => {
    if (event.key === DONE + draft && event.newValue) heard.recorded();
    if (!event.key?.startsWith(`${TEXT}${draft}:`)) return;
    if (event.key.endsWith(tab)) {
      tab = newId(); // this tab was copied: from now on the two keep apart
      try {
        sessionStorage.setItem("amends:tab", tab);
      } catch {
        // it lasts as long as the page
      }
    }
    const kept = parsed(event.newValue);
    if (kept) heard.changed(kept.text);
  };
  addEventListener("storage", listener);
  return () => removeEventListener("storage", listener);
}

export function forgetOld(): void {
  const oldest = Date.now() - MOST_DAYS * 86_400_000;
  for (const key of [...keys(TEXT), ...keys(EARLIER)]) if ((parsed(read(key))?.at ?? 0) < oldest) remove(key);
  // Feedback without a time is of an older desk, and is given one when it is next sent.
  for (const draft of waiting()) if ((keptFeedback<{ at?: number }>(draft)?.at ?? oldest) < oldest) dropFeedback(draft);
}

export function forgetAll(): void {
  for (const key of [...keys(TEXT), ...keys(FEEDBACK), ...keys(EARLIER)]) remove(key);
}

export function preference(name: string): string | null {
  return read(`amends:prefer:${name}`);
}

export function prefer(name: string, value: string): void {
  write(`amends:prefer:${name}`, value);
}
