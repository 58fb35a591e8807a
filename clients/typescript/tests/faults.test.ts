// What goes wrong is told as it is, and what may pass is tried again: with one idempotency key, for so long.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  AccessRefused,
  Amends,
  AmendsError,
  Conflict,
  Invalid,
  NoAnswer,
  NotFound,
  ProblemAnswered,
  TooManyRequests,
  Unavailable,
  UnexpectedAnswer,
  type Case,
} from "../src/index.js";
import { answering, connect, given, quick, type Reply } from "./given.js";

const BUSY = { type: "urn:amends:problem:model-busy", title: "Too much is under way", status: 503, detail: "Later." };
const answer = { body: await connect().draft(given.case) };

/** The error of a call, of this class. */
async function failure<E extends Error>(kind: new (...all: never[]) => E, call: Promise<unknown>): Promise<E> {
  const caught: unknown = await call.then(() => assert.fail("it succeeded"), (error: unknown) => error);
  assert.ok(caught instanceof kind, String(caught));
  return caught;
}

test("without a key that works", async () => {
  for (const key of [undefined, `amends_0123456789ab_${"x".repeat(43)}`]) {
    const problem = await failure(AccessRefused, connect({ url: given.closed, key }).draft(given.case));
    assert.deepEqual([problem.status, problem.tried, problem.name], [401, 1, "AccessRefused"]);
    assert.ok(!key || !problem.message.includes(key));
  }
});

test("with a key for other things", async () => {
  const amends = connect({ url: given.closed, key: `${given.key}\n` });
  const problem = await failure(AccessRefused, amends.draft(given.case));
  assert.equal(problem.status, 403);
  assert.match(problem.detail, /scope `draft`/);
});

test("a field at fault", async () => {
  const wrong: Case = { ...given.case, context: { brand: "Harbourline Home", agent: { name: " " } } };
  const problem = await failure(Invalid, connect().draft(wrong));
  assert.deepEqual([problem.status, problem.type], [422, "urn:amends:problem:invalid-field"]);
  assert.deepEqual(problem.errors.map((each) => each.field), ["context.agent.name"]);
  assert.ok(problem.requestId && problem.message.includes(problem.requestId));
});

test("what is not there", async () => {
  for (const id of ["00000000-0000-4000-8000-000000000000", "../healthz?", "é/#"]) {
    await failure(NotFound, connect().read(id));
  }
});

test("what does not go with what is there", async () => {
  const problem = await failure(Conflict, connect().cancel(answer.body.id));
  assert.deepEqual([problem.tried, problem.type], [1, "urn:amends:problem:draft-finished"]);
});

test("an idempotency key stands for one request", async () => {
  const once = { idempotencyKey: "typescript-1" };
  const first = await connect().draft(given.case, once);
  assert.deepEqual(await connect().draft(given.case, once), first);
  await failure(Invalid, connect().draft({ ...given.case, id: "another" }, once));
});

test("a limit is waited out", async () => {
  const listing = async (amends: Amends) => {
    for (let count = 0; count < 4; count += 1) for await (const each of amends.drafts()) assert.fail(each.id);
  };
  await listing(connect({ url: given.closed, key: given.key }));
  const hasty = connect({ url: given.closed, key: given.key, retries: { tries: 1 } });
  assert.equal((await failure(TooManyRequests, listing(hasty))).retryAfter, 1);
});

for (const cut of ["unasked", "at work", "answered", "half answered"]) {
  test(`a connection that is cut: ${cut}`, async () => {
    const ref = `cut in TypeScript: ${cut}`;
    const result = await connect({ url: given.cutting[cut] ?? "" }).draft({ ...given.case, id: ref });
    assert.equal(result.draft, given.reply);
    const ids = [];
    for await (const each of connect().drafts({ ref })) ids.push(each.id);
    assert.deepEqual(ids, [result.id]);
  });
}

test("come again later", async () => {
  await answering([{ status: 503, body: BUSY, headers: { "Retry-After": "1" } }, answer], async (url, keys) => {
    const began = performance.now();
    assert.equal((await connect({ url }).draft(given.case)).draft, given.reply);
    assert.ok(performance.now() - began >= 1000);
    assert.equal(keys.length, 2);
    assert.equal(new Set(keys).size, 1);
  });
});

