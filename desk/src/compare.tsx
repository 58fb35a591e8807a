// The draft beside others, and against what it was at first.
import type { JSX } from "preact";
import { changes } from "./diff";
import { earlierThan, keptText } from "./keep";
import { Badge, Foreign } from "./parts";
import type { Result, Verdict } from "./types";
import { summary } from "./verdicts";

export interface Other {
  title: string;
  text: string;
  verdicts?: readonly Verdict[];
}

export function Others({ others, use }: { others: Other[]; use: (text: string) => void }): JSX.Element | null {
  if (!others.length) return null;
  return (
    <section class="pane others" id="others" tabIndex={-1} aria-labelledby="others-title">
      <h2 id="others-title">Other texts</h2>
      <div class="columns">
        {others.map((other, number) => (
          <article key={number} class="card" aria-label={other.title}>
            <h3>
              {other.title} {other.verdicts && <Badge tone={summary(other.verdicts)[1]}>{summary(other.verdicts)[0]}</Badge>}
            </h3>
            <Foreign text={other.text} />
            <button type="button" class="small" onClick={() => use(other.text)}>
              Use this text<span class="sr-only">: {other.title}</span>
            </button>
          </article>
        ))}
      </div>
    </section>
  );
}

export function Difference({ before, after }: { before: string; after: string }): JSX.Element {
  const pieces = changes(before, after);
  return (
    <section class="pane" aria-labelledby="difference-title">
      <h2 id="difference-title">What you changed</h2>
      {before === after ? (
        <p class="muted">Nothing yet.</p>
      ) : (
        <div class="foreign difference" dir="auto">
          {pieces.map(({ kind, text }, number) =>
            kind === "same" ? text : kind === "gone" ? <del key={number}>{text}</del> : <ins key={number}>{text}</ins>,
          )}
        </div>
      )}
    </section>
  );
}

export function otherTexts(result: Result, first: string, text: string): Other[] {
  const others: Other[] = (result.alternatives ?? []).map((each, number) => ({
    title: `Alternative ${number + 1}`,
    text: each.draft,
    verdicts: each.verdicts,
  }));
  if (others.length && text !== first) others.unshift({ title: "The first draft", text: first, verdicts: result.verdicts ?? [] });
  const earlier = earlierThan(result.id);
  const before = earlier ? keptText(earlier) : null;
  if (before) others.push({ title: "Your text of the draft before", text: before.text });
  return others;
}
