// Every call does what it says, on a running service.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DraftCancelled, NotFinished, type ListedDraft } from "../src/index.js";
import { answering, connect, given } from "./given.js";

const amends = connect();
const made = await amends.draft(given.case);

async function all(listed: AsyncIterable<ListedDraft>): Promise<string[]> {
  const ids = [];
  for await (const each of listed) ids.push(each.id);
  return ids;
}

test("a draft has a verdict of every check", () => {
  assert.deepEqual([made.status, made.draft, made.ref], ["ready", given.reply, given.case.id]);
  const found = made.verdicts.find((verdict) => verdict.check === "apology")?.findings[0];
  assert.ok(found);
  assert.equal([...given.reply].slice(found.start, found.end).join(""), found.excerpt);
});

test("what is submitted is waited for", async () => {
  const ticket = await amends.submit(given.case);
  assert.equal(ticket.status, "queued");
  assert.ok(!("verdicts" in (await amends.read(ticket.id))));
  await assert.rejects(amends.wait(ticket.id, { seconds: 0.01 }), NotFinished);
  const result = await amends.wait(ticket.id);
  assert.deepEqual([result.id, result.status, result.draft], [ticket.id, "ready", given.reply]);
  assert.deepEqual(await amends.read(ticket.id), result);
});

test("what is cancelled is not waited for", async () => {
  const { id } = await amends.submit(given.case);
  assert.equal((await amends.cancel(id)).status, "cancelled");
  await assert.rejects(amends.wait(id), DraftCancelled);
});

test("what failed is a result, with the reason", async () => {
  const problem = { type: "urn:amends:problem:model-failed", title: "No text", status: 502, detail: "It is down." };
  await answering([{ body: { ...made, status: "failed", draft: null, problem } }], async (url) => {
    const result = await connect({ url }).wait(made.id);
    assert.deepEqual([result.status, result.problem?.detail], ["failed", "It is down."]);
  });
});

test("drafts are listed over all pages", async () => {
  const ref = "listed by TypeScript";
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) ids.unshift((await amends.draft({ ...given.case, id: ref })).id);
  assert.deepEqual(await all(amends.drafts({ ref, limit: 1 })), ids);
  await amends.feedback(ids[1] ?? "", { outcome: "sent" });
  assert.deepEqual(await all(amends.drafts({ ref, feedback: "none" })), [ids[0], ids[2]]);
});

test("feedback says how much was changed", async () => {
  const text = given.reply.replace("sorry", "very sorry");
  const stored = await amends.feedback(made.id, { outcome: "edited", text });
  assert.equal(stored.outcome, "edited");
  assert.ok(stored.edit_distance && stored.edit_distance < 0.1);
});

test("a link is whole, at the desk where agents reach it", async () => {
  assert.equal((await amends.link(made.id)).url, `${given.url}/#/draft/${made.id}`);
  const elsewhere = connect({ deskUrl: "https://amends.example.com/desk/" });
  assert.equal((await elsewhere.link(made.id, { seconds: 60 })).url, `https://amends.example.com/desk/#/draft/${made.id}`);
});

test("the case comes back, and another reply is drafted to it", async () => {
  assert.equal((await amends.case(made.id)).complaint.text, given.case.complaint.text);
  const another = await amends.again(made.id, { delivery: "flagged", instruction: "Be brief." });
  assert.notEqual(another.id, made.id);
  assert.equal(another.draft, given.reply);
});

test("a text is checked", async () => {
  const text = { complaint: "My parcel came broken.", draft: "It was the courier's fault.", policy: "wording_only" };
  assert.equal((await amends.check(text)).passed, false);
});

test("every other operation goes the same way", async () => {
  const body = [given.case, given.case].map((each) => JSON.stringify(each)).join("\n");
  const headers = { "Content-Type": "application/jsonl" };
  const { data: batch } = await amends.client.POST("/v1/batches", { body, headers, bodySerializer: (lines) => lines });
  assert.ok(batch);
  assert.equal(batch.lines, 2);
  const params = { path: { batch_id: batch.id } };
  const { data: lines } = await amends.client.GET("/v1/batches/{batch_id}/results", { params, parseAs: "text" });
  assert.equal(lines?.trim().split("\n").length, 2);
});
