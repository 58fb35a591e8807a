// The drafts that wait for an agent.
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useTitle } from "./hooks";
import { useListed } from "./listed";
import { Badge, plain, Trouble } from "./parts";
import { go, toDraft } from "./route";
import type { ListedDraft } from "./types";
import { channelName, checkName, FEEDBACK, sentence, statusOf, when } from "./words";

let opened = ""; // the address of the draft that was opened last: who comes back goes on from there
const SITUATIONS = [
  "agent_was_sharp",
  "broken_or_undelivered",
  "customer_beyond_reach",
  "expectations_we_cannot_meet",
  "general",
  "our_own_lapse",
  "public_post",
  "told_two_things",
  "wrong_or_late_order",
];
const DAYS: Record<string, string> = { "": "Any time", "1": "Last 24 hours", "7": "Last 7 days", "30": "Last 30 days" };

type Choices = [value: string, words: string][];

const FEEDBACKS: Choices = [
  ["none", "Waiting"],
  ["", "All"],
  ["sent", FEEDBACK.sent],
  ["edited", FEEDBACK.edited],
  ["rejected", FEEDBACK.rejected],
];
const STATUSES: Choices = [
  ["", "Any"],
  ["ready", "Ready"],
  ["needs_review", "Needs review"],
  ["failed", "No text"],
];
const CHANNELS: Choices = [["", "Any"], ...["email", "chat", "review", "social"].map((name) => [name, channelName(name)] as [string, string])];

export function QueuePage({ query }: { query: URLSearchParams }): JSX.Element {
  useTitle("Queue");
  const chosen = (name: string) => query.get(name) ?? "";
  const asked = askedOf(query);
  const { drafts, busy, failure, more, again } = useListed(asked, Number(query.get("days") ?? 0) || 0);
  const list = useRef<HTMLOListElement>(null);
  const coming = useRef(true);
  useLayoutEffect(() => {
    if (!drafts.length || !coming.current) return;
    coming.current = false;
    const nowhere = document.activeElement === document.body || document.activeElement?.id === "page";
    if (nowhere) list.current?.querySelector<HTMLElement>(`a[href="${CSS.escape(opened)}"]`)?.focus();
  }, [drafts]);

  const choose = (name: string, value: string) => {
    const changed = new URLSearchParams(query);
    if (value || name === "feedback") changed.set(name, value);
    else changed.delete(name);
    go(`#/queue?${changed}`);
  };
  // J and K, or the arrows, as long as the list has the focus.
  const move = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const links = [...(list.current?.querySelectorAll("a") ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const to = { j: at + 1, ArrowDown: at + 1, k: at - 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined || !links[to]) return;
    event.preventDefault();
    links[to].focus();
  };

  return (
    <main class="queue">
      <div class="head">
        <h1>Queue</h1>
        <button type="button" onClick={again}>
          Refresh
        </button>
      </div>
      <form class="filters" role="search" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
        <Choice name="feedback" label="Show" value={feedbackOf(query)} choices={FEEDBACKS} choose={choose} />
        <Choice name="status" label="State" value={chosen("status")} choices={STATUSES} choose={choose} />
        <Choice name="channel" label="Channel" value={chosen("channel")} choices={CHANNELS} choose={choose} />
        <Choice
          name="situation"
          label="Situation"
          value={chosen("situation")}
          choices={[["", "Any"], ...SITUATIONS.map((name) => [name, sentence(name)] as [string, string])]}
          choose={choose}
        />
        <Choice name="days" label="Made" value={chosen("days")} choices={Object.entries(DAYS)} choose={choose} />
        <label class="choice">
          <span>Ticket</span>
          <TicketField value={chosen("ref")} choose={(ref) => choose("ref", ref)} />
        </label>
      </form>
      {failure && <Trouble failure={failure} again={again} />}
      <p class="muted" role="status">
        {busy ? "Loading…" : `${drafts.length}${more ? " or more" : ""} ${drafts.length === 1 ? "draft" : "drafts"}`}
      </p>
      {!busy && !failure && !drafts.length && (
        <p class="empty">Nothing {feedbackOf(query) === "none" ? "waits" : "is here"}. Drafts appear here as your help desk asks for them.</p>
      )}
      <ol class="plain-list drafts" ref={list} onKeyDown={move}>
        {drafts.map((draft) => (
          <Row key={draft.id} draft={draft} />
        ))}
      </ol>
      {more && (
        <button type="button" aria-disabled={busy} onClick={() => busy || more()}>
          Show more
        </button>
      )}
    </main>
  );
}

// What is typed stays while the list comes and the page is drawn again.
function TicketField({ value, choose }: { value: string; choose: (ref: string) => void }): JSX.Element {
  const [typed, setTyped] = useState(value);
  useLayoutEffect(() => setTyped(value), [value]);
  return (
    <input
      type="text"
      class="ticket"
      autocomplete="off"
      maxLength={500}
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onChange={(event) => choose(event.currentTarget.value.trim())}
    />
  );
}

// What waits, unless somebody looks for a ticket: that may be recorded already.
function feedbackOf(query: URLSearchParams): string {
  return query.get("feedback") ?? (query.get("ref") ? "" : "none");
}

function askedOf(query: URLSearchParams): string {
  const params = new URLSearchParams();
  for (const name of ["status", "channel", "situation", "ref"]) {
    const value = query.get(name);
    if (value) params.set(name, value);
  }
  const feedback = feedbackOf(query);
  if (feedback) params.set("feedback", feedback);
  return params.toString();
}

function Choice(given: {
  name: string;
  label: string;
  value: string;
  choices: Choices;
  choose: (name: string, value: string) => void;
}): JSX.Element {
  const { name, label, value, choices, choose } = given;
  return (
    <label class="choice">
      <span>{label}</span>
      <select value={value} onChange={(event) => choose(name, event.currentTarget.value)}>
        {choices.map(([each, words]) => (
          <option key={each} value={each} selected={each === value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

const MOST_CHECKS = 3;

function Row({ draft }: { draft: ListedDraft }): JSX.Element {
  const [state, tone] = statusOf(draft);
  const failed = draft.failed_checks.slice(0, MOST_CHECKS).map(checkName);
  const more = draft.failed_checks.length - failed.length;
  return (
    <li>
      <a href={toDraft(draft.id)} class="row-link" onClick={() => (opened = toDraft(draft.id))}>
        <span class="row-head">
          <strong>
            <bdi>{plain(draft.customer_name ?? "Customer")}</bdi>
          </strong>
          <Badge tone={tone}>{state}</Badge>
          {draft.feedback && <Badge tone="off">{FEEDBACK[draft.feedback]}</Badge>}
          <time dateTime={draft.created_at}>{when(draft.created_at)}</time>
        </span>
        <span class="row-text">
          <bdi>{plain(draft.complaint ?? "")}</bdi>
        </span>
        <span class="row-foot muted">
          {channelName(draft.channel)} · {sentence(draft.situation)}
          {draft.ref && (
            <>
              {" "}
              · <bdi>{plain(draft.ref)}</bdi>
            </>
          )}
          {failed.length > 0 && ` · Not passed: ${failed.join(", ")}${more > 0 ? ` and ${more} more` : ""}`}
        </span>
      </a>
    </li>
  );
}
