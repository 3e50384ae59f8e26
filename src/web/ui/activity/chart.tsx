import type { Counted, Hour } from "../../../domain/activity/hours.ts";
import { Card, CardHeader } from "../card.tsx";
import { Table } from "../table.tsx";
import { Time } from "../time.tsx";
import { activityPath } from "./address.ts";

/** From the bottom of a bar to its top: what matters most is on top. */
const LAYERS = ["added", "changed", "removed", "refused"] as const satisfies readonly Counted[];
const HEIGHT = 100;
/** Of 10, the rest is the space between two bars. */
const WIDTH = 7;
/** One refused among thousands must still be seen. */
const LOWEST = 3;

interface ChartProps {
  readonly hours: readonly Hour[];
  /** An hour is counted no further than this. */
  readonly most: number;
}

/** What changed something in the last 24 hours, and what was refused: bars, their sums in words, and the same as a table. */
export function ActivityChart({ hours, most }: ChartProps) {
  const sums = LAYERS.map((layer) => ({ layer, sum: hours.reduce((sum, hour) => sum + hour[layer], 0) }));
  if (sums.every(({ sum }) => sum === 0)) {
    return (
      <Card>
        <CardHeader
          title="The last 24 hours"
          hint="Nothing was added, changed, removed or refused before you opened this page."
        />
      </Card>
    );
  }
  const more = hours.some((hour) => LAYERS.some((layer) => hour[layer] >= most));
  return (
    <Card>
      <CardHeader title="The last 24 hours" />
      <ul class="chart-legend">
        {sums.map(({ layer, sum }) => (
          <li>
            <span class={`swatch swatch-${layer}`} aria-hidden="true" />
            <a href={activityPath({ outcome: layer, reads: false })}>
              {sum.toLocaleString("en")} {layer}
            </a>
          </li>
        ))}
      </ul>
      <Bars hours={hours} label={`Bars by hour: ${sums.map(({ layer, sum }) => `${sum} ${layer}`).join(", ")}`} />
      {more && <p class="hint">An hour is counted up to {most.toLocaleString("en")} of each.</p>}
      <details class="disclosure">
        <summary>The same as a table</summary>
        <HourTable hours={hours} />
      </details>
    </Card>
  );
}

function Bars({ hours, label }: { readonly hours: readonly Hour[]; readonly label: string }) {
  const highest = Math.max(1, ...hours.map((hour) => LAYERS.reduce((sum, layer) => sum + hour[layer], 0)));
  return (
    <div class="chart">
      <svg viewBox={`0 0 ${hours.length * 10} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {hours.flatMap((hour, index) =>
          stack(hour, highest).map(({ layer, y, height }) => (
            <rect class={`bar-${layer}`} x={index * 10 + (10 - WIDTH) / 2} y={y} width={WIDTH} height={height} />
          )),
        )}
      </svg>
      <p class="chart-axis" aria-hidden="true">
        <span>{clockTime(hours[0])} UTC</span>
        <span>{clockTime(hours[hours.length / 2])}</span>
        <span>now</span>
      </p>
    </div>
  );
}

/** The parts of one bar. What is there at all is high enough to be seen; the whole never leaves the picture. */
function stack(hour: Hour, highest: number) {
  const there = LAYERS.filter((layer) => hour[layer] > 0);
  const room = HEIGHT - LOWEST * there.length;
  let y = HEIGHT;
  return there.map((layer) => {
    const height = LOWEST + (hour[layer] / highest) * room;
    y -= height;
    return { layer, y: round(y), height: round(height) };
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function clockTime(hour: Hour | undefined): string {
  return hour?.from.toISOString().slice(11, 16) ?? "";
}

function HourTable({ hours }: { readonly hours: readonly Hour[] }) {
  const counts = LAYERS.map((layer) => ({ label: layer[0]?.toUpperCase() + layer.slice(1), align: "end" as const }));
  return (
    <Table
      caption="Requests by hour"
      columns={[{ label: "From" }, ...counts]}
      rows={hours.map((hour) => [<Time at={hour.from} />, ...LAYERS.map((layer) => hour[layer].toLocaleString("en"))])}
      narrow="scroll"
    />
  );
}
