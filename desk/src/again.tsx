// Asks for another draft of the same case, and shows how it comes about.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { aborted, asFailure, Failure, failure as failureOf, listen } from "./api";
import { newId } from "./keep";
import { Trouble } from "./parts";
import type { Problem, Result, Verdict } from "./types";
import { summary } from "./verdicts";

export interface Wish {
  instruction?: string;
  delivery?: "flagged";
  alternatives?: number;
}

interface Given {
  draft: string;
  made: (result: Result) => void;
  wish: Wish | null; // asked for from elsewhere on the page
  busy: (busy: boolean) => void;
}

const READY = ["Shorter", "Warmer", "Plainer words", "More formal"];
const MOST_CHARACTERS = 500;

export function Again({ draft, made, wish, busy }: Given): JSX.Element {
  const [instruction, setInstruction] = useState("");
  const [steps, setSteps] = useState<string[]>([]);
  const [running, setRunning] = useState<AbortController | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const latest = useRef<AbortController | null>(null);
  const unanswered = useRef<{ asked: string; key: string } | null>(null);
  useEffect(() => () => latest.current?.abort(), []);

  async function run(asked: Wish): Promise<void> {
    if (latest.current) return;
    const stop = new AbortController();
    latest.current = stop;
    setRunning(stop);
    busy(true);
    setFailure(null);
    setSteps(["Reading the case…"]);
    // What was asked and not answered is asked again under the same key: the draft may be made, and is not made twice.
    const words = JSON.stringify(asked);
    const key = unanswered.current?.asked === words ? unanswered.current.key : newId();
    unanswered.current = { asked: words, key };
    let result: Result | null = null;
    try {
      await listen(
        `/v1/drafts/${encodeURIComponent(draft)}/again`,
        { body: { include_attempts: false, ...asked }, key, signal: stop.signal },
        (event, data) => {
          if (event === "result") result = data as Result;
          else if (event === "problem") throw failureOf((data as Problem).status, data as Problem);
          else setSteps((old) => [...old, step(event, data)]);
        },
      );
      if (!result) throw new Failure("offline", "The connection was lost while the draft was written.", "Look into the queue in a minute, or try again.");
      unanswered.current = null;
      made(result);
    } catch (error) {
      if (aborted(error)) return;
      const found = asFailure(error);
      if (found.kind !== "offline") unanswered.current = null;
      setFailure(found);
    } finally {
      latest.current = null;
      setRunning(null);
      busy(false);
      setSteps([]);
    }
  }

  useEffect(() => {
    if (wish) void run(wish);
  }, [wish]);

  return (
    <section class="pane again" aria-labelledby="again-title">
      <h2 id="again-title">Another draft</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(instruction.trim() ? { instruction: instruction.trim() } : {});
        }}
      >
        <label for="instruction">What should be different? (optional)</label>
        <div class="row">
          <input
            id="instruction"
            type="text"
            value={instruction}
            maxLength={MOST_CHARACTERS}
            onInput={(event) => setInstruction(event.currentTarget.value)}
            autocomplete="off"
          />
          <button type="submit" aria-disabled={running !== null}>
            Draft again
          </button>
        </div>
        <div class="actions" role="group" aria-label="Often asked for">
          {READY.map((words) => (
            <button type="button" class="small" aria-disabled={running !== null} onClick={() => void run({ instruction: `${words}, please.` })}>
              {words}
            </button>
          ))}
          <button type="button" class="small" aria-disabled={running !== null} onClick={() => void run({ alternatives: 2 })}>
            With two alternatives
          </button>
        </div>
      </form>
      {running && (
        <div class="progress">
          <div role="log" aria-live="polite" aria-label="Progress">
            <ol>
              {steps.map((words, number) => (
                <li key={number} class={number === steps.length - 1 ? "now" : ""}>
                  {words}
                </li>
              ))}
            </ol>
          </div>
          <button type="button" onClick={() => running.abort()}>
            Stop waiting
          </button>
        </div>
      )}
      {failure && <Trouble failure={failure} />}
    </section>
  );
}

function step(event: string, data: unknown): string {
  const { attempt = 1, verdicts = [], passed = false } = data as { attempt?: number; verdicts?: Verdict[]; passed?: boolean };
  if (event === "attempt") return attempt === 1 ? "Writing the first text…" : `Writing text ${attempt}, with what was found…`;
  if (event === "verdicts") return passed ? `Text ${attempt} passed the checks.` : `Text ${attempt}: ${summary(verdicts)[0]}.`;
  return `No text came at try ${attempt}; another one is made.`;
}
