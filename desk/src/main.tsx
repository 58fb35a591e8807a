// The desk: which page is shown, and to whom.
import { type JSX, render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Boundary } from "./boundary";
import { DraftPage } from "./draft";
import { listenToEmbedder } from "./embed";
import { FiguresPage } from "./figures";
import { Header } from "./header";
import { useOnline } from "./hooks";
import { forgetOld, unsent } from "./keep";
import { Busy, Trouble } from "./parts";
import { QueuePage } from "./queue";
import { go, type Route, toDraft, useRoute } from "./route";
import { type Sitting, useSession } from "./session";
import { SignIn } from "./signin";
import type { Session } from "./types";

function App(): JSX.Element {
  const route = useRoute();
  const online = useOnline();
  const sitting = useSession(route);
  const { session, failure } = sitting;
  const page = useRef<HTMLDivElement>(null);
  const first = useRef(true);
  useEffect(forgetOld, []);
  // Who comes to another page begins at its top, also by keyboard.
  useEffect(() => {
    if (!first.current) page.current?.focus();
    first.current = false;
  }, [route.page, route.id]);
  return (
    <>
      <a
        class="skip"
        href="#page"
        onClick={(event) => {
          event.preventDefault(); // the address says which page is shown
          page.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <Header page={route.page} session={session} signOut={() => void sitting.leave()} />
      {!online && (
        <p class="notice warn across" role="status">
          No connection. What you write is kept in this browser.
        </p>
      )}
      {session?.signed_in && route.page !== "open" && failure && (
        <div class="across">
          <Trouble failure={failure} />
        </div>
      )}
      <div id="page" tabIndex={-1} ref={page}>
        <Boundary key={`${route.page} ${route.id}`}>
          <Shown route={route} sitting={sitting} />
        </Boundary>
      </div>
    </>
  );
}

function Shown({ route, sitting }: { route: Route; sitting: Sitting }): JSX.Element {
  const { session, failure, busy, enter, look } = sitting;
  if (session?.signed_in && route.page !== "open") return <Page route={route} session={session} />;
  if (session && (!busy || route.page !== "open"))
    return <SignIn failure={failure} busy={busy} kept={unsent()} signIn={(key) => void enter({ key })} />;
  return (
    <main>
      {failure ? (
        <>
          <h1>Amends</h1>
          <Trouble failure={failure} again={look} />
        </>
      ) : (
        <Busy>Loading…</Busy>
      )}
    </main>
  );
}

function Page({ route, session }: { route: Route; session: Session }): JSX.Element {
  const draft = route.page === "draft" ? route.id : session.draft_id;
  if (draft) return <DraftPage key={draft} id={draft} session={session} />;
  return route.page === "figures" ? <FiguresPage query={route.query} /> : <QueuePage query={route.query} />;
}

listenToEmbedder((draft) => go(toDraft(draft))); // before the page that holds us knows that we are loaded
const root = document.getElementById("app");
if (root) render(<App />, root);
