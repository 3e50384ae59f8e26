import { Agent, request } from "node:http";

/** One request of a scenario; the path may need what an earlier answer said. */
export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  /** The media type of the body, if it is not what a directory sends. */
  readonly type?: string;
  readonly expect: number;
  /** Where it is asked, if not where the load goes: another organization on the same port. */
  readonly at?: Target;
}

/** What a run came to. Times are in milliseconds. */
export interface Load {
  readonly perSecond: number;
  readonly median: number;
  readonly p99: number;
}

export interface Target {
  readonly port: number;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends `total` units of work, each one or more requests in sequence, with so many under way at once, over kept-alive
 * connections. Throws on the first answer with another status than the expected: a fast refusal is no result.
 */
export async function load(
  target: Target,
  total: number,
  concurrency: number,
  unit: (index: number, send: (ask: Ask) => Promise<string>) => Promise<void>,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const times: number[] = [];
  let next = 0;
  const began = performance.now();
  const one = async () => {
    for (let index = next++; index < total; index = next++) {
      const start = performance.now();
      await unit(index, (ask) => send(target, agent, ask));
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { perSecond: total / seconds, median: at(0.5), p99: at(0.99) };
}

function send(target: Target, agent: Agent, ask: Ask): Promise<string> {
  return new Promise((resolve, reject) => {
    const { method, path, body, type = "application/scim+json; charset=utf-8", expect, at = target } = ask;
    const headers = {
      ...at.headers,
      host: at.host,
      ...(body !== undefined && {
        "content-type": type,
        "content-length": Buffer.byteLength(body),
      }),
    };
    const sent = request({ agent, host: "127.0.0.1", port: target.port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === expect) resolve(text);
        else reject(new Error(`${method} ${path} answered ${response.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
