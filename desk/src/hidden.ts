// Characters that turn text around, or that nobody sees: a reader should know that they are there.

const CLASS =
  "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f" +
  "\\u2028-\\u202e\\u2060-\\u2069\\u3164\\ufeff\\uffa0\\ufff9-\\ufffc\\u{e0000}-\\u{e007f}";

export const HIDDEN = new RegExp(`[${CLASS}]`, "gu");
// Flags of countries without a code of their own are spelt with hidden letters, and are seen.
const RUNS = new RegExp(`\\u{1f3f4}[\\u{e0020}-\\u{e007f}]{1,8}|(?<hidden>[${CLASS}]+)`, "gu");

export interface Piece {
  text: string;
  hidden: boolean;
}

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(RUNS)) {
    if (!match.groups?.["hidden"]) continue;
    found.push({ text: text.slice(at, match.index), hidden: false }, { text: match[0], hidden: true });
    at = match.index + match[0].length;
  }
  found.push({ text: text.slice(at), hidden: false });
  return found;
}
