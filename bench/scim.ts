import { type Ask, type Load, load, type Target } from "./load.ts";
import type { Measured } from "./process.ts";
import type { Setting } from "./setting.ts";
import { median, type Row } from "./table.ts";

const CONCURRENCIES = [1, 8, 32];
const ROUNDS = 3;

/** What Okta sends of a person. */
function person(key: string) {
  const email = `${key}@example.test`;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: email,
    name: { givenName: "Ada", familyName: key },
    emails: [{ primary: true, value: email, type: "work" }],
    displayName: `Ada ${key}`,
    locale: "en-US",
    externalId: `00u${key}`,
    groups: [],
    password: "x7Placehold",
    active: true,
  };
}

const lookup = (key: string): Ask => ({
  method: "GET",
  path: `/okta/scim/Users?filter=userName%20eq%20%22${key}%40example.test%22&startIndex=1&count=100`,
  expect: 200,
});
const create = (key: string): Ask => ({
  method: "POST",
  path: "/okta/scim/Users",
  body: JSON.stringify(person(key)),
  expect: 201,
});
const floorSelect = (key: string): Ask => ({ method: "GET", path: `/${key}`, expect: 200 });
const floorInsert = (key: string): Ask => ({
  method: "POST",
  path: `/${key}`,
  body: JSON.stringify(person(key)),
  expect: 201,
});

let run = 0;
/** A key that no other run of the benchmark uses. */
const fresh = () => `r${++run}x`;

type Unit = (index: number, send: (ask: Ask) => Promise<string>) => Promise<unknown>;

interface Side {
  readonly target: Target;
  readonly measured: Measured;
  /** Made anew for each round. */
  readonly unit: () => Unit | Promise<Unit>;
}

/** Floor and service in turn, round by round, so that a slow minute of the machine hits both. */
async function compare(name: string, total: number, concurrency: number, floor: Side, ours: Side): Promise<Row> {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ floor: await measure(floor, total, concurrency), ours: await measure(ours, total, concurrency) });
  }
  return {
    name: `${name}, ${concurrency} at once`,
    floor: `${Math.round(median(rounds.map((each) => each.floor.perSecond)))}/s`,
    ours: `${Math.round(median(rounds.map((each) => each.ours.perSecond)))}/s`,
    ratio: median(rounds.map((each) => each.ours.perSecond / each.floor.perSecond)),
    cpu: median(rounds.map((each) => each.ours.cpu / each.floor.cpu)),
    note: `p99 ${median(rounds.map((each) => each.ours.p99)).toFixed(1)} ms`,
  };
}

async function measure(side: Side, total: number, concurrency: number): Promise<Load & { cpu: number }> {
  const unit = await side.unit();
  const before = side.measured.cpu();
  const result = await load(side.target, total, concurrency, async (index, send) => {
    await unit(index, send);
  });
  return { ...result, cpu: Math.max(0.01, side.measured.cpu() - before) };
}

/** Lookup, then create: what Okta does to assign a person. */
export async function assignSequence(
  setting: Setting,
  target: Target,
  name = "assign (lookup, create)",
): Promise<Row[]> {
  const sequence = (first: (key: string) => Ask, second: (key: string) => Ask) => () => {
    const key = fresh();
    return async (index: number, send: (ask: Ask) => Promise<string>) => {
      await send(first(`${key}${index}`));
      await send(second(`${key}${index}`));
    };
  };
  const floor = { target: setting.floorTarget, measured: setting.floor, unit: sequence(floorSelect, floorInsert) };
  const ours = { target, measured: setting.service, unit: sequence(lookup, create) };
  const rows = [];
  for (const concurrency of CONCURRENCIES) {
    rows.push(await compare(name, concurrency === 1 ? 600 : 1500, concurrency, floor, ours));
  }
  return rows;
}

/** Fills an organization up to so many users, and the floor alike. */
export async function fill(setting: Setting, target: Target, from: number, to: number): Promise<void> {
  const key = (index: number) => `fill${from + index}`;
  await load(target, to - from, 16, async (index, send) => {
    await send(create(key(index)));
  });
  await load(setting.floorTarget, to - from, 16, async (index, send) => {
    await send(floorInsert(key(index)));
  });
}

/** The lookup by `userName` in an organization with so many users. */
export async function lookups(setting: Setting, target: Target, users: number): Promise<Row[]> {
  const unit = (ask: (key: string) => Ask) => () => async (index: number, send: (ask: Ask) => Promise<string>) => {
    await send(ask(`fill${(index * 7919) % users}`));
  };
  const floor = { target: setting.floorTarget, measured: setting.floor, unit: unit(floorSelect) };
  const ours = { target, measured: setting.service, unit: unit(lookup) };
  const rows = [];
  for (const concurrency of CONCURRENCIES) {
    rows.push(await compare(`lookup among ${users}`, 3000, concurrency, floor, ours));
  }
  return rows;
}

/** The PUT with which Okta's wizard apps deactivate, against one INSERT. */
export async function deactivation(setting: Setting, target: Target): Promise<Row[]> {
  const ours = async (total: number) => {
    const key = fresh();
    const ids: string[] = [];
    await load(target, total, 16, async (index, send) => {
      ids[index] = JSON.parse(await send(create(`${key}${index}`))).id;
    });
    return async (index: number, send: (ask: Ask) => Promise<string>) => {
      const body = JSON.stringify({ ...person(`${key}${index}`), active: false });
      await send({ method: "PUT", path: `/okta/scim/Users/${ids[index]}`, body, expect: 200 });
    };
  };
  const insert = () => {
    const key = fresh();
    return (index: number, send: (ask: Ask) => Promise<string>) => send(floorInsert(`${key}${index}`));
  };
  const rows = [];
  for (const concurrency of CONCURRENCIES) {
    const total = concurrency === 1 ? 500 : 1200;
    const floor = { target: setting.floorTarget, measured: setting.floor, unit: insert };
    const mine = { target, measured: setting.service, unit: () => ours(total) };
    rows.push(await compare("deactivate (PUT)", total, concurrency, floor, mine));
  }
  return rows;
}

/** PUT of a whole group that changes one member, against one INSERT. */
export async function groupPuts(setting: Setting, target: Target, members: number): Promise<Row> {
  const ids: string[] = [];
  const key = fresh();
  await load(target, members, 16, async (index, send) => {
    ids[index] = JSON.parse(await send(create(`${key}${index}`))).id;
  });
  const all = ids.map((value, index) => ({ value, display: `${key}${index}@example.test` }));
  let groupId = "";
  await load(target, 1, 1, async (_, send) => {
    const body = JSON.stringify({ displayName: `Group ${key}`, members: all });
    groupId = JSON.parse(await send({ method: "POST", path: "/okta/scim/Groups", body, expect: 201 })).id;
  });
  let turn = 0;
  const put = () => (_: number, send: (ask: Ask) => Promise<string>) => {
    turn++;
    const body = JSON.stringify({ displayName: `Group ${key}`, members: turn % 2 ? all.slice(1) : all });
    return send({ method: "PUT", path: `/okta/scim/Groups/${groupId}`, body, expect: 200 });
  };
  const insert = () => {
    const floorKey = fresh();
    return (index: number, send: (ask: Ask) => Promise<string>) => send(floorInsert(`${floorKey}${index}`));
  };
  const floor = { target: setting.floorTarget, measured: setting.floor, unit: insert };
  return compare(`PUT a group of ${members}`, 20, 1, floor, { target, measured: setting.service, unit: put });
}
