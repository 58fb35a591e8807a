// What can be done about a finding with one click.
import type { Case, Finding, Verdict } from "./types";

export interface Remedy {
  label: string;
  text: string; // takes the place of the words; empty takes them out
}

const GIVEN = /; (?:the case gives|the only ones there are) (.+?)\.?$/s;
const REMOVABLE = new Set(["excuses", "remedies", "personal_data", "leakage", "constraints", "grounding"]);
const MOST = 4;

export function remedies(verdict: Verdict, finding: Finding, about: Case): Remedy[] {
  if (verdict.passed) return [];
  const found: Remedy[] = [];
  const given = GIVEN.exec(finding.reason)?.[1];
  if (given) for (const value of values(given, about)) found.push({ label: `Write “${value}”`, text: value });
  if (verdict.check === "remedies")
    for (const remedy of about.context.remedies ?? [])
      found.push({ label: `Offer “${short(remedy.text)}” instead`, text: `We will give you ${remedy.text}.` });
  const shown = found.slice(0, MOST);
  if (REMOVABLE.has(verdict.check)) shown.push({ label: "Take these words out", text: "" });
  return shown;
}

// What is missing can be added, where the case says it.
export function additions(verdict: Verdict, about: Case): Remedy[] {
  if (verdict.passed || verdict.findings.length > 0) return [];
  if (verdict.check === "solution")
    return (about.context.remedies ?? [])
      .slice(0, MOST)
      .map(({ text }) => ({ label: `Add “${short(text)}”`, text: `We will give you ${text}.` }));
  if (verdict.check === "follow_up" && about.context.follow_up) {
    const { person, team, channel, by } = about.context.follow_up;
    const who = person ?? team ?? "We";
    const text = [who, "will contact you", channel ? `(${channel})` : "", by ? `by ${by}` : ""].filter(Boolean).join(" ");
    return [{ label: `Add “${short(text)}”`, text: `${text}.` }];
  }
  return [];
}

// A list is written with commas, which a value may hold, too: only what the case really says is offered.
function values(given: string, about: Case): string[] {
  const said = JSON.stringify(about).toLowerCase();
  const parts = given.split(", ");
  const whole = said.includes(JSON.stringify(given).slice(1, -1).toLowerCase()) ? [given] : [];
  return [...new Set([...whole, ...(whole.length ? [] : parts)])].filter(Boolean);
}

export function short(text: string, most = 48): string {
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}
