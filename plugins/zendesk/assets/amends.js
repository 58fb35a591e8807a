// Requests to Amends. Zendesk sends them and puts in the access key, so that this page never has it.
import { Problem, refused } from "./problems.js";

const PAUSES_MS = [500, 1000, 1000, 2000]; // and the last one from then on
const MOST_MS = 180_000;
const UNFINISHED = new Set(["queued", "running"]);

export class Amends {
  constructor(client, address) {
    this.client = client;
    this.address = address;
  }

  // A draft for a case, once it is made. For a day its name stands for the same draft, also for one that was given up: so
  // the next one has the id of that in its name, and who asks twice at once still has one. Which had failed is asked
  // before: a draft may fail as soon as it is begun, and nobody who asks once shall have one after another begun.
  async draft(asked, name) {
    const failed = await this.failed(asked.id);
    let draft = await this.begun(asked, name);
    while (draft.status === "cancelled" || failed.has(draft.id)) draft = await this.begun(asked, `${name}-${draft.id}`);
    const end = Date.now() + MOST_MS;
    for (let round = 0; UNFINISHED.has(draft.status); round += 1) {
      if (Date.now() > end) throw new Problem("The draft is not there yet. Try again: it goes on where it is.");
      await pause(PAUSES_MS[Math.min(round, PAUSES_MS.length - 1)]);
      draft = await this.read(draft.id);
    }
    return draft;
  }

  // Where the draft of a name stands, which is begun if there is none.
  async begun(asked, name) {
    const { id } = await this.ask("POST", "/v1/drafts", asked, { Prefer: "respond-async", "Idempotency-Key": name });
    return this.read(id);
  }

  read(id) {
    return this.ask("GET", `/v1/drafts/${encodeURIComponent(id)}`);
  }

  // The ids of a ticket's drafts that failed.
  async failed(ref) {
    const { drafts } = await this.ask("GET", `/v1/drafts?ref=${encodeURIComponent(ref)}&status=failed&limit=200`);
    return new Set((drafts ?? []).map((each) => each.id));
  }

  // The address of the desk at a draft, which works for a while, for this draft alone.
  async link(draftId) {
    const link = await this.ask("POST", `/v1/drafts/${encodeURIComponent(draftId)}/links`, {});
    if (typeof link.url !== "string" || !link.url.startsWith("/#/")) throw new Problem("Amends gave no link to the draft.");
    return this.address + link.url;
  }

  async ask(type, path, body, headers = {}) {
    const answer = await this.client
      .request({
        url: this.address + path,
        type,
        dataType: "json",
        contentType: "application/json",
        data: body === undefined ? undefined : JSON.stringify(body),
        headers: { Authorization: "Bearer {{setting.access_key}}", ...headers },
        secure: true,
        cors: false,
        autoRetry: false,
      })
      .catch((failure) => {
        throw refused(failure);
      });
    if (!answer || typeof answer !== "object") throw new Problem("What stands at the address of Amends is something else.");
    return answer;
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
