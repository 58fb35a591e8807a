// The complaint with what is known of it.
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { useOneColumn } from "./hooks";
import { Badge, Foreign, plain } from "./parts";
import type { Case, Result } from "./types";
import { channelName, sentence } from "./words";

const LONG = 1_600;
const MOST_LINES = 24;
const MOST_OF_A_LINE = 200;

interface Given {
  about: Case;
  result: Result;
}

// Above the reply it is folded to one line, unless there is no reply to read.
export function ComplaintPane({ about, result }: Given): JSX.Element {
  if (!useOneColumn())
    return (
      <section class="pane complaint" aria-labelledby="complaint-title" tabIndex={0}>
        <h2 id="complaint-title">Complaint</h2>
        <Inside about={about} result={result} />
      </section>
    );
  return (
    <section class="pane complaint" aria-labelledby="complaint-title">
      <details class="fold" open={result.draft == null}>
        <summary>
          <h2 id="complaint-title">Complaint</h2> <bdi class="one-line">{firstWords(about.complaint.text)}</bdi>
        </summary>
        <Inside about={about} result={result} />
      </details>
    </section>
  );
}

function firstWords(text: string): string {
  return [...plain(text.slice(0, 2 * MOST_OF_A_LINE)).replace(/\s+/g, " ").trim()].slice(0, MOST_OF_A_LINE).join("");
}

function Inside({ about, result }: Given): JSX.Element {
  const { complaint, context } = about;
  const { follow_up: follow } = context;
  const omitted = result.history_omitted ?? 0;
  const next = follow ? [follow.person, follow.team, follow.channel, follow.by].filter(Boolean).join(" · ") : "";
  return (
    <>
      <p class="facts-line">
        <strong>
          <bdi>{plain(complaint.customer_name ?? "Customer")}</bdi>
        </strong>{" "}
        <Badge tone="off">{channelName(complaint.channel)}</Badge>{" "}
        {result.situation && <Badge tone="off">{sentence(result.situation)}</Badge>}{" "}
        {about.id && (
          <span class="muted">
            <bdi>{plain(about.id)}</bdi>
          </span>
        )}
      </p>
      <Long text={complaint.text} />
      {context.history && context.history.length > 0 && (
        <details open={context.history.length <= 3}>
          <summary>Earlier messages ({context.history.length})</summary>
          {omitted > 0 && <p class="muted">{unread(omitted)}</p>}
          <ol class="plain-list history">
            {context.history.map((message, number) => (
              <li key={number} class={message.from}>
                <p class="muted">{message.from === "customer" ? "Customer" : "We"}</p>
                <Long text={message.text} />
              </li>
            ))}
          </ol>
        </details>
      )}
      <Known title="Facts" items={context.facts ?? []} />
      <Known title="What we may offer" items={(context.remedies ?? []).map((remedy) => remedy.text)} />
      <Known title="House rules" items={context.constraints ?? []} open={result.unverified_constraints ?? []} />
      {next && <Known title="Who follows up" items={[next]} />}
      <p class="muted">
        <bdi>{plain(context.brand)}</bdi>, signed by <bdi>{plain(context.agent.name)}</bdi>
      </p>
    </>
  );
}

function unread(omitted: number): string {
  const oldest = omitted === 1 ? "The oldest message was" : `The oldest ${omitted} messages were`;
  return `${oldest} too much for the prompt: the draft was written without.`;
}

// What is still `open` no check could decide.
function Known({ title, items, open = [] }: { title: string; items: string[]; open?: string[] }): JSX.Element | null {
  if (!items.length) return null;
  return (
    <div class="known">
      <h3>{title}</h3>
      <ul>
        {items.map((item) => (
          <li>
            <Foreign text={item} /> {open.includes(item) && <Badge tone="warn">Check this yourself</Badge>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Long({ text }: { text: string }): ComponentChildren {
  const [whole, setWhole] = useState(false);
  const start = beginning(text);
  if (start.length === text.length) return <Foreign text={text} />;
  return (
    <>
      <Foreign text={whole ? text : `${start}…`} />
      <button type="button" class="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
        {whole ? "The beginning alone" : `The whole text (${text.length.toLocaleString()} characters)`}
      </button>
    </>
  );
}

function beginning(text: string): string {
  let end = Math.min(text.length, LONG);
  const ends = text.slice(0, LONG).matchAll(/\r\n?|\n/g);
  const last = [...ends][MOST_LINES - 1];
  if (last) end = last.index;
  return text.slice(0, end).replace(/[\ud800-\udbff]$/, ""); // never half of a pair
}
