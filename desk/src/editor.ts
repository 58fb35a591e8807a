// The editor of a draft: plain text with findings underlined, which move along as the text is changed.
import {
  deleteCharBackward,
  deleteCharForward,
  deleteGroupBackward,
  deleteGroupForward,
  history,
  historyKeymap,
  insertNewline,
  selectAll,
} from "@codemirror/commands";
import { EditorSelection, EditorState, type Range, StateEffect, StateField, type Transaction } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, highlightSpecialChars, keymap } from "@codemirror/view";
import { HIDDEN } from "./hidden";
import { placesIn } from "./offsets";
import type { Verdict } from "./types";

export type Mark = "must" | "could" | "proof";

export interface Place {
  id: string; // of the finding: its check and number
  from: number;
  to: number;
}

export interface Editor {
  text: () => string;
  // Puts another text in place of all; it can be undone.
  setText: (text: string) => void;
  setVerdicts: (verdicts: readonly Verdict[], proof: string | null) => void;
  place: (id: string) => Place | undefined;
  // Goes to the next finding, or the one before; says whether there is any.
  step: (direction: 1 | -1) => boolean;
  select: (place: Place) => void;
  selectAll: () => void;
  replace: (place: Place, text: string) => void;
  // Adds a sentence: at the caret, or before the sign-off where the agent has not put the caret anywhere.
  insert: (sentence: string) => void;
  focus: () => void;
  destroy: () => void;
}

export interface Hears {
  changed: (text: string) => void;
  at: (ids: string[]) => void; // the findings at the caret
}

const ID = "data-finding";
const setMarks = StateEffect.define<DecorationSet>();

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(found, transaction) {
    let next = found.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setMarks)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "1rem", borderRadius: "6px" },
  "&.cm-focused": { outline: "none" }, // the host shows it, at once
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "1.65" },
  ".cm-content": { padding: "1rem", minHeight: "14rem", caretColor: "var(--ink)", unicodeBidi: "isolate" },
  ".cm-line": { padding: "0" },
  ".cm-content ::selection": { backgroundColor: "var(--selection)" },
  ".must": {
    textDecoration: "underline wavy var(--bad-line) 1.5px",
    textUnderlineOffset: "4px",
    textDecorationSkipInk: "none",
    backgroundColor: "var(--bad-wash)",
  },
  ".could": {
    textDecoration: "underline dashed var(--warn-line) 1.5px",
    textUnderlineOffset: "4px",
    textDecorationSkipInk: "none",
  },
  ".proof": {
    textDecoration: "underline dotted var(--good-line) 2px",
    textUnderlineOffset: "4px",
    textDecorationSkipInk: "none",
    backgroundColor: "var(--good-wash)",
  },
  ".cm-specialChar": { color: "var(--bad)", fontWeight: "bold" },
});

