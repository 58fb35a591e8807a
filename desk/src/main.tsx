// The desk: who is there, which page is shown, and what is the same on all of them.
import { type JSX, render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { asFailure, ask, type Failure, onSignedOut, proveBy } from "./api";
import { DraftPage } from "./draft";
import { allow, embedded, listenToEmbedder, tellEmbedder } from "./embed";
import { FiguresPage } from "./figures";
import { type Shortcut, useOnline, useShortcuts } from "./hooks";
import { forgetAll, forgetOld, prefer, preference, unsent } from "./keep";
import { Busy, Trouble } from "./parts";
import { QueuePage } from "./queue";
import { flush } from "./record";
import { go, readRoute, toDraft, useRoute } from "./route";
import { SignIn } from "./signin";
import type { Session } from "./types";

const SESSION = "/v1/desk/session";
const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

interface Opened extends Session {
  token?: string | null; // of a page in a frame, which keeps it in memory
}

function App(): JSX.Element {
  const route = useRoute();
  const online = useOnline();
  const [session, setSession] = useState<Session | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);

  const opened = (found: Opened) => {
    proveBy(found.token ?? null, found.csrf);
    allow(found.embedders);
    setSession(found);
    setFailure(null);
    if (found.signed_in) void flush();
    tellEmbedder({ type: "amends:ready" });
    if (found.draft_id && readRoute().page !== "draft") location.replace(toDraft(found.draft_id));
  };
  const enter = async (by: { key: string } | { link: string }) => {
    setBusy(true);
    try {
      opened(await ask<Opened>("POST", SESSION, { body: { ...by, keep: embedded ? "page" : "cookie" } }));
    } catch (error) {
      setSession((old) => old ?? { signed_in: false, open: false, draft_id: null, csrf: null, embedders: [] });
      setFailure(wrongKey(asFailure(error)));
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
  useEffect(() => {
    forgetOld();
    onSignedOut(() => setSession((old) => old && { ...old, signed_in: false }));
    listenToEmbedder((draft) => go(toDraft(draft)));
    look();
  }, []);
  // A link that is followed on an open page.
  useEffect(() => {
    if (route.page === "open" && session) look();
  }, [route]);
  useEffect(() => {
    if (online && session?.signed_in) void flush();
  }, [online]);

  const signOut = async () => {
    const texts = unsent();
    if (texts && !confirm(`${texts === 1 ? "A text is" : `${texts} texts are`} not recorded yet, and will be removed from this browser. Sign out?`)) return;
    try {
      await ask("DELETE", SESSION);
    } catch {
      // it expires by itself
    }
    forgetAll();
    proveBy(null, null);
    setSession((old) => old && { ...old, signed_in: false, csrf: null });
  };

  return (
    <>
      <a class="skip" href="#main" onClick={(event) => skip(event)}>
        Skip to the page
      </a>
      <Header page={route.page} session={session} signOut={() => void signOut()} />
      {!online && (
        <p class="notice warn across" role="status">
          No connection. What you write is kept in this browser.
        </p>
      )}
      {session?.signed_in && route.page !== "open" ? (
        <Page key={route.page} route={route} session={session} />
      ) : session && !busy ? (
        <SignIn failure={failure} busy={busy} kept={unsent()} signIn={(key) => void enter({ key })} />
      ) : failure ? (
        <main id="main">
          <h1>Amends</h1>
          <Trouble failure={failure} again={look} />
        </main>
      ) : (
        <main id="main">
          <Busy>Loading…</Busy>
        </main>
      )}
    </>
  );
}

function Page({ route, session }: { route: ReturnType<typeof readRoute>; session: Session }): JSX.Element {
  if (route.page === "draft") return <DraftPage key={route.id} id={route.id} session={session} />;
  if (session.draft_id) return <DraftPage key={session.draft_id} id={session.draft_id} session={session} />;
  if (route.page === "figures") return <FiguresPage query={route.query} />;
  return <QueuePage query={route.query} />;
}

function Header({ page, session, signOut }: { page: string; session: Session | null; signOut: () => void }): JSX.Element {
  const [theme, setTheme] = useState<Theme>(THEMES.find((each) => each === preference("theme")) ?? "auto");
  const help = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    prefer("theme", theme);
  }, [theme]);
  const whole = Boolean(session?.signed_in && !session.draft_id);
  const shortcuts: Shortcut[] = [
    { keys: "Alt+1", does: "Queue", run: () => whole && go("#/queue") },
    { keys: "Alt+2", does: "Figures", run: () => whole && go("#/figures") },
    { keys: "Alt+H", does: "These shortcuts", run: () => (help.current?.open ? help.current.close() : help.current?.showModal()) },
  ];
  useShortcuts(shortcuts);
  return (
    <header>
      <span class="brand">Amends</span>
      {whole && (
        <nav aria-label="Pages">
          <a href="#/queue" aria-current={page === "queue" ? "page" : undefined}>
            Queue
          </a>
          <a href="#/figures" aria-current={page === "figures" ? "page" : undefined}>
            Figures
          </a>
        </nav>
      )}
      <div class="header-tools">
        <label class="theme">
          <span class="sr-only">Colours</span>
          <select value={theme} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
            <option value="auto">System colours</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        </label>
        <button type="button" class="link" onClick={() => help.current?.showModal()}>
          Keys
        </button>
        {session?.signed_in && !session.open && (
          <button type="button" class="link" onClick={signOut}>
            Sign out
          </button>
        )}
      </div>
      <dialog ref={help} aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <table>
          <tbody>
            {KEYS.map(([keys, does]) => (
              <tr key={keys}>
                <th scope="row">
                  <kbd>{keys}</kbd>
                </th>
                <td>{does}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </header>
  );
}

const KEYS: [string, string][] = [
  ["Alt+1, Alt+2", "Queue, figures"],
  ["J, K or arrows", "Next draft, draft before (in the list)"],
  ["Alt+E", "Go to the text"],
  ["Alt+J, Alt+K", "Next marked words, marked words before"],
  ["Alt+C", "Copy the text"],
  ["Alt+I", "Insert into the help desk"],
  ["Alt+D", "Show what you changed"],
  ["Alt+R", "Ask for another draft"],
  ["Ctrl+Enter", "Record that you sent the text"],
  ["Alt+X", "Reject the draft"],
  ["Ctrl+Z, Ctrl+Y", "Undo, redo"],
  ["Alt+H", "This list"],
];

function skip(event: Event): void {
  event.preventDefault(); // the address says which page is shown
  const main = document.getElementById("main");
  main?.setAttribute("tabindex", "-1");
  main?.focus();
}

function wrongKey(failure: Failure): Failure {
  if (failure.kind !== "signed-out") return failure;
  failure.message = "This key or link does not work.";
  return failure;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
