// The page of one draft.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { passing } from "./api";
import { useLoaded, useTitle } from "./hooks";
import { Busy, plain, Trouble } from "./parts";
import type { Case, Result, Session } from "./types";
import { Workbench } from "./workbench";

const AGAIN_MS = 2_000;

export function DraftPage({ id, session }: { id: string; session: Session }): JSX.Element {
  const path = `/v1/drafts/${encodeURIComponent(id)}`;
  const result = useLoaded<Result>(path);
  const about = useLoaded<Case>(`${path}/case`);
  const name = about.value?.complaint.customer_name;
  useTitle(name ? `Reply to ${plain(name)}` : "Draft");
  const unmade = result.value?.status === "queued" || result.value?.status === "running";
  const gone = unmade && result.failure !== null && !passing(result.failure);
  useEffect(() => {
    if (!unmade || result.busy || gone) return;
    const timer = setTimeout(result.again, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [unmade, result.busy, gone]);
  const failure = result.failure ?? about.failure;
  const again = () => {
    result.again();
    about.again();
  };
  if (failure && (gone || !result.value || !about.value))
    return (
      <main>
        <h1>Draft</h1>
        <Trouble failure={failure} again={again} />
      </main>
    );
  if (!result.value || !about.value || unmade)
    return (
      <main>
        <h1>Draft</h1>
        <Busy>{unmade ? "The draft is being written…" : "Loading the draft…"}</Busy>
      </main>
    );
  if (result.value.status === "cancelled")
    return (
      <main>
        <h1>Draft</h1>
        <p>This draft was cancelled before it was written.</p>
      </main>
    );
  return <Workbench result={result.value} about={about.value} session={session} />;
}
