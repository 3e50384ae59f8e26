import type { Setting } from "../setting.ts";
import { type Filled, nameOf } from "./fill.ts";
import { floorRead, type Measure, measure, once, type Unit } from "./measure.ts";

const PAGE = 100;

const get = (path: string, expect = 200) => ({ method: "GET", path: `/okta/scim${path}`, expect }) as const;

/** Lookups by what directories look people up by. */
export async function lookups(setting: Setting, filled: Filled): Promise<Measure[]> {
  const { target, users } = filled;
  const person = (index: number) => nameOf(1 + ((index * 7_919) % users));
  const filters: Readonly<Record<string, (name: string) => string>> = {
    userName: (name) => `userName eq "${name}@example.test"`,
    externalId: (name) => `externalId eq "00u${name}"`,
    "emails[type eq work]": (name) => `emails[type eq "work"].value eq "${name}@example.test"`,
  };
  const measures = [];
  for (const [by, filter] of Object.entries(filters)) {
    const ours: Unit = (index, send) => send(get(`/Users?filter=${encodeURIComponent(filter(person(index)))}`));
    const way = { calls: 300, floor: floorRead(person), ours };
    measures.push(await measure(setting, target, `lookup by ${by}`, users, way));
  }
  return measures;
}

/** Pages of an import by index: the first, the middle one and the last. */
export async function indexPages(setting: Setting, { target, users }: Filled): Promise<Measure[]> {
  // Whoever reads first has the newest people counted, in the background.
  await once(target, get("/Users?count=1"));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const places = { first: 1, middle: users / 2 + 1, last: users - PAGE + 1 };
  const measures = [];
  for (const [place, startIndex] of Object.entries(places)) {
    const ours: Unit = (_, send) => send(get(`/Users?startIndex=${startIndex}&count=${PAGE}`));
    const way = { calls: 40, floor: floorRead(() => nameOf(1)), ours };
    measures.push(await measure(setting, target, `${place} page by index`, users, way));
  }
  return measures;
}

/** A whole import by cursor, of which the first, the middle and the last page are measured. */
export async function cursorPages(setting: Setting, { target, users }: Filled): Promise<Measure[]> {
  const cursors: string[] = [""];
  const page = (cursor: string) => get(`/Users?count=${PAGE}&cursor=${cursor}`);
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    cursor = JSON.parse(await once(target, page(cursor))).nextCursor as string | undefined;
    if (cursor !== undefined) cursors.push(cursor);
  }
  const places = { first: 0, middle: Math.floor(cursors.length / 2), last: cursors.length - 1 };
  const measures = [];
  for (const [place, at] of Object.entries(places)) {
    const ours: Unit = (_, send) => send(page(cursors[at] ?? ""));
    const way = { calls: 40, floor: floorRead(() => nameOf(1)), ours };
    measures.push(await measure(setting, target, `${place} page by cursor`, users, way));
  }
  return measures;
}
