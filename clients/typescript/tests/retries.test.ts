// When a request is sent again, to the second.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Course, secondsOf } from "../src/retries.js";

const problem = { type: "about:blank", title: "Busy", status: 503, detail: "" };
const FAILED = { status: 503, problem, retryAfter: undefined };
const PATIENCE = { tries: 100, deadlineSeconds: 60, firstPauseSeconds: 1, longestPauseSeconds: 5 };

test("pauses double up to the longest", () => {
  const course = new Course(PATIENCE, () => 100, () => 1);
  assert.deepEqual([1, 2, 3, 4, 5].map(() => course.pause(FAILED)), [1, 2, 4, 5, 5]);
});

test("chance cuts a pause by half at most", () => {
  assert.equal(new Course(PATIENCE, () => 100, () => 0).pause(FAILED), 0.5);
});

test("nothing is begun after the deadline, and no try goes on after it", () => {
  let now = 100;
  const course = new Course({ ...PATIENCE, firstPauseSeconds: 5 }, () => now, () => 1);
  now += 54;
  assert.equal(course.pause(FAILED), 5);
  assert.equal(course.limit(90), 6);
  now += 2;
  assert.equal(course.pause(FAILED), undefined);
});

test("a wrong certificate does not pass", () => {
  const fault = new TypeError("fetch failed", { cause: { code: "SELF_SIGNED_CERT_IN_CHAIN" } });
  assert.equal(new Course(PATIENCE).pause({ fault }), undefined);
});

test("when to come again, as HTTP has it", () => {
  const said: [string | null, number | undefined][] = [
    ["2", 2],
    [" 0 ", 0],
    [new Date(0).toUTCString(), 0],
    [null, undefined],
    ["", undefined],
    ["soon", undefined],
    ["-1", undefined],
    ["1.5", undefined],
  ];
  for (const [text, seconds] of said) assert.equal(secondsOf(text), seconds);
  const away = secondsOf(new Date(Date.now() + 30_000).toUTCString());
  assert.ok(away !== undefined && away > 28 && away <= 30);
});
