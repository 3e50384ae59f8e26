import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";

/** An event as a browser understands it (HTML Living Standard §9.2.6). */
export interface ServerEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** What a browser's EventSource does, over a real socket. */
export interface Source {
  readonly response: IncomingMessage;
  readonly events: readonly ServerEvent[];
  /** Resolves once there are so many events of requests; fails after ten seconds. */
  until(count: number): Promise<void>;
  /** Resolves once the server has ended the stream; fails after ten seconds. */
  ended(): Promise<void>;
  close(): void;
}

/** Opens the stream at this path of the organization, on the port where the service listens. */
export async function openSource(
  port: number,
  url: string,
  path: string,
  headers: Record<string, string>,
): Promise<Source> {
  const request = get({ port, path, agent: false, headers: { host: new URL(url).host, ...headers } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  request.on("error", () => {});
  const events: ServerEvent[] = [];
  let rest = "";
  response.setEncoding("utf8").on("data", (text: string) => {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    events.push(...blocks.map(parse).filter(({ data }) => data !== ""));
  });
  response.on("error", () => {});
  let over = false;
  response.once("close", () => {
    over = true;
  });
  return {
    response,
    events,
    ended: () => patiently(() => over, "the stream goes on"),
    until: (count) => patiently(() => events.length >= count, `not ${count} events came`),
    close: () => request.destroy(),
  };
}

async function patiently(isSo: () => boolean, otherwise: string): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 400) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function parse(block: string): ServerEvent {
  const fields = block.split("\n").map((line) => /^(\w*):\s?(.*)$/s.exec(line) ?? ["", "", ""]);
  const values = (name: string) => fields.filter(([, each]) => each === name).map(([, , value]) => value ?? "");
  return { event: values("event").at(-1) ?? "message", id: values("id").at(-1) ?? "", data: values("data").join("\n") };
}
