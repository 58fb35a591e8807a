// Has the text checked anew as the agent types: a moment after the last key, and only the newest answer counts.
import { useEffect, useRef, useState } from "preact/hooks";
import { aborted, asFailure, ask, type Failure } from "./api";
import type { Case, Result, Verdict } from "./types";

const WAIT_MS = 300;

export interface Checked {
  verdicts: Verdict[];
  of: string; // the text that they are about
}

export interface Checking {
  checked: Checked;
  busy: boolean;
  failure: Failure | null;
  again: () => void;
}

export function useChecking(text: string, about: Case, result: Result, first: Checked): Checking {
  const [checked, setChecked] = useState(first);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    if (text === checked.of || !text.trim()) {
      setBusy(false);
      return;
    }
    const stop = new AbortController();
    setBusy(true);
    const timer = setTimeout(() => {
      const body = { complaint: about.complaint, context: about.context, draft: text, policy: result.policy };
      ask<{ verdicts: Verdict[] }>("POST", "/v1/checks", { body, signal: stop.signal })
        .then(({ verdicts }) => {
          if (latest.current !== text) return;
          setChecked({ verdicts, of: text });
          setFailure(null);
          setBusy(false);
        })
        .catch((error: unknown) => {
          if (aborted(error) || latest.current !== text) return;
          setFailure(asFailure(error));
          setBusy(false);
        });
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, checked.of, turn]);
  useEffect(() => {
    const listener = () => setTurn((n) => n + 1);
    addEventListener("online", listener);
    return () => removeEventListener("online", listener);
  }, []);
  return { checked, busy, failure, again: () => setTurn((n) => n + 1) };
}