test("what may pass", async () => {
  for (const status of [408, 425, 429, 500, 502, 503, 504]) {
    await answering([{ status, body: "<p>" }, answer], async (url, keys) => {
      assert.equal((await connect({ url }).draft(given.case)).draft, given.reply);
      assert.equal(keys.length, 2);
    });
  }
});

test("what does not pass", async () => {
  const replies: Reply[] = [
    { status: 400, body: "<p>" },
    { status: 501, body: "<p>" },
    { status: 502, body: { ...BUSY, type: "urn:amends:problem:model-failed" } },
    { status: 504, body: { ...BUSY, type: "urn:amends:problem:deadline-passed" } },
    { status: 500, body: { ...BUSY, type: "urn:amends:problem:configuration" } },
    { status: 409, body: { ...BUSY, type: "urn:amends:problem:draft-finished" } },
    { status: 307, body: "", headers: { Location: "https://elsewhere.example.com/" } },
  ];
  for (const reply of replies) {
    await answering([reply, answer], async (url, keys) => {
      const problem = await failure(ProblemAnswered, connect({ url, key: "amends_secret" }).draft(given.case));
      assert.deepEqual([problem.status, keys.length], [reply.status, 1]);
    });
  }
});

test("each call has a key of its own", async () => {
  await answering([answer], async (url, keys) => {
    const amends = connect({ url });
    await amends.draft(given.case);
    await amends.draft(given.case);
    await amends.draft(given.case, { idempotencyKey: "mine" });
    assert.equal(new Set(keys).size, 3);
    assert.equal(keys[2], "mine");
  });
});

test("tries end", async () => {
  for (const [reply, kind] of [[{ instead: "hang up" }, NoAnswer], [{ status: 503, body: BUSY }, Unavailable]] as const) {
    await answering([reply], async (url, keys) => {
      const error = await failure(AmendsError, connect({ url, retries: { ...quick, tries: 3 } }).draft(given.case));
      assert.ok(error instanceof kind);
      assert.match(error.message, /sent 3 times/);
      assert.equal(keys.length, 3);
    });
  }
});

test("nobody is there", async () => {
  let gone = "";
  await answering([], async (url) => void (gone = url));
  const error = await failure(NoAnswer, connect({ url: gone, retries: { ...quick, tries: 2 } }).read("x"));
  assert.match(error.message, /^No answer from http:\/\/127.*sent 2 times: .*ECONNREFUSED/);
});

test("a wrong certificate", async () => {
  const error = await failure(NoAnswer, connect({ url: given.stranger, key: "amends_secret" }).draft(given.case));
  assert.equal(error.tried, 1);
  assert.match(error.message, /certificate/);
});

test("the deadline ends it", async () => {
  const later = { status: 503, body: BUSY, headers: { "Retry-After": "3600" } };
  for (const reply of [{ instead: "hang" }, { status: 503, body: BUSY }, later] as const) {
    await answering([reply], async (url, keys) => {
      const began = performance.now();
      const retries = { ...quick, tries: 1000, deadlineSeconds: 0.5 };
      await failure(AmendsError, connect({ url, retries }).draft(given.case));
      assert.ok(performance.now() - began < 3000);
      if (reply === later) assert.equal(keys.length, 1);
    });
  }
});

test("a caller may give up", async () => {
  for (const reply of [{ instead: "hang" }, { status: 503, body: BUSY, headers: { "Retry-After": "9" } }] as const) {
    await answering([reply], async (url) => {
      const signal = AbortSignal.timeout(200);
      await failure(DOMException, connect({ url }).draft(given.case, { signal }));
    });
  }
});

test("something else is there", async () => {
  for (const reply of [{ body: "<p>Welcome" }, { body: [] }, { body: 5 }, { body: { id: 5 } }, { status: 204 }]) {
    await answering([reply], async (url) => {
      await failure(UnexpectedAnswer, connect({ url }).draft(given.case));
    });
  }
});

test("what cannot be right is said at once", () => {
  for (const url of ["", "amends.example.com", "ftp://amends.example.com", "http://a?b"]) {
    assert.throws(() => new Amends({ url }), /URL/);
  }
  const withPassword = "https://crm:secret@amends.example.com";
  for (const settings of [{ url: withPassword }, { url: "https://amends.example.com", deskUrl: withPassword }]) {
    assert.throws(() => new Amends(settings), (error: Error) => /password/.test(error.message) && !/secret/.test(error.message));
  }
  assert.throws(() => connect({ key: "amends_1\namends_2" }), (error: Error) => !error.message.includes("amends_1"));
});
