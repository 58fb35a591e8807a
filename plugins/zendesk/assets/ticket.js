// What the ticket says: who complains, of what, and what was written before.
import { Problem } from "./problems.js";

const MOST_CHARACTERS = 20_000;
const MOST_HISTORY = 50;
const MOST_HISTORY_CHARACTERS = 30_000; // of all of them: a request has 256 KiB at most
const CHATS = /chat|messag|whatsapp|sms|line|telegram/;
const PUBLIC = /twitter|social/;

export async function readTicket(client) {
  const asked = ["ticket.id", "ticket.requester", "ticket.via", "currentUser"];
  const [found, { account }] = await Promise.all([client.get(asked), client.context()]);
  const ticketId = found["ticket.id"];
  const requester = found["ticket.requester"];
  if (!ticketId || !requester?.id) throw new Problem("Save the ticket first: there is nothing to answer yet.");
  const said = parted(await comments(client, ticketId, requester.id));
  return {
    id: ticketId,
    account: account?.subdomain ?? "",
    customer: { id: requester.id, name: requester.name ?? "" },
    agent: found.currentUser?.name || "Customer Care",
    channel: channelOf(found["ticket.via"]),
    ...said,
  };
}

// The newest hundred, in the order in which they were written; internal notes are nobody's business but the agents'.
async function comments(client, ticketId, requesterId) {
  const url = `/api/v2/tickets/${encodeURIComponent(ticketId)}/comments.json?include=users&sort_order=desc&per_page=100`;
  const answer = await client.request({ url, type: "GET", dataType: "json" }).catch((failure) => {
    throw new Problem(`Zendesk did not give the ticket's comments (${Number(failure?.status) || "no answer"}).`);
  });
  const found = Array.isArray(answer?.comments) ? answer.comments : [];
  // Whom a customer copied in writes for the customer's side; an agent who asked for something is a customer there.
  const users = Array.isArray(answer?.users) ? answer.users : [];
  const customers = new Set(users.filter((each) => each.role === "end-user").map((each) => each.id)).add(requesterId);
  return found
    .filter((each) => each.public && textOf(each))
    .sort((one, other) => String(one.created_at).localeCompare(String(other.created_at)) || one.id - other.id)
    .map((each) => ({ id: each.id, from: customers.has(each.author_id) ? "customer" : "agent", text: textOf(each) }));
}

// The complaint is what the customer wrote since an agent last answered, or wrote last of all. What an agent answered to
// that is history, too: a reply that knew nothing of it would offer the same again.
function parted(all) {
  const last = all.findLastIndex((each) => each.from === "customer");
  if (last < 0) throw new Problem("The customer has written nothing that could be answered.");
  let first = last;
  while (first > 0 && all[first - 1].from === "customer") first -= 1;
  const complaint = all.slice(first, last + 1);
  return {
    commentId: all[last].id,
    answered: last < all.length - 1,
    complaint: complaint
      .map((each) => each.text)
      .join("\n\n")
      .slice(0, MOST_CHARACTERS),
    history: newest([...all.slice(0, first), ...all.slice(last + 1)]),
  };
}

// As many of the last comments as fit into a request.
function newest(all) {
  let left = MOST_HISTORY_CHARACTERS;
  const history = all.map(({ from, text }) => ({ from, text: text.slice(0, MOST_CHARACTERS) }));
  const over = history.findLastIndex((each) => (left -= each.text.length) < 0);
  return history.slice(over + 1).slice(-MOST_HISTORY);
}

function textOf(comment) {
  return String(comment.plain_body || comment.body || "").replaceAll("&nbsp;", " ").trim();
}

function channelOf(via) {
  const name = String(via?.channel ?? via ?? "").toLowerCase();
  if (PUBLIC.test(name)) return "social";
  return CHATS.test(name) ? "chat" : "email";
}
