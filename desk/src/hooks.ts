import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { aborted, asFailure, ask, Failure } from "./api";
import { APPLE } from "./keys";

export interface Loaded<T> {
  value: T | null;
  failure: Failure | null;
  busy: boolean;
  again: () => void;
}

// What the service answers at a path; asked anew when the path is another, or on demand.
export function useLoaded<T>(path: string | null): Loaded<T> {
  const [state, setState] = useState<{ path: string | null; value: T | null; failure: Failure | null; busy: boolean }>({
    path: null,
    value: null,
    failure: null,
    busy: true,
  });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    setState((old) => ({ path, value: old.path === path ? old.value : null, failure: null, busy: true }));
    ask<T>("GET", path, { signal: stop.signal })
      .then((value) => setState({ path, value, failure: null, busy: false }))
      .catch((error: unknown) => {
        if (!aborted(error)) setState((old) => ({ ...old, failure: asFailure(error), busy: false }));
      });
    return () => stop.abort();
  }, [path, turn]);
  const fits = state.path === path;
  return {
    value: fits ? state.value : null,
    failure: fits ? state.failure : null,
    busy: !fits || state.busy,
    again: () => setTurn((n) => n + 1),
  };
}

export interface Shortcut {
  keys: string; // as other platforms have it: "Alt+C", "Ctrl+Enter"
  run: () => void;
  always?: boolean; // also while a dialog is open
}

export function useShortcuts(shortcuts: Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useLayoutEffect(() => {
    // Before anything is seen that a key could be pressed for.
    const listener = (event: KeyboardEvent) => {
      const found = latest.current.find(({ keys }) => fits(keys, event));
      if (!found || event.repeat || (!found.always && document.querySelector("dialog[open]"))) return;
      event.preventDefault();
      // In the field of a form, Ctrl+Enter is the form's: a reason for rejecting must not record a text as sent.
      const form = found.keys === "Ctrl+Enter" ? formOf(event) : null;
      if (form) form.requestSubmit();
      else found.run();
    };
    addEventListener("keydown", listener, { capture: true });
    return () => removeEventListener("keydown", listener, { capture: true });
  }, []);
}

function formOf(event: KeyboardEvent): HTMLFormElement | null {
  const [field] = event.composedPath();
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.form : null;
}

// By the letter that the key writes, or where that is none of ours, as with Cyrillic or Option on a Mac, by its place.
// On Apple's keyboards Option with a letter writes another one: there it takes Control, too, as browsers' own keys do.
function fits(keys: string, event: KeyboardEvent): boolean {
  const parts = keys.split("+");
  const wanted = parts.pop() ?? "";
  const letter = /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : event.code.replace(/^(Key|Digit)/, "");
  const alt = parts.includes("Alt");
  const control = alt && APPLE ? event.ctrlKey && !event.metaKey : event.ctrlKey || event.metaKey;
  return (
    letter === wanted &&
    alt === event.altKey &&
    (parts.includes("Ctrl") || (alt && APPLE)) === control &&
    !event.shiftKey
  );
}

// Calls when the page is seen again after something else was: once, though a tab that is come back to says so twice.
export function useSeen(call: () => void): void {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    let away = !document.hasFocus();
    const listener = ({ type }: Event) => {
      if (type === "blur" || document.hidden) away = true;
      else if (away) {
        away = false;
        latest.current();
      }
    };
    document.addEventListener("visibilitychange", listener);
    for (const type of ["blur", "focus"]) addEventListener(type, listener);
    return () => {
      document.removeEventListener("visibilitychange", listener);
      for (const type of ["blur", "focus"]) removeEventListener(type, listener);
    };
  }, []);
}

// Whether the complaint stands above the reply, as in a help desk's sidebar; the style has the same width.
export function useOneColumn(): boolean {
  const [query] = useState(() => matchMedia("(max-width: 44rem)"));
  const [narrow, setNarrow] = useState(query.matches);
  useEffect(() => {
    const listener = () => setNarrow(query.matches);
    listener();
    query.addEventListener("change", listener);
    return () => query.removeEventListener("change", listener);
  }, []);
  return narrow;
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Amends`;
  }, [title]);
}

export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const listener = () => setOnline(navigator.onLine);
    addEventListener("online", listener);
    addEventListener("offline", listener);
    return () => {
      removeEventListener("online", listener);
      removeEventListener("offline", listener);
    };
  }, []);
  return online;
}
