// Has the text checked anew as the agent types: a moment after the last key, and only the newest answer counts.
import { useEffect, useRef, useState } from "preact/hooks";
import { aborted, asFailure, ask, type Failure, passing } from "./api";
import type { Case, Result, Verdict } from "./types";

const WAIT_MS = 300;
const AGAIN_MS = 5_000; // after a failure that passes

export interface Checked {
  verdicts: Verdict[];
  of: string | null; // the text that they are about; null for one that does not stand in the editor
}

export interface Checking {
  checked: Checked;
  current: boolean; // whether that is the text that stands there
  failure: Failure | null;
  again: () => void;
}

export function useChecking(text: string, about: Case, result: Result, first: Checked): Checking {
  const [checked, setChecked] = useState(first);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [turn, setTurn] = useState(0);
  const latest = useRef(text);
  latest.current = text;
  const again = () => setTurn((n) => n + 1);
  useEffect(() => {
    if (text === checked.of || !text.trim()) {
      setFailure(null);
      return;
    }
    const stop = new AbortController();
    const check = () => {
      const { complaint, context, options } = about;
      // What the draft was asked for with holds for an edited one, too.
      const asked = { max_words: options?.max_words, instruction: options?.instruction };
      const body = { complaint, context, draft: text, policy: result.policy, ...asked };
      ask<{ verdicts: Verdict[] }>("POST", "/v1/checks", { body, signal: stop.signal })
        .then(({ verdicts }) => {
          if (latest.current !== text) return;
          if (!Array.isArray(verdicts)) throw new TypeError("an answer without verdicts");
          setChecked({ verdicts, of: text });
          setFailure(null);
        })
        .catch((error: unknown) => {
          if (aborted(error) || latest.current !== text) return;
          const found = asFailure(error);
          setFailure(found);
          if (passing(found)) timer = setTimeout(check, AGAIN_MS);
        });
    };
    let timer = setTimeout(check, WAIT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, checked.of, turn]);
  useEffect(() => {
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, []);
  return { checked, current: checked.of === text, failure, again };
}
