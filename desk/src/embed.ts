// How the desk speaks with the page that holds it in a frame: only with one whose address the service allows.
import { useEffect, useState } from "preact/hooks";

export const embedded = window.parent !== window;

// What Insert comes to: the page puts the text into its reply, or cannot, so that the agent copies and pastes it.
export type Insert = "reply" | "copy";

let embedders: string[] = [];
let greeted: string | null = null; // the origin of a page that has greeted us
let insert: Insert = "reply";
let early: (() => void) | null = null; // what was said before the service told whom we may hear
const heard = new EventTarget();

export function allow(origins: string[]): void {
  embedders = origins;
  early?.();
  early = null;
}

// Null outside a frame.
export function useInsert(): Insert | null {
  const [now, setNow] = useState(insert);
  useEffect(() => {
    const listener = () => setNow(insert);
    listener();
    heard.addEventListener("insert", listener);
    return () => heard.removeEventListener("insert", listener);
  }, []);
  return embedded ? now : null;
}

function allowed(origin: string): boolean {
  return embedders.some((each) => {
    if (each === "'self'") return origin === location.origin;
    const [scheme, host] = each.split("://*");
    return host === undefined ? origin === each : origin.startsWith(`${scheme}://`) && origin.endsWith(host);
  });
}

function embedder(): string | null {
  const ancestor = location.ancestorOrigins?.[0];
  const known = [greeted, ancestor, originOf(document.referrer)];
  return known.find((origin): origin is string => Boolean(origin) && allowed(origin ?? "")) ?? null;
}

function originOf(url: string): string | null {
  try {
    return new URL(url).origin;
  } catch {
    return null;
  }
}

export type Told =
  | { type: "amends:ready" }
  | { type: "amends:insert"; draft_id: string; ref: string | null; text: string }
  | { type: "amends:recorded"; draft_id: string; outcome: string };

// Whether the page was told: where it is not known to be allowed, it is told nothing.
export function tellEmbedder(message: Told): boolean {
  const origin = embedded ? embedder() : null;
  if (!origin) return false;
  window.parent.postMessage(message, origin);
  return true;
}

// The page may greet, so that its origin is known also where the browser hides it, say what Insert comes to, and name a
// draft to open. It greets when the frame is loaded, which is often before the service has answered.
export function listenToEmbedder(open: (draft: string) => void): void {
  addEventListener("message", (event: MessageEvent<unknown>) => {
    if (!embedded || event.source !== window.parent) return;
    const said = event.data;
    if (!said || typeof said !== "object" || !("type" in said)) return;
    if (said.type === "amends:hello") {
      const hear = () => hello(event.origin, "insert" in said && said.insert === "copy" ? "copy" : "reply");
      if (embedders.length) hear();
      else early = hear;
    }
    if (!allowed(event.origin)) return;
    if (said.type === "amends:open" && "draft_id" in said && typeof said.draft_id === "string") open(said.draft_id);
  });
}

function hello(origin: string, wanted: Insert): void {
  if (!allowed(origin)) return;
  greeted = origin;
  insert = wanted;
  heard.dispatchEvent(new Event("insert"));
  tellEmbedder({ type: "amends:ready" });
}
