/** One line of the result. `ratio` is ours to the floor: 1 is as fast. */
export interface Row {
  readonly name: string;
  readonly floor: string;
  readonly ours: string;
  readonly ratio: number;
  /** Processor time of our process for the same work, as a multiple of the floor's. */
  readonly cpu?: number;
  readonly note?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Prints rows under one another, in columns. */
export function print(rows: readonly Row[]): void {
  const cells = [
    ["what", "floor", "ours", "ratio", "cpu", ""],
    ...rows.map((row) => [
      row.name,
      row.floor,
      row.ours,
      row.ratio.toFixed(2),
      row.cpu?.toFixed(1) ?? "",
      row.note ?? "",
    ]),
  ];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells) {
    const line = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    process.stdout.write(`${line.join("  ").trimEnd()}\n`);
  }
}
