// Copy, insert, and what became of the draft.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "./api";
import { useLoaded } from "./hooks";
import { Trouble } from "./parts";
import { toDraft } from "./route";
import type { DraftList, Session, StoredFeedback } from "./types";
import { FEEDBACK, percent } from "./words";

interface Given {
  busy: boolean;
  recorded: StoredFeedback | "elsewhere" | null;
  failure: Failure | null;
  waiting: boolean;
  retry: () => void;
  rejecting: boolean;
  setRejecting: (rejecting: boolean) => void;
  reject: (reason: string) => void;
  sent: () => void;
  copy: () => void;
  insert: (() => void) | null;
  session: Session;
}

export function Outcomes(given: Given): JSX.Element {
  const { busy, recorded, failure, waiting, rejecting, setRejecting } = given;
  return (
    <div class="outcomes">
      <div class="actions">
        {given.insert && (
          <button type="button" class="main" onClick={given.insert}>
            Insert into the reply
          </button>
        )}
        <button type="button" class={given.insert ? "" : "main"} onClick={given.copy}>
          Copy
        </button>
        <button type="button" disabled={busy} onClick={given.sent}>
          I sent it
        </button>
        <button type="button" disabled={busy} aria-expanded={rejecting} onClick={() => setRejecting(!rejecting)}>
          Reject…
        </button>
      </div>
      {rejecting && <Rejecting busy={busy} reject={given.reject} leave={() => setRejecting(false)} />}
      {failure && <Trouble failure={failure} again={waiting ? given.retry : undefined} />}
      {waiting && (
        <p class="notice warn" role="status">
          Not recorded yet. It is tried again by itself when the connection is back, and recorded once.
        </p>
      )}
      {recorded && <Recorded recorded={recorded} session={given.session} />}
    </div>
  );
}

function Rejecting({ busy, reject, leave }: { busy: boolean; reject: (reason: string) => void; leave: () => void }): JSX.Element {
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      class="rejecting"
      onKeyDown={(event) => event.key === "Escape" && leave()}
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(!reason.trim());
        if (reason.trim()) reject(reason.trim());
        else field.current?.focus();
      }}
    >
      <label for="reason">Why is it of no use?</label>
      <textarea
        id="reason"
        ref={field}
        rows={2}
        maxLength={2_000}
        value={reason}
        aria-invalid={missing}
        aria-describedby={missing ? "reason-missing" : undefined}
        onInput={(event) => setReason(event.currentTarget.value)}
      />
      {missing && (
        <p id="reason-missing" class="wrong">
          Say why, in a few words: it helps to make drafts better.
        </p>
      )}
      <div class="actions">
        <button type="submit" disabled={busy}>
          Record as rejected
        </button>
        <button type="button" onClick={leave}>
          Leave it
        </button>
      </div>
    </form>
  );
}

function Recorded({ recorded, session }: { recorded: StoredFeedback | "elsewhere"; session: Session }): JSX.Element {
  const next = useLoaded<DraftList>(session.draft_id ? null : "/v1/drafts?feedback=none&limit=1");
  const words =
    recorded === "elsewhere"
      ? "This draft was recorded in another tab."
      : `Recorded: ${FEEDBACK[recorded.outcome].toLowerCase()}${
          recorded.edit_distance ? `; ${percent(recorded.edit_distance)} changed` : ""
        }.`;
  const found = next.value?.drafts[0];
  return (
    <div class="notice good" role="status">
      <p>
        <strong>{words}</strong>
      </p>
      {!session.draft_id && (
        <p>
          {found ? <a href={toDraft(found.id)}>Next draft</a> : <a href="#/queue">To the queue</a>}
        </p>
      )}
    </div>
  );
}