export function openEditor(host: HTMLElement, text: string, hears: Hears): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open", delegatesFocus: true });
  let chosen = false; // whether the agent put the caret where it is, not a new text or the desk
  const seen = () => atPlace(view.state, view.state.selection.main.head);
  const view: EditorView = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        history(),
        keymap.of([
          ...historyKeymap,
          { key: "Enter", run: insertNewline, shift: insertNewline },
          { key: "Backspace", run: deleteCharBackward, shift: deleteCharBackward },
          { key: "Delete", run: deleteCharForward },
          { key: "Mod-Backspace", mac: "Alt-Backspace", run: deleteGroupBackward },
          { key: "Mod-Delete", mac: "Alt-Delete", run: deleteGroupForward },
          { key: "Mod-a", run: selectAll },
        ]),
        EditorView.lineWrapping,
        highlightSpecialChars({ specialChars: HIDDEN, render: shownMark }),
        marks,
        look,
        EditorView.contentAttributes.of({
          "aria-label": "Reply to the customer",
          "aria-multiline": "true",
          spellcheck: "true",
          autocorrect: "on",
          autocapitalize: "on",
        }),
        EditorView.perLineTextDirection.of(true),
        EditorView.updateListener.of((update) => {
          if (update.transactions.some(ofAgent)) chosen = true;
          if (update.docChanged) hears.changed(update.state.doc.toString());
          if (update.docChanged || update.selectionSet) hears.at(seen());
        }),
        EditorView.domEventHandlers({
          mouseover: (event) => {
            const ids = idsAround(event.target);
            if (ids.length) hears.at(ids);
          },
          mouseleave: () => hears.at(seen()),
        }),
      ],
    }),
  });
  const select = ({ from, to }: Place) => {
    view.dispatch({ selection: EditorSelection.range(from, to), effects: EditorView.scrollIntoView(from, { y: "center" }) });
    view.focus();
    chosen = false;
  };
  return {
    text: () => view.state.doc.toString(),
    setText: (given) => {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: given }, selection: { anchor: 0 } });
      chosen = false;
    },
    setVerdicts: (verdicts, proof) =>
      view.dispatch({ effects: setMarks.of(decorations(view.state.doc.toString(), verdicts, proof)) }),
    place: (id) => placesOf(view.state).find((each) => each.id === id),
    step: (direction) => {
      const next = nextPlace(placesOf(view.state), view.state.selection.main, direction);
      if (next) select(next);
      return next !== undefined;
    },
    select,
    selectAll: () => {
      view.focus();
      selectAll(view);
      chosen = false;
    },
    replace: ({ from, to }, given) => {
      const all = view.state.doc.toString();
      const range = given ? { from, to } : withoutGap(all, from, to);
      const words = /^[.,;:!?]/.test(all.slice(to)) ? given.replace(/\.$/, "") : given;
      view.dispatch({
        changes: { ...range, insert: words },
        selection: EditorSelection.range(range.from, range.from + words.length),
        effects: EditorView.scrollIntoView(range.from, { y: "center" }),
        userEvent: "input.advice",
      });
      view.focus();
      chosen = false;
    },
    insert: (sentence) => {
      const { from, before, after } = roomFor(view.state.doc.toString(), chosen ? view.state.selection.main.head : null);
      view.dispatch({
        changes: { from, insert: before + sentence + after },
        selection: { anchor: from + before.length + sentence.length },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function shownMark(code: number, description: string | null): HTMLElement {
  const mark = document.createElement("span");
  mark.textContent = "⍰";
  mark.title = description ?? `hidden character U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  mark.setAttribute("aria-label", mark.title);
  mark.setAttribute("role", "img");
  mark.className = "cm-specialChar";
  return mark;
}

function decorations(text: string, verdicts: readonly Verdict[], proof: string | null): DecorationSet {
  const place = placesIn(text);
  const found: Range<Decoration>[] = [];
  for (const verdict of verdicts) {
    const kind: Mark = verdict.passed ? "proof" : verdict.blocking ? "must" : "could";
    if (kind === "proof" && verdict.check !== proof) continue;
    verdict.findings.forEach((finding, number) => {
      const from = place(finding.start);
      const to = place(finding.end);
      const id = `${verdict.check}:${number}`;
      if (from < to) found.push(Decoration.mark({ class: kind, id, attributes: { [ID]: id } }).range(from, to));
    });
  }
  return Decoration.set(found, true);
}

function placesOf(state: EditorState): Place[] {
  const found: Place[] = [];
  for (const at = state.field(marks).iter(); at.value; at.next())
    found.push({ id: String(at.value.spec["id"]), from: at.from, to: at.to });
  return found;
}

function nextPlace(unsorted: Place[], { from, to }: { from: number; to: number }, direction: 1 | -1): Place | undefined {
  const places = unsorted.sort((one, other) => one.from - other.from || one.to - other.to);
  const after = (place: Place) => place.from > from || (place.from === from && place.to > to);
  const before = (place: Place) => place.from < from || (place.from === from && place.to < to);
  return direction > 0 ? (places.find(after) ?? places[0]) : (places.filter(before).at(-1) ?? places.at(-1));
}

// The findings that a node belongs to. It is not asked for by coordinates: a browser may tell of the mouse in the middle
// of a change, and measuring then has the editor forget what was typed.
function idsAround(node: EventTarget | null): string[] {
  const mark = node instanceof Element ? node.closest(`[${ID}]`) : null;
  return mark ? [mark.getAttribute(ID) ?? "", ...idsAround(mark.parentElement)] : [];
}

function atPlace(state: EditorState, caret: number): string[] {
  return placesOf(state)
    .filter(({ from, to }) => from <= caret && caret <= to)
    .map(({ id }) => id);
}

// An undo is none of these: it leads the caret back to where it was before.
function ofAgent(transaction: Transaction): boolean {
  return ["select", "input", "delete", "move"].some((event) => transaction.isUserEvent(event));
}

const SENTENCE_END = /[\p{STerm}…][^\p{L}\p{N}\n]*$/gmu; // at the end of a line, as "Dr." in a signature is none

// Where a sentence can be added, and what keeps it apart there. What comes behind the last line that ends a sentence is
// the sign-off.
function roomFor(text: string, caret: number | null): { from: number; before: string; after: string } {
  const last = [...text.matchAll(SENTENCE_END)].at(-1);
  const from = caret ?? (last ? last.index + last[0].trimEnd().length : text.length);
  const gap = caret === null && !last ? "\n\n" : " ";
  return { from, before: /\S$/.test(text.slice(0, from)) ? gap : "", after: /^\S/.test(text.slice(from)) ? " " : "" };
}

// Words that are taken out leave no double blank and no blank before a full stop.
function withoutGap(text: string, from: number, to: number): { from: number; to: number } {
  const before = text[from - 1] ?? "\n";
  const after = text[to] ?? "\n";
  if (/\s/.test(before) && /[ \t]/.test(after)) return { from, to: to + 1 };
  if (/[ \t]/.test(before) && /[\s.,;:!?]/.test(after)) return { from: from - 1, to };
  return { from, to };
}
