// Reads the events that Amends sends to a webhook; for a server, and not for a browser.

import { Webhook } from "standardwebhooks";

import type { components } from "./contract.js";
import { NotOurs } from "./errors.js";

export type Event = components["schemas"]["EventBody"];
/** The headers of a request, of fetch or of Node. */
export type Named = Headers | Record<string, string | string[] | undefined>;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The event of a request: its headers, and its body as it came, to the byte. Throws NotOurs where it is not signed with
 * the secret, or more than five minutes old. It may come more than once: the header `webhook-id` is the same each time.
 */
export function readEvent(secret: string, headers: Named, body: string | Uint8Array): Event {
  const fields = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const named = Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), String(value)]));
  const webhook = new Webhook(secret);
  try {
    const event = webhook.verify(typeof body === "string" ? body : UTF8.decode(body), named);
    if (typeof event !== "object" || event === null || !("type" in event && "data" in event)) throw new TypeError();
    return event as Event;
  } catch (cause) {
    throw new NotOurs("The event is not signed with this secret, or not one of the last five minutes.", { cause });
  }
}
