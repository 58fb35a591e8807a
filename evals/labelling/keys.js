// Keys of the whole page; the remark, and the caret in the draft, keep theirs.

const at = (id) => document.getElementById(id);

export function listenToKeys(actions, answer) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isTheTexts(event)) {
      return;
    }
    if (/^[0-9]$/.test(event.key)) {
      answer(Number(event.key));
    } else if (Object.hasOwn(actions, event.key)) {
      actions[event.key]();
    } else {
      return;
    }
    event.preventDefault();
  });
}

function isTheTexts({ key, target, shiftKey }) {
  if (key === "Escape") {
    return false;
  }
  const moves = key.startsWith("Arrow") && (target === at("draft") || shiftKey);
  return moves || target === at("remark") || !at("keys").checked;
}
