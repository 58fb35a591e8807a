// The labelling page: one draft at a time, and each answer saved as soon as it is given.

import { showCase } from "./case.js";
import { makeChecks, nameOf, showChecks } from "./checks.js";
import { listenToKeys } from "./keys.js";
import { linked, nextOpen, showPlace } from "./place.js";
import { Saving, ask } from "./saving.js";
import { keepUnchanged, merged, readable, selectedSpan, showMarked } from "./text.js";

const at = (id) => document.getElementById(id);
const REMARK_DELAY_MS = 800;

let all; // every question there is
let whole; // of each draft, whether it is labelled
let number = -1; // of the draft that is shown
let wanted = -1; // of the draft that is on its way
let shown; // that draft with its case and answer
let questions; // those that it can be judged by
let current = 0; // which of them is open
let span = null; // the words of the draft that are selected
let remarkTimer = 0;

const saving = new Saving(
  (of, kept) => {
    whole = kept.whole;
    // An answer that is older than what was done since must not be shown.
    if (of === number && saving.of(of).length === 0) {
      shown.answer = kept.answer;
      showAnswer();
    }
    showPlace(number, whole);
  },
  (reason, refused) => {
    trouble(reason);
    at("saved").textContent = reason ? "" : "Saved";
    if (refused === number) {
      refresh().catch(() => {});
    }
  },
);

function trouble(reason) {
  at("trouble").hidden = !reason;
  at("what").textContent = reason;
  at("again").hidden = !saving.pending;
}

async function open(index) {
  if (!(index in whole)) {
    return;
  }
  keepRemark();
  wanted = index;
  let found;
  try {
    found = await ask(`drafts/${index}`);
  } catch (error) {
    trouble(error.message);
    return;
  }
  if (index === wanted) {
    show(index, found);
  }
}

function show(index, found) {
  number = index;
  shown = found;
  span = null;
  questions = all.filter((question) => found.asked.includes(question.check));
  saving.of(number).forEach(foresee);
  current = Math.max(0, questions.findIndex((question) => !(question.check in shown.answer.labels)));
  history.replaceState(null, "", `#${number + 1}`);
  at("remark").value = shown.answer.remark;
  at("saved").textContent = "";
  showCase(shown);
  makeChecks(at("checks"), questions, { turn, give, unmark });
  showAnswer();
  showPlace(number, whole);
  for (const part of [document.documentElement, at("case"), at("reply"), at("answers")]) {
    part.scrollTop = 0;
  }
  at("place").focus({ preventScroll: true });
}

function turn(index, focus = false) {
  current = Math.min(Math.max(index, 0), questions.length - 1);
  showAnswer();
  if (focus) {
    const check = at("checks").children[current];
    check.focus({ preventScroll: true });
    check.scrollIntoView({ block: "nearest" });
  }
}

function give(value) {
  const { check } = questions[current];
  act({ check, label: shown.answer.labels[check] === value ? null : value });
}

function mark() {
  if (span) {
    const { check } = questions[current];
    const spans = merged([...(shown.answer.evidence[check] ?? []), span]);
    span = null;
    document.getSelection().removeAllRanges();
    act({ check, evidence: spans });
    turn(current, true);
  }
}

function unmark(index, gone) {
  const { check } = questions[index];
  const spans = shown.answer.evidence[check].filter(([start]) => start !== gone[0]);
  act({ check, evidence: spans });
  turn(index, true);
}

function keepRemark() {
  clearTimeout(remarkTimer);
  const remark = at("remark").value.trim();
  if (shown && remark !== shown.answer.remark) {
    act({ remark });
  }
}

// Show at once what is being saved.
function act(what) {
  at("saved").textContent = "";
  foresee(what);
  showAnswer();
  saving.add(number, what);
}

function foresee(what) {
  const { labels, evidence } = shown.answer;
  if ("remark" in what) {
    shown.answer.remark = what.remark;
  } else if ("evidence" in what) {
    evidence[what.check] = what.evidence;
  } else if (what.label === null) {
    delete labels[what.check];
  } else {
    labels[what.check] = what.label;
  }
}

function showAnswer() {
  showChecks(at("checks"), questions, shown, current);
  const spans = shown.answer.evidence[questions[current].check] ?? [];
  const seen = JSON.stringify([number, spans]);
  // To draw it anew would take away the caret and what is selected.
  if (at("draft").dataset.seen !== seen) {
    showMarked(at("draft"), shown.draft, spans);
    at("draft").dataset.seen = seen;
  }
  showMark();
}

function showMark() {
  at("mark").disabled = !span;
  at("mark-for").textContent = `Mark for ${nameOf(questions[current])}: ${questions[current].words}`;
}

// What keys do outside of texts; a number answers the check that is open.
const KEYS = {
  ArrowDown: () => turn(current + 1, true),
  ArrowUp: () => turn(current - 1, true),
  ArrowRight: () => open(number + 1),
  ArrowLeft: () => open(number - 1),
  n: () => open(nextOpen(number, whole)),
  d: () => at("draft").focus(),
  e: mark,
  r: () => at("remark").focus(),
  Escape: () => turn(current, true),
};

function answerKey(key) {
  const level = questions[current].levels[key];
  if (level) {
    give(level.value);
  }
}

// Another tab may have answered meanwhile.
async function refresh() {
  const of = number;
  if (saving.pending || document.hidden) {
    return;
  }
  const [found, overview] = await Promise.all([ask(`drafts/${of}`), ask("drafts")]);
  if (of === number && !saving.pending && document.activeElement !== at("remark")) {
    whole = overview.whole;
    shown.answer = found.answer;
    at("remark").value = found.answer.remark;
    showAnswer();
    showPlace(number, whole);
  }
}

function listen() {
  at("previous").addEventListener("click", () => open(number - 1));
  at("next").addEventListener("click", () => open(number + 1));
  at("open").addEventListener("click", () => open(nextOpen(number, whole)));
  at("again").addEventListener("click", () => saving.run());
  at("mark").addEventListener("mousedown", (event) => event.preventDefault()); // what is selected stays selected
  at("mark").addEventListener("click", mark);
  at("remark").addEventListener("change", keepRemark);
  at("remark").addEventListener("input", () => {
    clearTimeout(remarkTimer);
    remarkTimer = setTimeout(keepRemark, REMARK_DELAY_MS);
  });
  keepUnchanged(at("draft"), () => {
    at("draft").dataset.seen = "";
    showAnswer();
  });
  document.addEventListener("selectionchange", () => {
    const found = selectedSpan(at("draft"));
    if (found || document.activeElement === at("draft")) {
      span = found;
      showMark();
    }
  });
  listenToKeys(KEYS, answerKey);
  const again = () => refresh().catch((error) => trouble(error.message));
  document.addEventListener("visibilitychange", again);
  addEventListener("focus", again);
  addEventListener("hashchange", () => open(linked()));
  addEventListener("beforeunload", (event) => {
    keepRemark();
    if (saving.pending) {
      event.preventDefault();
    }
  });
}

async function begin() {
  const about = await ask("drafts");
  ({ questions: all, whole } = about);
  at("file").textContent = readable(`The labels of ${about.reader} are kept in ${about.file}`);
  document.querySelector("main").hidden = false;
  await open(linked() in whole ? linked() : Math.max(0, nextOpen(number, whole)));
  listen();
}

begin().catch((error) => trouble(error.message));
