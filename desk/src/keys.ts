// What the keys do, and what they are called on this machine.

export const APPLE = /^(Mac|iP)/.test(navigator.platform);

export const KEYS: [string, string][] = [
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
  ["Alt+N", "Next draft, when this one is recorded"],
  ["Ctrl+Z, Ctrl+Y", "Undo, redo"],
  ["Alt+H", "This list"],
];

export function shown(keys: string): string {
  if (!APPLE) return keys;
  return keys.replaceAll("Ctrl+Y", "Shift+Command+Z").replaceAll("Ctrl+", "Command+").replaceAll("Alt+", "Ctrl+Option+");
}
