// Where a draft is read, changed and recorded.
import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Again, type Wish } from "./again";
import { useChecking } from "./checking";
import { Difference, Others, otherTexts } from "./compare";
import { ComplaintPane } from "./complaint";
import { copy } from "./copying";
import { tellEmbedder, useInsert } from "./embed";
import { type Shortcut, useShortcuts } from "./hooks";
import { comesAfter } from "./keep";
import { Notices } from "./notices";
import { oneLineEnd } from "./offsets";
import { Outcomes } from "./outcomes";
import { Badge, Trouble } from "./parts";
import { useRecording } from "./recording";
import { go, toDraft } from "./route";
import type { Case, Result, Session } from "./types";
import { reasonsAt, summary, Verdicts } from "./verdicts";
import { useWriting } from "./writing";

interface Given {
  result: Result;
  about: Case;
  session: Session;
}

const NOT_COPIED = "The browser does not let this page copy. The text is selected: copy it yourself.";
const COPIED = { reply: "Copied.", copy: "Copied. Paste it into the help desk's reply, and send it there." };
const INSERTED = "Put into the help desk's reply. You send it there.";
const NOT_INSERTED = "The help desk's page is not allowed to take the text: copy it, and tell whoever runs Amends.";

export function Workbench({ result, about, session }: Given): JSX.Element {
  const first = useMemo(() => oneLineEnd(result.draft ?? ""), [result]);
  const [note, setNote] = useState("");
  const [proof, setProof] = useState<string | null>(null);
  const [showDifference, setShowDifference] = useState(false);
  const [wish, setWish] = useState<Wish | null>(null);
  const [drafting, setDrafting] = useState(false);
  const insert = useInsert();
  const [rejecting, setRejecting] = useState(false);
  const recording = useRecording(result.id, () => writing.settled());
  const writing = useWriting({ draft: result.id, first, say: setNote, elsewhere: recording.look });
  const { text, editor } = writing;
  const { checked, current, failure: unchecked, again } = useChecking(text, about, result, {
    verdicts: result.verdicts ?? [],
    of: result.draft === first ? first : null, // with other ends of lines its findings stand elsewhere: it is checked anew
  });
  const empty = !text.trim();
  // Without a text there are those of the one that is not shown, if any.
  const verdicts = !empty ? checked.verdicts : result.draft == null ? (result.verdicts ?? []) : [];

  useLayoutEffect(() => {
    if (current) editor.current?.setVerdicts(checked.verdicts, proof);
  }, [checked, proof, current]);

  const sent = () => {
    if (empty) setNote("There is no text yet.");
    else void recording.save({ outcome: text === first && result.draft != null ? "sent" : "edited", text });
  };
  const reject = async (reason: string) => {
    if (await recording.save({ outcome: "rejected", reason })) setRejecting(false);
  };
  const copyIt = async () => {
    const copied = await copy(text);
    if (!copied) editor.current?.selectAll();
    setNote(copied ? COPIED[insert ?? "reply"] : NOT_COPIED);
  };
  const insertIt = () => {
    const told = tellEmbedder({ type: "amends:insert", draft_id: result.id, ref: result.ref, text });
    setNote(told ? INSERTED : NOT_INSERTED);
  };
  const made = (next: Result) => {
    if (!recording.recorded) comesAfter(next.id, result.id);
    go(toDraft(next.id));
  };
  const stepTo = (direction: 1 | -1) => {
    if (!editor.current?.step(direction)) setNote("No words are marked.");
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
    { keys: "Alt+E", run: () => editor.current?.focus() },
    { keys: "Alt+J", run: () => stepTo(1) },
    { keys: "Alt+K", run: () => stepTo(-1) },
    { keys: "Alt+C", run: () => void copyIt() },
    { keys: "Alt+I", run: () => void (insert === "reply" ? insertIt() : insert && copyIt()) },
    { keys: "Alt+D", run: () => setShowDifference((shown) => !shown) },
    { keys: "Alt+R", run: () => document.getElementById("instruction")?.focus() },
    { keys: "Alt+X", run: () => setRejecting(true) },
    { keys: "Alt+N", run: () => document.getElementById("next-draft")?.click() },
    { keys: "Ctrl+Enter", run: sent },
  ];
  useShortcuts(shortcuts);
  const others = otherTexts(result, first, text);

  return (
    <main class="bench">
      <h1 class="sr-only">Draft</h1>
      <ComplaintPane about={about} result={result} />
      <section class="pane draft" aria-labelledby="draft-title">
        <div class="head">
          <h2 id="draft-title">Reply</h2>
          <State
            empty={empty}
            current={current}
            failed={unchecked !== null}
            verdicts={checked.verdicts}
            left={Boolean(result.escalate)}
          />
        </div>
        <Notices result={result} drafting={drafting} showFaults={() => setWish({ delivery: "flagged" })} {...writing} />
        <div class="editor" ref={writing.host} />
        <p class="at-caret" role="status">
          {note || reasonsAt(writing.here, checked.verdicts)}
        </p>
        {unchecked && <Trouble failure={unchecked} again={again} />}
        <Outcomes
          recording={recording}
          rejecting={rejecting}
          setRejecting={setRejecting}
          reject={(reason) => void reject(reason)}
          sent={sent}
          copy={() => void copyIt()}
          insert={insert === "reply" ? insertIt : null}
          session={session}
        />
        <p class="links">
          <button type="button" class="link" aria-expanded={showDifference} onClick={() => setShowDifference(!showDifference)}>
            {showDifference ? "Hide what you changed" : "Show what you changed"}
          </button>
          {text !== first && result.draft != null && (
            <button type="button" class="link" onClick={() => editor.current?.setText(first)}>
              Back to the first draft
            </button>
          )}
          {others.length > 0 && (
            <button type="button" class="link" onClick={() => document.getElementById("others")?.focus()}>
              Compare with {others.length === 1 ? "another text" : `${others.length} other texts`}
            </button>
          )}
        </p>
      </section>
      <section class="pane checks" aria-labelledby="checks-title">
        <h2 id="checks-title">Checks</h2>
        {verdicts.length ? (
          <Verdicts
            verdicts={verdicts}
            about={about}
            acts={acts}
            here={writing.here}
            places={!empty && checked.of !== null}
            stale={current || empty ? null : unchecked ? "unchecked" : "checking"}
          />
        ) : (
          <p class="muted">There is nothing to check yet.</p>
        )}
      </section>
      <div class="more">
        {showDifference && <Difference before={first} after={text} />}
        <Again draft={result.id} made={made} wish={wish} busy={setDrafting} />
      </div>
      <Others others={others} use={(words) => editor.current?.setText(words)} />
    </main>
  );
}

interface Standing {
  empty: boolean;
  current: boolean;
  failed: boolean;
  verdicts: Result["verdicts"];
  left: boolean; // to a person: no text to such a complaint is good to send because of its words
}

// What the checks come to. It is said aloud when it is known, not that they are under way after each word.
function State({ empty, current, failed, verdicts, left }: Standing): JSX.Element {
  const [words, tone]: [string, string] = empty
    ? ["No text", "off"]
    : current
      ? summary(verdicts ?? [], left)
      : failed
        ? ["Not checked", "warn"]
        : ["Checking…", "off"];
  const said = useRef("");
  if (empty || current || failed) said.current = words;
  return (
    <>
      <p class="state">
        <Badge tone={tone}>{words}</Badge>
      </p>
      <p class="sr-only" role="status">
        {said.current}
      </p>
    </>
  );
}
