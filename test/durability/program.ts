import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { projectRoot } from "../../src/root.ts";

/** One of our programs, run as a person runs it: a process of its own, known by what it prints and answers. */
export interface Program {
  readonly pid: number;
  readonly port: number;
  /** The apex. */
  readonly origin: string;
  /** Milliseconds from the start until it said that it is ready. */
  readonly readyAfter: number;
  /** All that it has printed. */
  output(): string;
  /** The first group of the pattern in what it printed. */
  printed(pattern: RegExp): string;
  /** Sends a signal and waits until it has ended; answers how, as `0` or `SIGKILL`. */
  end(signal: NodeJS.Signals): Promise<string>;
}

interface Options {
  /** The compiled file, such as `src/main.js`. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly ready: RegExp;
}

/** Starts one and waits until it is ready; throws what it printed if it ends instead. The test's end ends it. */
export async function startProgram(t: Pick<TestContext, "after">, options: Options): Promise<Program> {
  const { file, env, port, ready } = options;
  const since = performance.now();
  const child = launch(file, { ...env, PORT: String(port) });
  const ended = once(child, "exit").then(([code, signal]) => String(signal ?? code));
  t.after(() => finish(child, "SIGTERM", ended));
  const lines = collect(child);
  await Promise.race([lines.wait(ready), ended.then((how) => failed(file, how, lines.text()))]);
  return {
    pid: child.pid ?? 0,
    port,
    origin: `http://localhost:${port}`,
    readyAfter: performance.now() - since,
    output: lines.text,
    printed(pattern) {
      const found = pattern.exec(lines.text())?.[1];
      if (found === undefined) throw new Error(`It did not print ${pattern}:\n${lines.text()}`);
      return found;
    },
    end: (signal) => finish(child, signal, ended),
  };
}

/** The service itself. */
export function startMain(
  t: Pick<TestContext, "after">,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<Program> {
  return startProgram(t, { file: "src/main.js", env, port, ready: /^Operator API: / });
}

/** Runs one that is meant to stop by itself; answers its exit code and what it printed. */
export async function runProgram(file: string, env: Readonly<Record<string, string>>) {
  const child = launch(file, env);
  const lines = collect(child);
  const [code] = await once(child, "exit");
  return { code: code as number | null, output: lines.text() };
}

/** A folder that the test's end removes. */
export function emptyFolder(t: Pick<TestContext, "after">): string {
  const folder = mkdtempSync(join(tmpdir(), "semaphore-program-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** A port that nobody listens on, and of which the next one is free as well. */
export async function freePort(): Promise<number> {
  for (;;) {
    const first = await listenOn(0);
    const port = first.port;
    const second = await listenOn(port + 1).catch(() => undefined);
    await Promise.all([first.close(), second?.close()]);
    if (second) return port;
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as a client would, without types.
  json(): any;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks over HTTP. Node's resolver may not know `acme.localhost`, so the address is the loopback's and the Host is sent. */
export async function ask(url: string, { method = "GET", headers = {}, body }: Ask = {}): Promise<Answer> {
  const { host, port, pathname, search } = new URL(url);
  const sent = request({ host: "127.0.0.1", port, method, path: pathname + search, headers: { host, ...headers } });
  sent.end(body);
  const [response] = await once(sent, "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return { status: response.statusCode, headers: response.headers, text, json: () => JSON.parse(text) };
}

function launch(file: string, env: Readonly<Record<string, string>>): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  return spawn(process.execPath, [join(projectRoot, "dist", file)], {
    env: { PATH, HOME, LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function collect(child: ChildProcess) {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  const wait = (pattern: RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (lines.some((line) => pattern.test(line))) resolve();
      };
      waiting.add(look);
      look();
    });
  return { wait, text: () => lines.join("\n") };
}

async function finish(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<string>): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return ended;
}

function failed(file: string, how: string, output: string): never {
  throw new Error(`${file} ended with ${how} before it was ready:\n${output}`);
}

async function listenOn(port: number): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: typeof address === "object" && address ? address.port : 0, close };
}
