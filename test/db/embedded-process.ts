import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { type EmbeddedPostgres, startEmbedded } from "../../src/db/embedded/embedded.ts";

/** What the process below says on its first line. */
type Answer = Pick<EmbeddedPostgres, "connection" | "adopted"> | { refused: string };

/** A process of its own that runs the embedded database, to be killed and to be told no. */
interface OwnerProcess {
  readonly answer: Answer;
  /** Lets it stop the database and end. */
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Makes it call `process.exit` without stopping the database first. */
  exit(): Promise<void>;
}

/**
 * Starts such a process, which ends with the test at the latest. `prefix` is a command that ends by running the rest of its arguments in its own place;
 * `killed` is `kill -9` before it has answered.
 */
export async function startProcess(
  dataDir: string,
  prefix: readonly string[] = [],
  killed?: AbortSignal,
): Promise<OwnerProcess> {
  const [file = "", ...args] = [...prefix, process.execPath, import.meta.filename, dataDir];
  const child = spawn(file, args, {
    stdio: ["pipe", "pipe", "inherit"],
    killSignal: "SIGKILL",
    ...(killed && { signal: killed }),
  });
  // Also where an assertion fails: a process that goes on would keep the test's file from ending.
  after(() => void child.kill());
  const ended = once(child, "exit");
  child.stdin.on("error", () => {});
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended]);
  if (typeof line !== "string") throw new Error(`The process ended with ${line}.`);
  async function finish(act: () => void): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) act();
    await ended;
  }
  return {
    answer: JSON.parse(line),
    stop: () => finish(() => child.stdin.end("stop\n")),
    exit: () => finish(() => child.stdin.end("exit\n")),
    kill: () => finish(() => child.kill("SIGKILL")),
  };
}

/** Starts one that must get the database, and gives how to reach it. */
export async function startOwner(dataDir: string, prefix: readonly string[] = []) {
  const owner = await startProcess(dataDir, prefix);
  if ("refused" in owner.answer) throw new Error(owner.answer.refused);
  return { ...owner, ...owner.answer };
}

if (import.meta.main) await own(process.argv[2] ?? "");

async function own(dataDir: string): Promise<void> {
  const say = (answer: Answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
  const started = await startEmbedded({ dataDir, log: () => {} }).catch((error: Error) => error);
  if (started instanceof Error) return void say({ refused: started.message });
  say({ connection: started.connection, adopted: started.adopted });
  const [command] = await once(createInterface({ input: process.stdin }), "line");
  if (command === "exit") process.exit();
  await started.stop();
}
