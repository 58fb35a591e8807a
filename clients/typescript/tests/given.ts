// What the tests are given by whoever starts them, and services that fail as they are told to.

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { Amends, type Case, type Settings } from "../src/index.js";

interface Given {
  url: string;
  cutting: Record<string, string>;
  closed: string;
  key: string;
  case: Case;
  reply: string;
}

export const given = JSON.parse(process.env.AMENDS_GIVEN ?? "null") as Given;
export const quick = { firstPauseSeconds: 0.01, longestPauseSeconds: 0.05, deadlineSeconds: 30 };

/** A client of the service. */
export function connect(settings: Partial<Settings> = {}): Amends {
  return new Amends({ url: given.url, retries: quick, ...settings });
}

/** How a service answers one request. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Answers nothing, and hangs up at once or never. */
  instead?: "hang up" | "hang";
}

/** A service that answers one reply after the other, the last one for ever; `keys` are those of the requests. */
export async function answering(replies: Reply[], use: (url: string, keys: string[]) => Promise<void>): Promise<void> {
  const keys: string[] = [];
  const server = createServer((request, response) => {
    keys.push(String(request.headers["idempotency-key"]));
    request.resume();
    request.on("end", () => answer(response, replies[Math.min(keys.length, replies.length) - 1] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function answer(response: ServerResponse, reply: Reply): void {
  if (reply.instead === "hang up") response.destroy();
  if (reply.instead) return;
  const { status = 200, headers = {}, body } = reply;
  const json = { "Content-Type": status < 400 ? "application/json" : "application/problem+json" };
  response.writeHead(status, typeof body === "string" ? { "Content-Type": "text/html", ...headers } : { ...json, ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
