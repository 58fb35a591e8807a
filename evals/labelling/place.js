// Which draft is shown, and which are left; `whole` says of each whether it is labelled.

const at = (id) => document.getElementById(id);

export function showPlace(number, whole) {
  const left = whole.filter((each) => !each).length;
  at("place").textContent = `Draft ${number + 1} of ${whole.length}`;
  at("left").textContent = left ? `${left} left` : "All drafts are labelled.";
  at("bar").max = whole.length;
  at("bar").value = whole.length - left;
  at("previous").disabled = number === 0;
  at("next").disabled = number === whole.length - 1;
  at("open").disabled = nextOpen(number, whole) < 0;
}

// The next draft that is left, around the end if need be, or -1.
export function nextOpen(number, whole) {
  const order = [...whole.keys()];
  return [...order.slice(number + 1), ...order.slice(0, Math.max(0, number))].find((index) => !whole[index]) ?? -1;
}

// The draft that the address names, counted from 0.
export function linked() {
  return Number(location.hash.slice(1)) - 1;
}
