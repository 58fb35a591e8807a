// A client of Amends: drafts of replies to complaints, with their verdicts, and what became of them.

export * from "./client.js";
export * from "./errors.js";
export { readEvent, type Event } from "./events.js";
export type { Retries } from "./retries.js";
export type { components, operations, paths } from "./contract.js";
