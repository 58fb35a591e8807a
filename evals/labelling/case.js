// What the draft answers: the complaint, and what the business knows and allows.

import { element, readable } from "./text.js";

export function showCase({ case: id, complaint, context }) {
  const told = [
    complaint.channel,
    { true: "public", false: "not public" }[complaint.public],
    complaint.customer_name && `from ${complaint.customer_name}`,
    `case ${id}`,
  ];
  document.getElementById("about").textContent = readable(told.filter(Boolean).join(", "));
  document.getElementById("complaint").textContent = readable(complaint.text);
  const place = document.getElementById("context");
  place.replaceChildren(context ? listOf(entries(context)) : "There is none, so that nothing is known or authorised.");
}

function entries(context) {
  const { agent, follow_up: contact, now, facts, remedies, constraints, history } = context;
  return [
    ["Business", [together(", ", context.brand, context.customer_ref)]],
    ["Signs", [together(", ", agent.name, agent.role)]],
    ["Now", now ? [now.replace("T", " ")] : []],
    ["Facts", facts, "none"],
    ["Authorised", remedies?.map((each) => each.text), "nothing"],
    ["Follow-up", contact && [together(" · ", contact.person, contact.team, contact.channel, contact.by)], "none"],
    ["Constraints", constraints, "none"],
    ["Earlier", history?.map((each) => `${each.from}: ${each.text}`)],
  ];
}

function together(between, ...parts) {
  return parts.filter(Boolean).join(between);
}

function listOf(found) {
  const list = element("dl");
  for (const [name, given, otherwise] of found) {
    const texts = given?.filter(Boolean) ?? [];
    if (!texts.length && otherwise) {
      texts.push(otherwise);
    }
    if (texts.length) {
      const items = texts.map((text) => element("div", { class: "text", dir: "auto" }, readable(text)));
      list.append(element("dt", {}, name), element("dd", {}, ...items));
    }
  }
  return list;
}
