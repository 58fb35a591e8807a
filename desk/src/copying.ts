// Puts a text on the clipboard.
import { embedded } from "./embed";

// In a frame the older way is first: there the newer one is often refused, and browsers complain of who asks for it.
export async function copy(text: string): Promise<boolean> {
  if (embedded) return copyTheOldWay(text) || (await copyTheNewWay(text));
  return (await copyTheNewWay(text)) || copyTheOldWay(text);
}

async function copyTheNewWay(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function copyTheOldWay(text: string): boolean {
  const before = focused();
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr-only";
  field.setAttribute("aria-hidden", "true");
  document.body.append(field);
  field.focus({ preventScroll: true });
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus({ preventScroll: true }); // a caret that was there comes back with the focus
  return done;
}

// Within the editor's own tree, too.
function focused(): HTMLElement | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at instanceof HTMLElement ? at : null;
}
