import type { Measure } from "./measure.ts";

/** The results as a table for docs/performance.md, with the day. *growth* is against the smallest size of the same line. */
export function markdown(measures: readonly Measure[], now: Date): string {
  const smallest = new Map<string, Measure>();
  for (const one of measures) {
    const known = smallest.get(one.what);
    if (known === undefined || one.size < known.size) smallest.set(one.what, one);
  }
  const lines = measures.map((one) => {
    const growth = one.ours / (smallest.get(one.what)?.ours ?? one.ours);
    const cells = [
      one.what,
      one.size.toLocaleString("en-US"),
      `${one.floor.toFixed(2)} ms`,
      `${one.ours.toFixed(2)} ms`,
      (one.ours / one.floor).toFixed(1),
      growth.toFixed(2),
      one.note ?? "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head = ["what", "size", "floor", "ours", "times the floor", "growth", "note"];
  return [
    `From one run of \`npm run bench -- scim\` on ${now.toISOString().slice(0, 10)}:`,
    "",
    `| ${head.join(" | ")} |`,
    `|${"---|".repeat(head.length)}`,
    ...lines,
    "",
  ].join("\n");
}
