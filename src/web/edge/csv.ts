import { streamSnapshot } from "../../domain/directory/snapshot.ts";
import type { Context } from "./context.ts";

type Cell = string | number | boolean | Date | null | undefined;

/**
 * A row as RFC 4180 has it. A cell that a spreadsheet would run as a formula gets an apostrophe in front, which makes it text:
 * names come from whoever fills in a directory.
 */
function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: Cell): string {
  const text = cell instanceof Date ? cell.toISOString() : String(cell ?? "");
  const harmless = /^[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Without it spreadsheets take UTF-8 for something else. */
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Answers a table as a file that is written while it is read, page by page in one snapshot: its memory does not grow with it.
 * 503 `overloaded` while too many others are served.
 */
export async function answerCsv<T>(
  c: Context,
  name: string,
  head: readonly string[],
  read: (trx: Context["var"]["scope"]["db"]) => AsyncIterable<readonly T[]>,
  row: (each: T) => readonly Cell[],
): Promise<Response> {
  const encoder = new TextEncoder();
  const stream = await streamSnapshot(c.var.scope.db, async function* (trx) {
    yield encoder.encode(BYTE_ORDER_MARK + csvRow(head));
    for await (const page of read(trx)) {
      if (page.length > 0) yield encoder.encode(page.map((each) => csvRow(row(each))).join(""));
    }
  });
  const day = c.var.now.toISOString().slice(0, 10);
  return c.body(stream, 200, {
    "Content-Type": "text/csv; charset=utf-8; header=present",
    "Content-Disposition": `attachment; filename="${name}-${c.var.organization.slug}-${day}.csv"`,
  });
}
