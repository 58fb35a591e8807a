// The sidebar beside a ticket: asks Amends for a draft and shows the desk.
import { Amends } from "./amends.js";
import { addressIn, caseOf, nameOf } from "./case.js";
import { asHtml, showDesk } from "./desk.js";
import { Problem } from "./problems.js";
import { readTicket } from "./ticket.js";

const [notice, problem, button, place] = ["notice", "problem", "draft", "desk"].map((id) => document.getElementById(id));
const ANSWERED = "This ticket was answered already, after what the customer wrote last: read the draft beside that answer.";
let close = () => {};
let underWay = 0;

async function start() {
  const client = globalThis.ZAFClient?.init();
  if (!client) throw new Problem("Zendesk's framework did not load: open this app beside a ticket.");
  const { settings } = await client.metadata();
  const address = addressIn(settings);
  button.addEventListener("click", () => attempt(() => draft(client, settings, new Amends(client, address))));
  button.hidden = false;
  say("Amends drafts a reply to what the customer wrote last, and checks it. You send it.");
  fit(client);
}

async function draft(client, settings, amends) {
  say("Reading the ticket…");
  const ticket = await readTicket(client);
  const asked = caseOf(ticket, settings);
  say("Drafting a reply. This may take a minute…");
  const made = await amends.draft(asked, await nameOf(ticket, asked));
  if (made.status === "cancelled") throw new Problem("There is no draft: it was cancelled. Draft again to have another one made.");
  const failed = made.status === "failed";
  // Without a text the desk is good for writing one: where it is open, it stays with what the agent wrote there.
  if (!failed || !place.hasChildNodes()) await show(client, amends, made.id);
  if (failed) throw new Problem(`There is no draft. ${made.problem?.title ?? "It failed"}. Write the reply yourself, or draft again.`);
  say(ticket.answered ? `${ANSWERED} ${wordsFor(made)}` : wordsFor(made));
}

async function show(client, amends, draftId) {
  const url = await amends.link(draftId);
  close(); // not before: where there is no other draft, the one that is there stays
  close = showDesk(place, url, {
    insert: (text) => attempt(() => insert(client, text)),
    recorded: () => say("Recorded."),
  });
  button.textContent = "Draft again from the ticket";
  fit(client);
}

async function insert(client, text) {
  await client.invoke("ticket.editor.insert", asHtml(text)).catch(() => {
    throw new Problem("Zendesk did not take the text: open the reply's editor and insert again, or copy it.");
  });
  say("Put into the reply. Read it once more, and send it there.");
}

function wordsFor(made) {
  if (made.escalate) return `A person should answer this one: ${reasonIn(made.escalate)}`;
  if (made.status === "needs_review") {
    const failed = made.verdicts.filter((each) => each.blocking && !each.passed).length;
    return `The draft needs review: ${failed === 1 ? "one check" : `${failed} checks`} did not pass. The desk marks the words and says why.`;
  }
  return "The draft passed every check that must pass.";
}

// "safety: Life may be at stake." The kind is for programs, the policy's words are for people.
function reasonIn(escalation) {
  return `${escalation.replace(/^[a-z_]+:\s*/, "").replace(/\.+$/, "")}.`;
}

// No draft is asked for while something is under way, such as another one; and what goes wrong is said.
async function attempt(work) {
  underWay += 1;
  button.disabled = true;
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    say("");
    problem.textContent = error instanceof Problem ? error.message : "Something went wrong in this app. Reload the page and try again.";
    problem.hidden = false;
    if (!(error instanceof Problem)) console.error(error);
  } finally {
    underWay -= 1;
    button.disabled = underWay > 0;
  }
}

function say(words) {
  notice.textContent = words;
}

function fit(client) {
  client.invoke("resize", { width: "100%", height: `${Math.max(document.body.scrollHeight, 120)}px` });
}

attempt(start);
