// The verdicts beside the draft: what must be fixed first, why, and what to do with one click.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { additions, remedies } from "./advice";
import { Badge, plain } from "./parts";
import type { Case, Finding, Verdict } from "./types";
import { checkName, verdictState } from "./words";

export interface Acts {
  show: (id: string) => void;
  apply: (id: string, text: string) => void;
  add: (text: string) => void;
  prove: (check: string | null) => void;
}

interface Shown {
  verdicts: readonly Verdict[];
  about: Case;
  acts: Acts;
  here: readonly string[]; // the findings at the caret
  places: boolean; // whether the words stand in the editor
  stale: "checking" | "unchecked" | null; // whether they are about another text, and why
}

export function Verdicts(shown: Shown): JSX.Element {
  const failed = shown.verdicts.filter((verdict) => !verdict.passed);
  const ordered = [...failed].sort((one, other) => Number(other.blocking) - Number(one.blocking));
  const passed = shown.verdicts.filter((verdict) => verdict.passed);
  return (
    <div class="verdicts" aria-busy={shown.stale === "checking"}>
      {shown.stale === "unchecked" && <p class="notice warn">These are about the text as it was before your last changes.</p>}
      <ul class="plain-list">
        {ordered.map((verdict) => (
          <Failed key={verdict.check} verdict={verdict} {...shown} />
        ))}
      </ul>
      {passed.length > 0 && <Passed {...shown} verdicts={passed} />}
    </div>
  );
}

function Failed({ verdict, ...shown }: Shown & { verdict: Verdict }): JSX.Element {
  const [tone, state] = verdictState(verdict);
  const missing = additions(verdict, shown.about);
  return (
    <li class={`verdict ${tone}`} data-check={verdict.check}>
      <h3>
        {checkName(verdict.check)} <Badge tone={tone}>{state}</Badge>
      </h3>
      {verdict.error && <p>This check broke, so that it counts as not passed. Read the draft with care.</p>}
      {verdict.advice && !repeats(verdict) && <p class="advice">{plain(verdict.advice)}</p>}
      {verdict.findings.map((finding, number) => (
        <FoundWords key={number} id={`${verdict.check}:${number}`} finding={finding} verdict={verdict} {...shown} />
      ))}
      {missing.length > 0 && (
        <div class="actions">
          {missing.map(({ label, text }) => (
            <button type="button" class="small" onClick={() => shown.acts.add(text)}>
              {label}
            </button>
          ))}
        </div>
      )}
    </li>
  );
}

// Advice that only goes through several findings, word by word, says nothing that does not stand with each of them.
function repeats({ advice, findings }: Verdict): boolean {
  return findings.length > 1 && findings.every(({ excerpt }) => advice?.includes(excerpt));
}

function FoundWords(
  given: Shown & { id: string; finding: Finding; verdict: Verdict },
): JSX.Element {
  const { id, finding, verdict, acts, about, here, places } = given;
  const offers = places ? remedies(verdict, finding, about) : [];
  return (
    <div class={here.includes(id) ? "finding here" : "finding"}>
      {places ? (
        <button type="button" class="link quote" onClick={() => acts.show(id)} title="Go to these words">
          <bdi>“{plain(finding.excerpt)}”</bdi>
        </button>
      ) : (
        <p class="quote">
          <bdi>“{plain(finding.excerpt)}”</bdi>
        </p>
      )}
      <p>{plain(finding.reason)}</p>
      {offers.length > 0 && (
        <div class="actions">
          {offers.map(({ label, text }) => (
            <button type="button" class="small" onClick={() => acts.apply(id, text)}>
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function Passed({ verdicts, acts, places }: Shown & { verdicts: readonly Verdict[] }): JSX.Element {
  const [open, setOpen] = useState<string | null>(null);
  const toggle = (check: string) => {
    const next = open === check ? null : check;
    setOpen(next);
    acts.prove(next);
  };
  return (
    <details class="passed">
      <summary>
        {verdicts.length} {verdicts.length === 1 ? "check" : "checks"} passed
      </summary>
      <ul class="plain-list">
        {verdicts.map((verdict) => (
          <li key={verdict.check} class="passed-check">
            <span>
              <span aria-hidden="true">{verdict.skipped ? "–" : "✓"}</span> {checkName(verdict.check)}
              {verdict.skipped && <span class="muted"> — not checked: {verdict.skipped}</span>}
            </span>
            {places && verdict.findings.length > 0 && (
              <button
                type="button"
                class="link"
                aria-pressed={open === verdict.check}
                onClick={() => toggle(verdict.check)}
              >
                {open === verdict.check ? "Hide the words" : "Show the words"}
                <span class="sr-only"> for {checkName(verdict.check)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

export function summary(verdicts: readonly Verdict[], left = false): [string, "good" | "bad" | "warn"] {
  const must = verdicts.filter((verdict) => !verdict.passed && verdict.blocking).length;
  const could = verdicts.filter((verdict) => !verdict.passed && !verdict.blocking).length;
  if (must) return [`${must} to fix${could ? `, ${could} could be better` : ""}`, "bad"];
  if (left) return ["For a person", "bad"];
  if (could) return [`Good to send; ${could} could be better`, "warn"];
  return ["Good to send", "good"];
}

// Why the words at the caret are marked.
export function reasonsAt(ids: readonly string[], verdicts: readonly Verdict[]): string {
  const reasons = ids.map((id) => {
    const [check = "", number = "0"] = id.split(":");
    return verdicts.find((verdict) => verdict.check === check)?.findings[Number(number)]?.reason;
  });
  return plain([...new Set(reasons.filter(Boolean))].join(" "));
}
