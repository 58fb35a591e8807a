// The text of a draft as the agent writes it: kept in this browser, and held in step with other tabs.
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Editor, openEditor } from "./editor";
import { dropText, keepText, keptHere, keptText, watch } from "./keep";

export interface Writing {
  text: string;
  host: RefObject<HTMLDivElement | null>;
  editor: RefObject<Editor | null>;
  here: string[]; // the findings at the caret
  theirs: string | null; // what another tab has in place of this text
  takeTheirs: () => void;
  keepMine: () => void;
  settled: () => void; // the text is recorded: other tabs need not be told of it
}

interface Given {
  draft: string;
  first: string; // the draft as it was made
  say: (note: string) => void;
  elsewhere: () => void; // it was recorded in another tab
}

export function useWriting({ draft, first, say, elsewhere }: Given): Writing {
  const [text, setText] = useState(() => keptText(draft)?.text ?? first);
  const [here, setHere] = useState<string[]>([]);
  const [theirs, setTheirs] = useState<string | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(null);
  // What this tab had when it last agreed with the others, and whether it keeps that itself or they do.
  const synced = useRef({ text, mine: keptHere(draft) });

  // At once, not when the page is painted next: it may be closed before.
  const keep = (changed: string) => {
    const known = changed === synced.current.text && !synced.current.mine; // to the others, or to the service
    if (known || changed === first) dropText(draft);
    else if (!keepText(draft, changed)) say("This browser keeps nothing: do not load the page again before you are done.");
  };

  const adopt = (changed: string, mine: boolean) => {
    synced.current = { text: changed, mine };
    editor.current?.setText(changed);
    setTheirs(null);
  };

  useLayoutEffect(() => {
    if (text !== first) say("Your text from before is here again.");
    if (!host.current) return;
    const opened = openEditor(host.current, text, {
      changed: (changed) => {
        keep(changed);
        setText(changed);
      },
      at: (ids) => {
        setHere(ids);
        if (ids.length) say(""); // why these words are marked is what counts now
      },
    });
    editor.current = opened;
    return () => opened.destroy();
  }, []);

  useEffect(
    () =>
      watch(draft, {
        changed: (changed) => {
          const mine = editor.current?.text() ?? "";
          if (changed === mine) setTheirs(null);
          else if (mine === synced.current.text) {
            adopt(changed, false);
            say("The text was changed in another tab.");
          } else setTheirs(changed);
        },
        recorded: elsewhere,
      }),
    [draft],
  );

  return {
    text,
    host,
    editor,
    here,
    theirs,
    takeTheirs: () => {
      if (theirs !== null) adopt(theirs, true);
    },
    keepMine: () => setTheirs(null),
    settled: () => {
      // What waited may be stored before the editor is there.
      synced.current = { text: editor.current?.text() ?? text, mine: false };
    },
  };
}
