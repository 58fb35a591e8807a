// What things are called on the page.
import type { ListedDraft, Verdict } from "./types";

const CHECKS: Record<string, string> = {
  apology: "Apology",
  excuses: "No excuses",
  solution: "Solution",
  follow_up: "Who follows up",
  acknowledgement: "Acknowledges what happened",
  tone: "Tone",
  grounding: "Only what the case says",
  remedies: "Only authorised offers",
  constraints: "House rules",
  placeholders: "No gaps to fill",
  personal_data: "Personal data",
  leakage: "Nothing internal",
  language: "Language",
  length: "Length",
};

const CHANNELS: Record<string, string> = {
  email: "Email",
  chat: "Chat",
  review: "Public review",
  social: "Social media",
};

export const FEEDBACK = { sent: "Sent as it was", edited: "Sent after edits", rejected: "Rejected" } as const;

export function checkName(name: string): string {
  return CHECKS[name] ?? sentence(name);
}

export function channelName(name: string | null): string {
  return name === null ? "No channel" : (CHANNELS[name] ?? sentence(name));
}

export function sentence(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// "safety: Life may be at stake." The kind is for programs, the policy's words are for people.
export function escalation(said: string): string {
  const words = said.replace(/^[a-z_]+:\s*/, "") || sentence(said);
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

export function statusOf(draft: ListedDraft): [string, "good" | "bad" | "warn"] {
  if (draft.escalation) return ["For a person", "bad"];
  if (draft.status === "failed") return ["No text", "bad"];
  if (draft.status === "needs_review") return ["Needs review", "warn"];
  return ["Ready", "good"];
}

export function verdictState(verdict: Verdict): ["good" | "bad" | "warn" | "off", string] {
  if (verdict.error) return [verdict.blocking ? "bad" : "warn", "Could not be checked"];
  if (verdict.passed) return verdict.skipped ? ["off", "Not checked"] : ["good", "Passed"];
  return verdict.blocking ? ["bad", "Must be fixed"] : ["warn", "Could be better"];
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function when(moment: string, now = new Date()): string {
  const at = new Date(moment);
  const minutes = Math.round((now.getTime() - at.getTime()) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (at.toDateString() === now.toDateString())
    return at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  return at.toLocaleDateString(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
