// What Amends is asked: the ticket beside what the settings say of the business.
import { Problem, SETTINGS } from "./problems.js";

const LOOPBACK = new Set(["localhost", "127.0.0.1"]); // a service on the agent's own machine, while it is tried out

// The address of Amends, without anything behind its host.
export function addressIn(settings) {
  const url = parsed(settings.amends_url);
  if (!url) throw new Problem(`The setting “Address of Amends” is missing, or no address. ${SETTINGS}`);
  if (url.protocol !== "https:" && !LOOPBACK.has(url.hostname))
    throw new Problem(`The setting “Address of Amends” must begin with https://. ${SETTINGS}`);
  return url.origin;
}

export function caseOf(ticket, settings) {
  if (!text(settings.brand)) throw new Problem(`The setting “Brand” is missing. ${SETTINGS}`);
  return {
    id: `zendesk-${ticket.id}`,
    complaint: { text: ticket.complaint, channel: ticket.channel, customer_name: ticket.customer.name.slice(0, 500) || null },
    context: {
      brand: text(settings.brand),
      agent: { name: ticket.agent.slice(0, 500), role: text(settings.agent_role) },
      facts: lines(settings.facts),
      remedies: lines(settings.remedies).map(remedyOf),
      constraints: lines(settings.constraints),
      follow_up: {
        person: text(settings.follow_up_person),
        team: text(settings.follow_up_team),
        channel: text(settings.follow_up_channel),
        by: text(settings.follow_up_by),
      },
      history: ticket.history,
      customer_ref: `zendesk-user-${ticket.customer.id}`,
    },
    options: { delivery: "flagged", policy: text(settings.policy) },
  };
}

// The same question about the same comment has the same name, so that it is drafted, and paid for, once.
export async function nameOf(ticket, asked) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(asked)));
  const hex = [...new Uint8Array(digest).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `zendesk-${ticket.account}-${ticket.id}-${ticket.commentId}-${hex}`;
}

function remedyOf(line) {
  const [, id, offered] = /^([^:\s]+):\s*(\S.*)$/.exec(line) ?? [];
  if (!id) throw new Problem(`The setting “Remedies” has a line that is not “id: what may be offered”: ${line}\n${SETTINGS}`);
  return { id, text: offered };
}

function lines(setting) {
  return String(setting ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

function text(setting) {
  return String(setting ?? "").trim() || null;
}

function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
