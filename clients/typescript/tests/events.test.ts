// Events: those that Amends signed are read, and no others.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Webhook } from "standardwebhooks";

import { NotOurs, readEvent } from "../src/index.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY = JSON.stringify({
  type: "draft.finished",
  timestamp: "2026-03-02T09:30:00Z",
  data: { id: "0f6c", ref: "é", status: "ready" },
});

function signed(body: string, minutes = 0): Record<string, string> {
  const moment = new Date(Date.now() - 60_000 * minutes);
  return {
    "Webhook-Id": "msg_1",
    "Webhook-Timestamp": String(Math.floor(moment.getTime() / 1000)),
    "Webhook-Signature": new Webhook(SECRET).sign("msg_1", moment, body),
  };
}

test("an event", () => {
  for (const headers of [signed(BODY), new Headers(signed(BODY))]) {
    for (const body of [BODY, new TextEncoder().encode(BODY)]) {
      assert.deepEqual(readEvent(SECRET, headers, body), JSON.parse(BODY));
    }
  }
});

test("what is none", () => {
  const wrong: [Record<string, string>, string | Uint8Array][] = [
    [{}, BODY],
    [signed(BODY), `${BODY} `],
    [signed(BODY, 6), BODY],
    [signed(BODY, -6), BODY],
    [{ ...signed(BODY), "Webhook-Id": "msg_2" }, BODY],
    [{ ...signed(BODY), "Webhook-Signature": "nonsense" }, BODY],
    [{ ...signed(BODY), "Webhook-Timestamp": "soon" }, BODY],
    [signed("[]"), "[]"],
    [signed("no json"), "no json"],
    [signed(BODY), new Uint8Array([255])],
  ];
  for (const [headers, body] of wrong) assert.throws(() => readEvent(SECRET, headers, body), NotOurs);
});
