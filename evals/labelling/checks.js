// The checks and their levels, as one reader answers them.

import { element, readable, words } from "./text.js";

// `turn` opens a check, `give` answers the one that is open, `unmark` takes some of its evidence back.
export function makeChecks(place, questions, { turn, give, unmark }) {
  const checks = questions.map((question, index) => {
    const title = element("h3", { id: `title-${question.check}` }, nameOf(question));
    const asks = element("span", { class: "asks", id: `asks-${question.check}` }, question.asks);
    const levels = element("div", { class: "levels" }, ...question.levels.map(makeLevel));
    const quotes = element("ul", { class: "quotes", "aria-label": "Marked words" });
    const named = { role: "group", "aria-labelledby": `${title.id} ${asks.id}` };
    const check = element("div", { class: "check", tabindex: "-1", ...named }, title, asks, levels, quotes);
    check.addEventListener("click", (event) => {
      turn(index);
      const level = [...levels.children].indexOf(event.target.closest("button"));
      if (level >= 0) {
        give(question.levels[level].value);
      }
    });
    // With the mouse a check opens on the click, or it would move away under it.
    check.addEventListener("focusin", (event) => event.target.matches("button:focus-visible") && turn(index));
    check.unmark = (span) => unmark(index, span);
    return check;
  });
  place.replaceChildren(...checks);
}

export function showChecks(place, questions, { draft, answer }, current) {
  questions.forEach((question, index) => {
    const check = place.children[index];
    const label = answer.labels[question.check];
    check.classList.toggle("current", index === current);
    check.classList.toggle("answered", label !== undefined);
    question.levels.forEach((level, key) => {
      check.querySelector(".levels").children[key].setAttribute("aria-pressed", String(label === level.value));
    });
    const spans = answer.evidence[question.check] ?? [];
    check.querySelector(".quotes").replaceChildren(...spans.map((span) => makeQuote(draft, span, check.unmark)));
  });
}

export function nameOf(question) {
  return question.check.replace("_", "-");
}

function makeLevel(level, key) {
  return element(
    "button",
    { type: "button", "aria-pressed": "false", "aria-label": `${key} ${level.name}: ${level.meaning}` },
    element("kbd", {}, String(key)),
    element("b", {}, level.name),
    element("span", { class: "meaning" }, level.meaning),
  );
}

function makeQuote(draft, span, unmark) {
  const text = readable(words(draft, span));
  const button = element("button", { type: "button", "aria-label": `Unmark ${text}` }, "×");
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    unmark(span);
  });
  return element("li", {}, element("q", { dir: "auto" }, text), button);
}
