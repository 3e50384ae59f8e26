import { type Filled, nameOf } from "./fill.ts";
import { floorRead, type Job, once, type Unit } from "./measure.ts";

const PAGE = 100;

const get = (path: string, expect = 200) => ({ method: "GET", path: `/okta/scim${path}`, expect }) as const;

/** Lookups by what directories look people up by. */
export function lookups({ target, users }: Filled): Job[] {
  const person = (index: number) => nameOf(1 + ((index * 7_919) % users));
  const filters: Readonly<Record<string, (name: string) => string>> = {
    userName: (name) => `userName eq "${name}@example.test"`,
    externalId: (name) => `externalId eq "00u${name}"`,
    "emails[type eq work]": (name) => `emails[type eq "work"].value eq "${name}@example.test"`,
  };
  return Object.entries(filters).map(([by, filter]) => {
    const ours: Unit = (index, send) => send(get(`/Users?filter=${encodeURIComponent(filter(person(index)))}`));
    return { what: `lookup by ${by}`, size: users, target, calls: 100, floor: floorRead(person), ours };
  });
}

/** Pages of an import by index: the first, the middle one and the last. */
export async function indexPages({ target, users }: Filled): Promise<Job[]> {
  // Whoever reads first has the newest people counted, in the background.
  await once(target, get("/Users?count=1"));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const places = { first: 1, middle: users / 2 + 1, last: users - PAGE + 1 };
  return Object.entries(places).map(([place, startIndex]) => {
    const ours: Unit = (_, send) => send(get(`/Users?startIndex=${startIndex}&count=${PAGE}`));
    return { what: `${place} page by index`, size: users, target, calls: 20, floor: floorRead(() => nameOf(1)), ours };
  });
}

/** A whole import by cursor, of which the first, the middle and the last page are measured. */
export async function cursorPages({ target, users }: Filled): Promise<Job[]> {
  const cursors: string[] = [""];
  const page = (cursor: string) => get(`/Users?count=${PAGE}&cursor=${cursor}`);
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    cursor = JSON.parse(await once(target, page(cursor))).nextCursor as string | undefined;
    if (cursor !== undefined) cursors.push(cursor);
  }
  const places = { first: 0, middle: Math.floor(cursors.length / 2), last: cursors.length - 1 };
  return Object.entries(places).map(([place, at]) => {
    const ours: Unit = (_, send) => send(page(cursors[at] ?? ""));
    return { what: `${place} page by cursor`, size: users, target, calls: 20, floor: floorRead(() => nameOf(1)), ours };
  });
}
