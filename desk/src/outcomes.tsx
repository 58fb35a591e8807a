// Copy, insert, and what became of the draft.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useLoaded } from "./hooks";
import { waiting } from "./keep";
import { Trouble } from "./parts";
import type { Recording } from "./recording";
import { toDraft } from "./route";
import type { DraftList, Session, StoredFeedback } from "./types";
import { FEEDBACK, percent, when } from "./words";

interface Given {
  recording: Recording;
  rejecting: boolean;
  setRejecting: (rejecting: boolean) => void;
  reject: (reason: string) => void;
  sent: () => void;
  copy: () => void;
  insert: (() => void) | null;
  session: Session;
}

export function Outcomes(given: Given): JSX.Element {
  const { recording, rejecting, setRejecting } = given;
  const { busy, recorded, failure, waiting } = recording;
  const opener = useRef<HTMLButtonElement>(null);
  const leave = () => setRejecting(false);
  const was = useRef(rejecting);
  useEffect(() => {
    if (was.current && !rejecting) opener.current?.focus(); // not lost with the form
    was.current = rejecting;
  }, [rejecting]);
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
        <button type="button" aria-disabled={busy} onClick={given.sent}>
          I sent it
        </button>
        <button type="button" ref={opener} aria-disabled={busy} aria-expanded={rejecting} onClick={() => setRejecting(!rejecting)}>
          Reject…
        </button>
      </div>
      {rejecting && <Rejecting busy={busy} reject={given.reject} leave={leave} />}
      {waiting ? (
        <div class="notice warn" role="status">
          <p>
            <strong>Not recorded yet.</strong> {failure?.message} It is tried again by itself, and recorded once.
          </p>
          <button type="button" onClick={() => void recording.save(waiting)}>
            Try again now
          </button>
        </div>
      ) : (
        failure && <Trouble failure={failure} />
      )}
      {recorded && <Recorded recorded={recorded} here={recording.here} session={given.session} />}
    </div>
  );
}

function Rejecting({ busy, reject, leave }: { busy: boolean; reject: (reason: string) => void; leave: () => void }): JSX.Element {
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => field.current?.focus(), []); // before the next key
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
        <button type="submit" aria-disabled={busy}>
          Record as rejected
        </button>
        <button type="button" onClick={leave}>
          Leave it
        </button>
      </div>
    </form>
  );
}

function Recorded({ recorded, here, session }: { recorded: StoredFeedback; here: boolean; session: Session }): JSX.Element {
  // What waits in this browser to be recorded, as drafts do that this one replaced, may be listed still.
  const [settled] = useState(waiting);
  const next = useLoaded<DraftList>(session.draft_id ? null : `/v1/drafts?feedback=none&limit=${settled.length + 1}`);
  const outcome = FEEDBACK[recorded.outcome].toLowerCase();
  const changed = recorded.edit_distance ? `; ${percent(recorded.edit_distance)} changed` : "";
  const found = next.value?.drafts.find(({ id }) => !settled.includes(id));
  return (
    <div class={here ? "notice good" : "notice warn"} role="status">
      <p>
        <strong>{here ? `Recorded: ${outcome}${changed}.` : `Recorded already: ${outcome}, ${when(recorded.at)}.`}</strong>
        {here && recorded.number > 1 && " It had been recorded before; this counts now."}
        {!here && " If you record it too, yours counts."}
      </p>
      {!session.draft_id && (
        <p>
          <a id="next-draft" class="button" href={found ? toDraft(found.id) : "#/queue"}>
            {found ? "Next draft" : "To the queue"}
          </a>
        </p>
      )}
    </div>
  );
}
