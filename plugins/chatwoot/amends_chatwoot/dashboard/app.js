// The dashboard app: shows the desk at the draft of the conversation that Chatwoot shows.

const FETCH = "chatwoot-dashboard-app:fetch-info";
const SOON_MS = 3_000; // while there is no draft yet
const LATER_MS = 10_000; // for a newer one
const [chatwoot, desk] = ["chatwoot", "desk"].map((name) => document.querySelector(`meta[name=${name}]`).content);
const [notice, newer, place] = ["notice", "newer", "desk"].map((id) => document.getElementById(id));
const HELLO = { type: "amends:hello", insert: "copy" }; // Chatwoot lets no app write into its reply
const WORDS = {
  none: "Amends has no draft for this conversation yet. One is made when the customer writes.",
  coming: "Amends is drafting a reply…",
  away: "Amends cannot be reached. This page tries again.",
  refused: "This page's secret is not the one that amends-chatwoot has: the address of the dashboard app must end in #key=….",
};

// Behind the #, the secret is sent to no server and stands in no log; from now on it is in this page's memory alone.
const key = new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
history.replaceState(null, "", location.pathname);

let conversation = null;
let shown = null; // the draft whose desk is in the frame
let timer = 0;

addEventListener("message", (event) => {
  if (event.source === parent && event.origin === chatwoot) hearChatwoot(event.data);
  const frame = place.firstElementChild;
  if (frame && event.source === frame.contentWindow && event.origin === desk) hearDesk(event.data);
});

function hearChatwoot(said) {
  const id = conversationIn(said);
  if (id === null || id === conversation) return;
  conversation = id;
  clear();
  look();
}

// Its messages are texts of JSON; whatever else comes is nothing to us.
function conversationIn(said) {
  try {
    const { event, data } = JSON.parse(said);
    const id = data?.conversation?.id;
    return event === "appContext" && Number.isSafeInteger(id) && id > 0 ? id : null;
  } catch {
    return null;
  }
}

function hearDesk(said) {
  if (said?.type === "amends:recorded") say("Recorded.");
}

async function look() {
  clearTimeout(timer);
  const asked = conversation;
  const found = document.hidden ? null : await draftOf(asked);
  if (asked !== conversation) return;
  if (found) tell(found);
  timer = setTimeout(look, found?.state === "ready" ? LATER_MS : SOON_MS);
}

async function draftOf(id) {
  const known = shown ? `?known=${encodeURIComponent(shown)}` : "";
  try {
    const answer = await fetch(`conversations/${id}${known}`, { headers: { Authorization: `Bearer ${key}` } });
    return await answer.json();
  } catch {
    return { state: "away" };
  }
}

function tell({ state, draft, url }) {
  if (state === "ready" && !shown) return show(draft, url);
  if (state === "ready" && draft !== shown) {
    newer.onclick = () => show(draft, url);
    newer.hidden = false;
  } else if (!shown) {
    say(WORDS[state] ?? WORDS.away);
  }
}

function show(draft, url) {
  if (new URL(url).origin !== desk) return say("The desk is somewhere else than the settings say: AMENDS_CHATWOOT_DESK_URL.");
  const frame = document.createElement("iframe");
  frame.title = "Amends: the draft";
  frame.allow = "clipboard-write";
  frame.src = url;
  frame.addEventListener("load", () => frame.contentWindow?.postMessage(HELLO, desk));
  clear();
  shown = draft;
  place.replaceChildren(frame);
}

function clear() {
  shown = null;
  newer.hidden = true;
  place.replaceChildren();
  say("");
}

function say(words) {
  notice.textContent = words;
}

if (parent === window) say("This page is for Chatwoot: add it there as a dashboard app.");
else parent.postMessage(FETCH, chatwoot);
