// Where a draft is read, changed and recorded.
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Again, type Wish } from "./again";
import { asFailure, type Failure } from "./api";
import { useChecking } from "./checking";
import { Difference, type Other, Others } from "./compare";
import { ComplaintPane } from "./complaint";
import { copy } from "./copying";
import { type Editor, openEditor } from "./editor";
import { embedded, tellEmbedder } from "./embed";
import { useOnline, useShortcuts, type Shortcut } from "./hooks";
import { dropText, earlierThan, keepText, keptText, watch } from "./keep";
import { oneLineEnd } from "./offsets";
import { Outcomes } from "./outcomes";
import { Badge, Trouble } from "./parts";
import { hearRecorded, record, recordedOf, replaces, waits } from "./record";
import { go, toDraft } from "./route";
import type { Case, Feedback, Result, Session, StoredFeedback } from "./types";
import { summary, Verdicts } from "./verdicts";
import { escalation } from "./words";

interface Given {
  result: Result;
  about: Case;
  session: Session;
}

export function Workbench({ result, about, session }: Given): JSX.Element {
  const first = useMemo(() => oneLineEnd(result.draft ?? ""), [result]);
  const kept = useMemo(() => keptText(result.id), [result.id]);
  const [text, setText] = useState(kept?.text ?? first);
  const [here, setHere] = useState<string[]>([]);
  const [proof, setProof] = useState<string | null>(null);
  const [showDifference, setShowDifference] = useState(false);
  const [others, setOthers] = useState<string | null>(null); // what another tab has in place of this text
  const [note, setNote] = useState(kept && kept.text !== first ? "Your text from before is here again." : "");
  const [wish, setWish] = useState<Wish | null>(null);
  const [drafting, setDrafting] = useState(false);
  const [recorded, setRecorded] = useState<StoredFeedback | "elsewhere" | null>(recordedOf(result.id));
  const [recording, setRecording] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [rejecting, setRejecting] = useState(false);
  const online = useOnline();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const synced = useRef(text); // what this tab had when it last agreed with the others
  // A text with other ends of lines than ours has its findings elsewhere: it is checked anew.
  const fits = result.draft === first;
  const { checked, busy, failure: unchecked, again } = useChecking(text, about, result, {
    verdicts: result.verdicts ?? [],
    of: result.draft == null ? "" : fits ? first : "\0",
  });
  const current = checked.of === text;

  // At once, not when the page is painted next: it may be closed before.
  const keep = (changed: string) => {
    if (changed === synced.current) return;
    if (changed === first) dropText(result.id);
    else if (!keepText(result.id, changed)) setNote("This browser keeps nothing: do not load the page again before you are done.");
  };

  useEffect(() => {
    if (!host.current) return;
    const opened = openEditor(host.current, text, {
      changed: (changed) => {
        keep(changed);
        setText(changed);
      },
      at: setHere,
    });
    editor.current = opened;
    return () => opened.destroy();
  }, []);

  useEffect(() => {
    if (current) editor.current?.setVerdicts(checked.verdicts, proof);
  }, [checked, proof, current]);

  useEffect(
    () =>
      watch(result.id, {
        changed: (theirs) => {
          const mine = editor.current?.text() ?? "";
          if (theirs === mine) setOthers(null);
          else if (mine === synced.current) {
            synced.current = theirs;
            editor.current?.setText(theirs);
            setNote("The text was changed in another tab.");
          } else setOthers(theirs);
        },
        recorded: () => setRecorded((old) => old ?? "elsewhere"),
      }),
    [result.id],
  );

  async function save(body: Feedback): Promise<void> {
    if (recording) return;
    setRecording(true);
    setFailure(null);
    try {
      await record(result.id, body);
      setRejecting(false);
    } catch (error) {
      setFailure(asFailure(error));
    } finally {
      setRecording(false);
    }
  }

  useEffect(
    () =>
      hearRecorded((draft, stored) => {
        if (draft !== result.id) return;
        setRecorded(stored);
        setFailure(null);
        synced.current = editor.current?.text() ?? "";
      }),
    [result.id],
  );

  useEffect(() => {
    const waiting = waits(result.id);
    if (online && waiting && !recording) void save(waiting);
  }, [online]);

  const sent = () => {
    if (!text.trim()) setNote("There is no text yet.");
    else void save({ outcome: text === first && result.draft != null ? "sent" : "edited", text });
  };
  const copyIt = async () => setNote((await copy(text)) ? "Copied." : "The browser does not let this page copy: select the text and copy it.");
  const insertIt = () =>
    setNote(
      tellEmbedder({ type: "amends:insert", draft_id: result.id, ref: result.ref, text })
        ? "Put into the help desk's reply. You send it there."
        : "The help desk's page is not allowed to take the text: copy it, and tell whoever runs Amends.",
    );
  const made = (next: Result) => {
    if (!recorded) replaces(next.id, result.id);
    go(toDraft(next.id));
  };
  const stepTo = (direction: 1 | -1) => {
    const places = editor.current?.places() ?? [];
    if (!places.length) return setNote("No words are marked.");
    const caret = editor.current?.caret() ?? 0;
    const next =
      direction > 0
        ? (places.find(({ from }) => from > caret) ?? places[0])
        : (places.filter(({ to }) => to < caret).at(-1) ?? places.at(-1));
    if (next) editor.current?.select(next);
  };
  const acts = {
    show: (id: string) => {
      const place = editor.current?.place(id);
      if (place) editor.current?.select(place);
    },
    apply: (id: string, words: string) => {
      const place = editor.current?.place(id);
      if (place) editor.current?.replace(place, words);
      else setNote("These words have changed: change the text yourself.");
    },
    add: (words: string) => editor.current?.insert(words),
    prove: setProof,
  };
  const shortcuts: Shortcut[] = [
    { keys: "Alt+E", does: "Go to the text", run: () => editor.current?.focus() },
    { keys: "Alt+J", does: "Next marked words", run: () => stepTo(1) },
    { keys: "Alt+K", does: "Marked words before", run: () => stepTo(-1) },
    { keys: "Alt+C", does: "Copy the text", run: () => void copyIt() },
    { keys: "Alt+I", does: "Insert into the help desk", run: insertIt },
    { keys: "Alt+D", does: "Show what you changed", run: () => setShowDifference((shown) => !shown) },
    { keys: "Alt+R", does: "Ask for another draft", run: () => document.getElementById("instruction")?.focus() },
    { keys: "Alt+X", does: "Reject the draft", run: () => setRejecting(true) },
    { keys: "Ctrl+Enter", does: "Record that you sent the text", run: sent },
  ];
  useShortcuts(shortcuts);

  const [state, tone] = summary(checked.verdicts);
  const said = spoken(here, checked.verdicts);
  const side = otherTexts(result, first, text);
  return (
    <main id="main" class="bench">
      <h1 class="sr-only">Draft</h1>
      <ComplaintPane about={about} result={result} />
      <section class="pane draft" aria-labelledby="draft-title">
          <div class="head">
            <h2 id="draft-title">Reply</h2>
            <p class="state" role="status">
              {!text.trim() ? (
                <Badge tone="off">No text</Badge>
              ) : current && !busy ? (
                <Badge tone={tone}>{state}</Badge>
              ) : unchecked ? (
                <Badge tone="warn">Not checked</Badge>
              ) : (
                <Badge tone="off">Checking…</Badge>
              )}
            </p>
          </div>
          {result.escalate && (
            <p class="notice bad">
              <strong>This one is for a person:</strong> {escalation(result.escalate)}.
            </p>
          )}
          {result.draft == null && (
            <div class="notice warn">
              <p>
                {result.status === "failed"
                  ? "No text could be written. Ask for another draft, or write the reply yourself."
                  : "No text is shown, because it did not pass the checks that must pass. They are listed here. Write the reply yourself, or look at the text with its faults marked."}
              </p>
              <button type="button" disabled={drafting} onClick={() => setWish({ delivery: "flagged" })}>
                {result.status === "failed" ? "Draft again" : "Draft again and show the faults"}
              </button>
            </div>
          )}
          {others !== null && (
            <div class="notice warn" role="alert">
              <p>This draft was changed in another tab, too. Both texts are kept until you choose.</p>
              <div class="actions">
                <button
                  type="button"
                  onClick={() => {
                    synced.current = others;
                    editor.current?.setText(others);
                    setOthers(null);
                  }}
                >
                  Take the other text
                </button>
                <button type="button" onClick={() => setOthers(null)}>
                  Keep mine
                </button>
              </div>
            </div>
          )}
          <div class="editor" ref={host} />
          <p class="at-caret" role="status">
            {said || note}
          </p>
          {unchecked && <Trouble failure={unchecked} again={again} />}
          <Outcomes
            busy={recording}
            recorded={recorded}
            failure={failure}
            retry={() => {
              const waiting = waits(result.id);
              if (waiting) void save(waiting);
            }}
            waiting={!recording && waits(result.id) !== null}
            rejecting={rejecting}
            setRejecting={setRejecting}
            reject={(reason) => void save({ outcome: "rejected", reason })}
            sent={sent}
            copy={() => void copyIt()}
            insert={embedded ? insertIt : null}
            session={session}
          />
          <p>
            <button type="button" class="link" aria-expanded={showDifference} onClick={() => setShowDifference(!showDifference)}>
              {showDifference ? "Hide what you changed" : "Show what you changed"}
            </button>
            {text !== first && result.draft != null && (
              <button type="button" class="link" onClick={() => editor.current?.setText(first)}>
                Back to the first draft
              </button>
            )}
          </p>
      </section>
      <section class="pane checks" aria-labelledby="checks-title">
        <h2 id="checks-title">Checks</h2>
        {checked.verdicts.length ? (
          <Verdicts
            verdicts={checked.verdicts}
            about={about}
            acts={acts}
            here={here}
            places={checked.of !== "" && checked.of !== "\0"}
            stale={!current}
          />
        ) : (
          <p class="muted">There is nothing to check yet.</p>
        )}
      </section>
      <div class="more">
        {showDifference && <Difference before={first} after={text} />}
        <Again draft={result.id} made={made} wish={wish} busy={setDrafting} />
        <Others others={side} use={(words) => editor.current?.setText(words)} />
      </div>
    </main>
  );
}

function otherTexts(result: Result, first: string, text: string): Other[] {
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

function spoken(ids: readonly string[], verdicts: Result["verdicts"]): string {
  const reasons = ids.map((id) => {
    const [check = "", number = "0"] = id.split(":");
    return verdicts?.find((verdict) => verdict.check === check)?.findings[Number(number)]?.reason;
  });
  return [...new Set(reasons.filter(Boolean))].join(" ");
}
