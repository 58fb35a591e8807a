// Talks with the server, and keeps what it could not save yet.

const GONE =
  "Amends does not answer. What was saved is safe: start `amends eval label` again, and open the address that it prints.";

// What the server understood and will never take.
const FINAL = [400, 404, 413, 422];

class Refused extends Error {
  constructor(status, detail) {
    super(detail ?? `The server answers ${status}.`);
    this.final = FINAL.includes(status);
  }
}

export async function ask(path, body) {
  const posted = { method: "POST", headers: { "Content-Type": "application/json" }, keepalive: true };
  let answer;
  try {
    answer = await fetch(path, body && { ...posted, body: JSON.stringify(body) });
  } catch {
    throw new Error(GONE);
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Refused(answer.status, found.detail);
  }
  return found;
}

// Saves one change after the other. What fails stays, in front of what comes later, until it is tried again; what the
// server refuses for good goes, or nothing behind it would ever be saved.
export class Saving {
  #waiting = [];
  #busy = false;

  constructor(kept, failed) {
    this.kept = kept; // called with the draft's number and what the server says of it
    this.failed = failed; // called with a reason, empty when all is saved, and the draft whose answer was refused
  }

  get pending() {
    return this.#waiting.length > 0;
  }

  of(number) {
    return this.#waiting.filter((each) => each.number === number).map((each) => each.what);
  }

  add(number, what) {
    this.#waiting.push({ number, what });
    return this.run();
  }

  async run() {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    try {
      while (this.pending) {
        const { number, what } = this.#waiting[0];
        const found = await ask(`drafts/${number}`, what);
        this.#waiting.shift();
        this.kept(number, found);
      }
      this.failed("");
    } catch (error) {
      const refused = error.final ? this.#waiting.shift() : undefined;
      this.failed(`Not saved: ${error.message}`, refused?.number);
    } finally {
      this.#busy = false;
    }
  }
}
