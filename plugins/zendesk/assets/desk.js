// Holds the desk in a frame, and puts its text into the ticket's reply: the agent sends it, this page never does.

const MOST_CHARACTERS = 20_000;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

// Show the desk, and hear what it says; what other pages say is nothing to us.
export function showDesk(place, url, { insert, recorded }) {
  const frame = document.createElement("iframe");
  frame.title = "Amends: the draft";
  frame.allow = "clipboard-write";
  frame.src = url;
  const origin = new URL(url).origin;
  const hear = (event) => {
    if (event.origin !== origin || event.source !== frame.contentWindow) return;
    const said = event.data;
    if (said?.type === "amends:insert" && typeof said.text === "string") insert(said.text.slice(0, MOST_CHARACTERS));
    if (said?.type === "amends:recorded") recorded();
  };
  addEventListener("message", hear);
  frame.addEventListener("load", () => frame.contentWindow?.postMessage({ type: "amends:hello" }, origin));
  place.replaceChildren(frame);
  return () => {
    removeEventListener("message", hear);
    frame.remove();
  };
}

// The reply's editor takes HTML: what stands in a text must come out of it as the same text.
export function asHtml(text) {
  return text.replace(/[&<>"]/g, (each) => ENTITIES[each]).replace(/\r\n|\r|\n/g, "<br>");
}
