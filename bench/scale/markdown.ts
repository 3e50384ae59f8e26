import type { Measure } from "./measure.ts";

/** The results as a table for docs/performance.md, with the day. *growth* is against the smallest size of the same line. */
export function markdown(measures: readonly Measure[], now: Date): string {
  const lines = measures.map((one) => {
    const times = [
      `${one.floor.toFixed(2)} ms`,
      `${one.ours.toFixed(2)} ms`,
      one.ratio.toFixed(1),
      one.growth.toFixed(2),
    ];
    return `| ${[one.what, one.size.toLocaleString("en-US"), ...times, one.note ?? ""].join(" | ")} |`;
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
