// How the desk speaks with the page that holds it in a frame: only with one whose address the service allows.

export const embedded = window.parent !== window;

let embedders: string[] = [];
let greeted: string | null = null; // the origin of a page that has greeted us

export function allow(origins: string[]): void {
  embedders = origins;
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

// The page may greet, so that its origin is known also where the browser hides it, and name a draft to open.
export function listenToEmbedder(open: (draft: string) => void): void {
  addEventListener("message", (event: MessageEvent<unknown>) => {
    if (!embedded || event.source !== window.parent || !allowed(event.origin)) return;
    const said = event.data;
    if (!said || typeof said !== "object" || !("type" in said)) return;
    if (said.type === "amends:hello") {
      greeted = event.origin;
      tellEmbedder({ type: "amends:ready" });
    }
    if (said.type === "amends:open" && "draft_id" in said && typeof said.draft_id === "string") open(said.draft_id);
  });
}
