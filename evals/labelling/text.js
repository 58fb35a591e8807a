// Texts that others wrote: shown as text and nothing else, with places in them counted in Unicode code points.

// What would let a text read otherwise than it is written. Each is one character, and so is what stands in for it.
const CONTROLS =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]/gu;

export function readable(text) {
  return text.replace(CONTROLS, "\ufffd");
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export function words(text, [start, end]) {
  return [...text].slice(start, end).join("");
}

// The draft with some of its words marked; spans are in order and apart.
export function showMarked(place, text, spans) {
  const points = [...readable(text)];
  const parts = [];
  let done = 0;
  for (const [start, end] of spans) {
    parts.push(points.slice(done, start).join(""), element("mark", {}, points.slice(start, end).join("")));
    done = end;
  }
  place.replaceChildren(...parts, points.slice(done).join(""));
}

// The selected words of the draft without the blanks around them, or null.
export function selectedSpan(place) {
  const selection = document.getSelection();
  if (!selection.rangeCount) {
    return null;
  }
  const range = selection.getRangeAt(0);
  if (range.collapsed || !place.contains(range.commonAncestorContainer)) {
    return null;
  }
  const before = document.createRange();
  before.selectNodeContents(place);
  before.setEnd(range.startContainer, range.startOffset);
  const selected = range.toString();
  const kept = selected.trim();
  const start = before.toString().length + selected.indexOf(kept);
  // Each end by itself, so that half a character cannot move the other.
  const count = (end) => [...place.textContent.slice(0, end)].length;
  return kept ? [count(start), count(start + kept.length)] : null;
}

export function merged(spans) {
  const found = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = found.at(-1);
    if (last && start <= last[1]) {
      last[1] = Math.max(last[1], end);
    } else {
      found.push([start, end]);
    }
  }
  return found;
}

// A caret lets a keyboard select in a text; nothing may change it all the same. What slips through is drawn anew.
export function keepUnchanged(place, redraw) {
  for (const kind of ["beforeinput", "drop", "paste", "cut"]) {
    place.addEventListener(kind, (event) => event.preventDefault());
  }
  place.addEventListener("input", redraw);
}
