import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export type Log = (level: "info" | "warn" | "error", message: string) => void;

/** How many lines are kept to explain a start that failed. */
const KEPT_LINES = 8;

/** What a LOG line must be about to be passed on: the others tell of every start and stop. */
const NOTEWORTHY = /not properly shut down|terminated by signal|all server processes|could not|corrupt|invalid/;

/**
 * Passes on what PostgreSQL writes on its standard error and an operator should read; the errors that a client gets as
 * an answer are the client's to report. Texts of statements and values of rows may be secrets: they stand in lines of
 * other kinds (DETAIL, STATEMENT), which are dropped.
 *
 * Returns a function that waits for the end of the output and gives its last lines, of whatever kind.
 */
export function readServerLog(output: Readable, log: Log): () => Promise<string> {
  const kept: string[] = [];
  const lines = createInterface({ input: output });
  const closed = once(lines, "close");
  lines.on("line", (line) => {
    kept.push(line);
    if (kept.length > KEPT_LINES) kept.shift();
    const level = severity(line);
    if (level) log(level, `PostgreSQL: ${line.split("|").slice(2).join("|")}`);
  });
  return async () => {
    await closed;
    return kept.join("\n");
  };
}

/** Lines are `log_line_prefix` of `settings.ts`, severity, two spaces, text. Those that go on start with a tab. */
function severity(line: string): "warn" | "error" | undefined {
  const [, process, level, text] = /^([^|]*)\|[^|]*\|([A-Z]+): {2}(.*)/.exec(line) ?? [];
  if (level === "PANIC") return "error";
  if (process === "client backend") return undefined;
  if (level === "FATAL" || level === "ERROR") return "error";
  if (level === "WARNING" || (level === "LOG" && NOTEWORTHY.test(text ?? ""))) return "warn";
  return undefined;
}
