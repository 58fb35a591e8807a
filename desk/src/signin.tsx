// Signing in with an access key.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "./api";
import { useTitle } from "./hooks";
import { Trouble } from "./parts";

interface Given {
  failure: Failure | null;
  busy: boolean;
  kept: number; // how many texts wait in this browser
  signIn: (key: string) => void;
}

export function SignIn({ failure, busy, kept, signIn }: Given): JSX.Element {
  useTitle("Sign in");
  const [key, setKey] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <main class="sign-in">
      <h1>Sign in</h1>
      {kept > 0 && (
        <p class="notice good">
          {kept === 1 ? "Your unfinished text is" : `Your ${kept} unfinished texts are`} kept in this browser, and here again when
          you are signed in.
        </p>
      )}
      <form
        class="pane"
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim()) signIn(key.trim());
        }}
      >
        <label for="key">Access key</label>
        <input
          id="key"
          ref={field}
          type="password"
          autocomplete="current-password"
          spellcheck={false}
          value={key}
          aria-describedby="key-help"
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <p id="key-help" class="muted">
          It begins with amends_ and comes from whoever runs Amends. From your help desk, a link on the ticket opens a draft
          without a key.
        </p>
        <button type="submit" class="main" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
      {failure && <Trouble failure={failure} />}
    </main>
  );
}
