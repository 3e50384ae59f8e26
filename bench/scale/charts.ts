import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Measure } from "./measure.ts";

const CHARTS = [
  {
    file: "scale-group-changes.svg",
    title: "PATCH of one member, by size of the group",
    lines: ["PATCH of one member"],
  },
  {
    file: "scale-groups-whole.svg",
    title: "A whole group, by its size",
    lines: ["PUT of all members", "GET of all members"],
  },
  {
    file: "scale-lookups.svg",
    title: "Lookup of a person, by size of the directory",
    lines: ["lookup by userName", "lookup by externalId", "lookup by emails[type eq work]"],
  },
  {
    file: "scale-pages.svg",
    title: "A page of 100 people, by size of the directory",
    lines: [
      "first page by index",
      "middle page by index",
      "last page by index",
      "first page by cursor",
      "last page by cursor",
    ],
  },
] as const;

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 360, 64, 220, 48, 44];
const COLOURS = ["#2f7ed8", "#d9822b", "#3a9d5d", "#b04ec4", "#c0504d", "#7a8793"];
const STYLE = `text{font:12px system-ui,sans-serif;fill:#24292f}.t{font-size:15px;font-weight:600}.g{stroke:#d0d7de}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.g{stroke:#444c56}}`;

/** Draws each chart of cost against size from the measures, for docs/performance.md. Both axes are logarithmic. */
export function writeCharts(folder: string, measures: readonly Measure[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { file, title, lines } of CHARTS) {
    const of = (what: string) => measures.filter((one) => one.what === what);
    const series = lines.map((what) => ({
      name: what,
      points: of(what).map(({ size, ours }) => [size, ours] as const),
    }));
    const floors = of(lines[0]).map(({ size, floor }) => [size, floor] as const);
    writeFileSync(join(folder, file), chart(title, [...series, { name: "floor of the first", points: floors }]));
  }
}

interface Series {
  readonly name: string;
  readonly points: readonly (readonly [size: number, milliseconds: number])[];
}

function chart(title: string, series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points);
  const x = scale(
    points.map(([size]) => size),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scale(
    points.map(([, milliseconds]) => milliseconds),
    HEIGHT - BOTTOM,
    TOP,
  );
  const rows = y.ticks.map((tick) => {
    const at = y.at(tick).toFixed(1);
    return `<line class="g" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>${text(LEFT - 8, at, "end", `${tick} ms`)}`;
  });
  const columns = x.ticks.map((tick) => text(x.at(tick), HEIGHT - BOTTOM + 20, "middle", tick.toLocaleString("en-US")));
  const drawn = series.map(({ name, points: own }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const spots = own.map(([size, milliseconds]) => `${x.at(size).toFixed(1)},${y.at(milliseconds).toFixed(1)}`);
    const dots = spots.map((spot) => `<circle cx="${spot.replace(",", '" cy="')}" r="3" fill="${colour}"/>`).join("");
    const [at, dash] = [TOP + 18 * index, name.startsWith("floor") ? ' stroke-dasharray="4 4"' : ""];
    const key = `<rect x="${WIDTH - RIGHT + 16}" y="${at - 9}" width="10" height="10" fill="${colour}"/>`;
    const line = `<polyline points="${spots.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`;
    return `${line}${dots}${key}${text(WIDTH - RIGHT + 32, at, "start", name)}`;
  });
  const view = `viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${view}>\n<style>${STYLE}</style>
<text class="t" x="${LEFT}" y="24">${title}</text>\n${[...rows, ...columns, ...drawn].join("\n")}\n</svg>\n`;
}

function text(x: number, y: number | string, anchor: string, words: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}">${words}</text>`;
}

/** A logarithmic axis whose ticks are the powers of ten around the values. */
function scale(values: readonly number[], from: number, to: number) {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    at: (value: number) => from + ((Math.log10(value) - first) / (last - first)) * (to - from),
    ticks: Array.from({ length: last - first + 1 }, (_, index) => Number((10 ** (first + index)).toPrecision(1))),
  };
}
