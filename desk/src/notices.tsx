// What an agent should know of a draft before reading it.
import type { JSX } from "preact";
import type { Result } from "./types";
import { escalation } from "./words";

interface Given {
  result: Result;
  drafting: boolean;
  showFaults: () => void;
  theirs: string | null;
  takeTheirs: () => void;
  keepMine: () => void;
}

export function Notices({ result, drafting, showFaults, theirs, takeTheirs, keepMine }: Given): JSX.Element {
  return (
    <>
      {result.escalate && (
        <p class="notice bad">
          <strong>This one is for a person.</strong> {escalation(result.escalate)}
        </p>
      )}
      {result.draft == null && (
        <div class="notice warn">
          <p>{withheld(result)}</p>
          <button type="button" aria-disabled={drafting} onClick={showFaults}>
            {result.status === "failed" || result.escalate ? "Draft again" : "Draft again and show the faults"}
          </button>
        </div>
      )}
      {theirs !== null && (
        <div class="notice warn" role="alert">
          <p>This draft was changed in another tab, too. Both texts are kept until you choose.</p>
          <div class="actions">
            <button type="button" onClick={takeTheirs}>
              Take the other text
            </button>
            <button type="button" onClick={keepMine}>
              Keep mine
            </button>
          </div>
        </div>
      )}
    </>
  );
}

function withheld({ status, escalate, verdicts }: Result): string {
  if (escalate && !verdicts?.length)
    return "No text was written, because a person should answer. Write the reply yourself, or ask for a text to begin with.";
  return status === "failed" || !verdicts?.length
    ? "No text could be written. Ask for another draft, or write the reply yourself."
    : "No text is shown, because it did not pass the checks that must pass. They are listed here. Write the reply yourself, or look at the text with its faults marked.";
}
