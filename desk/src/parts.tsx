// Small parts that several pages show.
import type { ComponentChildren, JSX } from "preact";
import type { Failure } from "./api";
import { pieces } from "./hidden";
import { oneLineEnd } from "./offsets";

export function Trouble({ failure, again }: { failure: Failure; again?: (() => void) | undefined }): JSX.Element {
  const { problem } = failure;
  const more = (problem?.errors ?? []).map(({ field, message }) => `${field} ${message}`);
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>{failure.message}</strong> {failure.advice}
      </p>
      {more.length > 0 && <p>{more.join("; ")}</p>}
      {problem?.request_id && <p class="small">Number of this request: {problem.request_id}</p>}
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Badge({ tone, children }: { tone: string; children: ComponentChildren }): JSX.Element {
  return <span class={`badge ${tone}`}>{children}</span>;
}

export function Busy({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <p class="busy" role="status">
      <span class="dot" aria-hidden="true" />
      {children}
    </p>
  );
}

// A customer's text as it is: nothing in it is markup, and what would turn the page's own words around is shown.
export function Foreign({ text }: { text: string }): JSX.Element {
  return (
    <div class="foreign" dir="auto">
      {pieces(oneLineEnd(text)).map(({ text: piece, hidden }) =>
        hidden ? (
          <span class="hidden-mark" role="img" aria-label={`hidden character ${codes(piece)}`} title={codes(piece)}>
            ⍰
          </span>
        ) : (
          piece
        ),
      )}
    </div>
  );
}

// The same for one line.
export function plain(text: string): string {
  return pieces(text)
    .filter(({ hidden }) => !hidden)
    .map((piece) => piece.text)
    .join("");
}

const MOST_CODES = 8;

function codes(piece: string): string {
  const all = [...piece].map((each) => `U+${each.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`);
  return all.length > MOST_CODES ? `${all.slice(0, MOST_CODES).join(" ")} and ${all.length - MOST_CODES} more` : all.join(" ");
}
