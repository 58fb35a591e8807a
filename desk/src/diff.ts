// What was changed between two texts, word by word (the greedy algorithm of Myers).

export interface Piece {
  kind: "same" | "gone" | "new";
  text: string;
}

const MOST_CHANGES = 1_500; // beyond that two texts have little in common, and it would take long

export function changes(before: string, after: string): Piece[] {
  const a = before.match(/\s+|\S+/gu) ?? [];
  const b = after.match(/\s+|\S+/gu) ?? [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = between(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return joined([
    { kind: "same", text: a.slice(0, start).join("") },
    ...middle,
    { kind: "same", text: a.slice(a.length - end).join("") },
  ]);
}

function between(a: string[], b: string[]): Piece[] {
  const trace = steps(a, b);
  if (!trace)
    return [
      { kind: "gone", text: a.join("") },
      { kind: "new", text: b.join("") },
    ];
  const pieces: Piece[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trace.length - 1; d > 0; d--) {
    const before = trace[d - 1]!;
    const k = x - y;
    const down = k === -d || (k !== d && (before.get(k - 1) ?? -1) < (before.get(k + 1) ?? -1));
    const from = down ? k + 1 : k - 1;
    const fromX = before.get(from) ?? 0;
    const fromY = fromX - from;
    while (x > fromX && y > fromY && x > 0 && y > 0 && a[x - 1] === b[y - 1]) {
      pieces.push({ kind: "same", text: a[x - 1]! });
      x--;
      y--;
    }
    if (down) pieces.push({ kind: "new", text: b[--y]! });
    else pieces.push({ kind: "gone", text: a[--x]! });
  }
  while (x > 0 && y > 0) {
    pieces.push({ kind: "same", text: a[x - 1]! });
    x--;
    y--;
  }
  return pieces.reverse();
}

// How far each diagonal was reached with so many changes; nothing where there are too many.
function steps(a: string[], b: string[]): Map<number, number>[] | null {
  const trace: Map<number, number>[] = [];
  let reached = new Map<number, number>([[1, 0]]);
  for (let d = 0; d <= Math.min(a.length + b.length, MOST_CHANGES); d++) {
    const next = new Map<number, number>();
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1));
      let x = down ? (reached.get(k + 1) ?? 0) : (reached.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) {
        trace.push(next);
        return trace;
      }
    }
    trace.push(next);
    reached = next;
  }
  return null;
}

function joined(pieces: Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (!piece.text) continue;
    if (last?.kind === piece.kind) last.text += piece.text;
    else out.push({ ...piece });
  }
  return out;
}
