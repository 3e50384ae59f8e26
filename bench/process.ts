import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** A server under measurement, in a process of its own. */
export interface Measured {
  readonly port: number;
  /** Seconds of processor time so far, user and system. */
  cpu(): number;
  /** Resident memory in MB. */
  memory(): number;
  stop(): Promise<void>;
}

/** What `npm start` runs the service with: young objects get little room, for most live no longer than a request. */
export const NODE_OPTIONS = ["--max-semi-space-size=4"];

/** Starts a program of ours and waits for the line that says it is ready; `port` reads the port from that line. */
export async function startMeasured(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  port: (line: string) => number | undefined,
): Promise<Measured> {
  const child = spawn(process.execPath, [...args, file], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const found = await portOf(child, port);
  return {
    port: found,
    cpu: () => cpuSeconds(child.pid ?? 0),
    memory: () => residentMegabytes(child.pid ?? 0),
    stop: () => stop(child),
  };
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function portOf(child: ChildProcess, port: (line: string) => number | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    if (!child.stdout) return reject(new Error("no output"));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = port(line);
      if (found) resolve(found);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners("exit");
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

/** Fields 14 and 15 of /proc/PID/stat, in ticks of 10 ms (proc(5)). */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
