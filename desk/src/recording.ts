// What became of one draft: recorded here, by another tab, or by somebody else.
import { useEffect, useState } from "preact/hooks";
import { asFailure, ask, type Failure } from "./api";
import { useOnline, useSeen } from "./hooks";
import { hearRecorded, record, recordedOf, waitingOf } from "./record";
import type { Feedback, FeedbackList, StoredFeedback } from "./types";

export interface Recording {
  recorded: StoredFeedback | null;
  here: boolean; // on this page, not by somebody else
  busy: boolean;
  waiting: Feedback | null; // not stored yet
  failure: Failure | null;
  save: (body: Feedback) => Promise<boolean>;
  look: () => void;
}

export function useRecording(draft: string, settled: () => void): Recording {
  const [mine, setMine] = useState<StoredFeedback | null>(recordedOf(draft));
  const [theirs, setTheirs] = useState<StoredFeedback | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const online = useOnline();

  async function save(body: Feedback): Promise<boolean> {
    if (busy) return false;
    setBusy(true);
    setFailure(null);
    try {
      await record(draft, body);
      return true;
    } catch (error) {
      setFailure(asFailure(error));
      return false;
    } finally {
      setBusy(false);
    }
  }
  // Somebody else may have recorded it, or do so while it stands open here. Who may not read that loses nothing else.
  const look = () => {
    ask<FeedbackList>("GET", `/v1/drafts/${encodeURIComponent(draft)}/feedback`).then(
      ({ feedback }) => setTheirs(feedback.at(-1) ?? null),
      () => undefined,
    );
  };

  useEffect(look, [draft]);
  useSeen(look);
  useEffect(() => {
    const hear = (recorded: string, stored: StoredFeedback) => {
      if (recorded !== draft) return;
      setMine(stored);
      setFailure(null);
      settled();
    };
    const before = recordedOf(draft); // what waited may have been stored since this was first drawn
    if (before && before !== mine) hear(draft, before);
    return hearRecorded(hear);
  }, [draft]);
  useEffect(() => {
    const waiting = waitingOf(draft);
    if (online && waiting && !busy) void save(waiting);
  }, [online]);

  const recorded = mine && mine.number >= (theirs?.number ?? 0) ? mine : theirs;
  return { recorded, here: recorded !== null && recorded === mine, busy, waiting: busy ? null : waitingOf(draft), failure, save, look };
}
