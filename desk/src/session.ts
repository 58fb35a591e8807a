// Who sits at the desk: signs in by a key or a link, out again, and on when another tab did.
import { useEffect, useRef, useState } from "preact/hooks";
import { asFailure, ask, Failure, onSignedOut, proveBy, renewBy } from "./api";
import { allow, embedded, tellEmbedder } from "./embed";
import { useOnline, useSeen } from "./hooks";
import { forgetAll, unsent } from "./keep";
import { flush } from "./record";
import { type Route, readRoute, toDraft } from "./route";
import type { Session } from "./types";

const SESSION = "/v1/desk/session";
const NOBODY: Session = { signed_in: false, open: false, draft_id: null, csrf: null, embedders: [] };
const NOT_SIGNED_OUT = "You are not signed out: the service cannot be reached.";
const OPEN_AGAIN = "Open the ticket again in your help desk.";

interface Opened extends Session {
  token?: string | null; // of a page in a frame, which keeps it in memory
  opens?: string | null; // the draft of the link that was followed
}

export interface Sitting {
  session: Session | null; // null as long as it is not known
  failure: Failure | null; // to sign in, or out again
  busy: boolean;
  enter: (by: { key: string } | { link: string }) => Promise<void>;
  leave: () => Promise<void>;
  look: () => void;
}

export function useSession(route: Route): Sitting {
  const [session, setSession] = useState<Session | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const online = useOnline();

  const opened = (found: Opened) => {
    proveBy(found.token ?? null, found.csrf);
    allow(found.embedders);
    setSession(found);
    setFailure(null);
    if (found.signed_in) void flush();
    tellEmbedder({ type: "amends:ready" });
    const draft = found.opens ?? found.draft_id;
    const { page } = readRoute();
    if (draft && page !== "draft") location.replace(toDraft(draft));
    // By a key, where the link has expired: it is still in the address.
    else if (found.signed_in && page === "open") location.replace("#/queue");
  };
  const enter = async (by: { key: string } | { link: string }) => {
    setBusy(true);
    try {
      opened(await ask<Opened>("POST", SESSION, { body: { ...by, keep: embedded ? "page" : "cookie" } }));
    } catch (error) {
      const found = wrongKey(asFailure(error));
      const sits = expired(found) ? await ask<Opened>("GET", SESSION).catch(() => null) : null;
      // Who has the whole desk needs no link. A session for one draft shows that one, which may not be the link's.
      const whole = sits?.signed_in && !sits.draft_id;
      if (whole) opened(sits);
      else setSession((old) => old ?? NOBODY);
      setFailure(whole ? new Failure(found.kind, found.message, OPEN_AGAIN, found.problem) : found);
    } finally {
      setBusy(false);
    }
  };
  const look = () => {
    setFailure(null);
    const { page, id } = readRoute();
    if (page === "open") void enter({ link: id });
    else
      ask<Opened>("GET", SESSION)
        .then(opened)
        .catch((error: unknown) => setFailure(asFailure(error)));
  };
  const leave = async () => {
    if (!sure(unsent())) return;
    setFailure(null);
    try {
      await ask("DELETE", SESSION);
    } catch (error) {
      const { kind, problem } = asFailure(error);
      // The cookie is still there: whoever has this browser next would be the agent.
      if (kind !== "signed-out") return setFailure(new Failure(kind, NOT_SIGNED_OUT, "Try again.", problem));
    }
    forgetAll();
    proveBy(null, null);
    setSession((old) => old && { ...old, signed_in: false, csrf: null });
  };

  useEffect(() => {
    onSignedOut(() => setSession((old) => old && { ...old, signed_in: false }));
    renewBy(async () => {
      const found = await ask<Opened>("GET", SESSION);
      if (found.signed_in) proveBy(null, found.csrf);
      return found.signed_in;
    });
    look();
  }, []);
  // A link that is followed on an open page. Who goes on to another one has read what went wrong.
  const before = useRef(route.page);
  useEffect(() => {
    const from = before.current;
    before.current = route.page;
    if (!session) return;
    if (route.page === "open") look();
    else if (from !== "open") setFailure(null);
  }, [route]);
  useEffect(() => {
    if (online && session?.signed_in) void flush();
  }, [online]);
  // The agent may have signed in again in another tab.
  useSeen(() => {
    if (!embedded && session && !session.signed_in && !busy && readRoute().page !== "open")
      ask<Opened>("GET", SESSION).then((found) => found.signed_in && opened(found), () => undefined);
  });
  return { session, failure, busy, enter, leave, look };
}

function sure(texts: number): boolean {
  const what = texts === 1 ? "A text is" : `${texts} texts are`;
  return !texts || confirm(`${what} not recorded yet, and will be removed from this browser. Sign out?`);
}

function expired({ problem }: Failure): boolean {
  return problem?.type.endsWith(":link-expired") ?? false;
}

function wrongKey(failure: Failure): Failure {
  if (failure.kind !== "signed-out") return failure;
  failure.message = "This key or link does not work.";
  return failure;
}
