// The drafts that a queue asks for, page by page; only the newest question counts.
import { useEffect, useRef, useState } from "preact/hooks";
import { aborted, asFailure, ask, type Failure } from "./api";
import { useSeen } from "./hooks";
import type { DraftList, ListedDraft } from "./types";

const PAGE = 50;
const NOTHING: DraftList & { question: string } = { question: "", drafts: [], next: null };

export interface Listed {
  drafts: ListedDraft[];
  busy: boolean;
  failure: Failure | null;
  more: (() => void) | null; // shows the next page, if there is one
  again: () => void;
}

// `asked` is a query of the service's, `days` how far back, 0 for all.
export function useListed(asked: string, days: number): Listed {
  const question = `${days} ${asked}`;
  const [found, setFound] = useState(NOTHING);
  const [busy, setBusy] = useState(true);
  const [failure, setFailure] = useState<Failure | null>(null);
  const latest = useRef<AbortController | null>(null);

  const load = (before: string | null) => {
    latest.current?.abort();
    const stop = new AbortController();
    latest.current = stop;
    const params = new URLSearchParams(asked);
    params.set("limit", String(PAGE));
    if (days) params.set("from", new Date(Date.now() - days * 86_400_000).toISOString());
    if (before) params.set("before", before);
    setBusy(true);
    ask<DraftList>("GET", `/v1/drafts?${params}`, { signal: stop.signal })
      .then((page) => {
        setFound((old) => ({ question, drafts: before ? [...old.drafts, ...page.drafts] : page.drafts, next: page.next }));
        setFailure(null);
        setBusy(false);
      })
      .catch((error: unknown) => {
        if (aborted(error)) return;
        setFailure(asFailure(error));
        setBusy(false);
      });
  };
  useEffect(() => {
    load(null);
    return () => latest.current?.abort();
  }, [question]);
  // What was asked for before is shown until there is another answer, but not where that one fails.
  const { drafts, next } = failure && found.question !== question ? NOTHING : found;
  // Who has gone further down keeps the place: the list is made anew on demand.
  useSeen(() => drafts.length <= PAGE && load(null));
  return { drafts, busy, failure, more: next ? () => load(next) : null, again: () => load(null) };
}
