// What is the same on all pages: their names, colours, keys, and the way out.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Shortcut, useShortcuts } from "./hooks";
import { prefer, preference } from "./keep";
import { KEYS, shown } from "./keys";
import { go } from "./route";
import type { Session } from "./types";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

interface Given {
  page: string;
  session: Session | null;
  signOut: () => void;
}

export function Header({ page, session, signOut }: Given): JSX.Element {
  const help = useRef<HTMLDialogElement>(null);
  const whole = Boolean(session?.signed_in && !session.draft_id);
  const shortcuts: Shortcut[] = [
    { keys: "Alt+1", run: () => whole && go("#/queue") },
    { keys: "Alt+2", run: () => whole && go("#/figures") },
    { keys: "Alt+H", run: () => (help.current?.open ? help.current.close() : help.current?.showModal()), always: true },
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
        <Colours />
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
                  <kbd>{shown(keys)}</kbd>
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

function Colours(): JSX.Element {
  const [theme, setTheme] = useState<Theme>(THEMES.find((each) => each === preference("theme")) ?? "auto");
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    prefer("theme", theme);
  }, [theme]);
  return (
    <label>
      <span class="sr-only">Colours</span>
      <select value={theme} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
        <option value="auto">System colours</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
