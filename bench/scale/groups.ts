import type { Db } from "../../src/db/database.ts";
import type { Setting } from "../setting.ts";
import { type Filled, fillGroup, firstIds } from "./fill.ts";
import { floorDocument, floorWrite, type Measure, measure, once, type Unit } from "./measure.ts";

const pathOf = (id: string) => `/okta/scim/Groups/${id}`;

/** One member is added, or removed, in turn. */
export async function memberPatches(setting: Setting, db: Db, filled: Filled, size: number): Promise<Measure> {
  const id = await fillGroup(db, filled, size);
  const [somebody] = await firstIds(db, filled, 1);
  const body = (op: object) =>
    JSON.stringify({ schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [op] });
  const remove = body({ op: "remove", path: `members[value eq "${somebody}"]` });
  const add = body({ op: "add", path: "members", value: [{ value: somebody }] });
  let turn = 0;
  const ours: Unit = (_, send) =>
    send({ method: "PATCH", path: pathOf(id), body: turn++ % 2 ? add : remove, expect: 204 });
  const way = { calls: 60, floor: floorWrite(add), ours };
  return measure(setting, filled.target, "PATCH of one member", size, way);
}

/** All members are sent, one of them gone or back. */
export async function groupPuts(setting: Setting, db: Db, filled: Filled, size: number): Promise<Measure> {
  const id = await fillGroup(db, filled, size);
  const all = (await firstIds(db, filled, size)).map((value) => ({ value, display: "ada.park@example.test" }));
  const bodyOf = (members: typeof all) => JSON.stringify({ displayName: `Group ${id}`, members });
  const bodies = [bodyOf(all.slice(1)), bodyOf(all)];
  let turn = 0;
  const put = () => ({ method: "PUT", path: pathOf(id), body: bodies[turn++ % 2] ?? "", expect: 200 }) as const;
  // The first one gives everybody the same name.
  await once(filled.target, put());
  const way = { calls: 4, floor: floorWrite(bodies[1]), ours: (_: number, send: Parameters<Unit>[1]) => send(put()) };
  return measure(setting, filled.target, "PUT of all members", size, way);
}

/** The whole group is read; the note says how much the process grew meanwhile. */
export async function groupReads(setting: Setting, db: Db, filled: Filled, size: number): Promise<Measure> {
  const id = await fillGroup(db, filled, size);
  const ask = { method: "GET", path: pathOf(id), expect: 200 } as const;
  const floor = await floorDocument(setting, await once(filled.target, ask));
  const before = setting.service.memory();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, setting.service.memory());
  }, 10);
  const measured = await measure(setting, filled.target, "GET of all members", size, {
    calls: 6,
    floor,
    ours: (_, send) => send(ask),
  });
  clearInterval(watch);
  return { ...measured, note: `memory of the process ${before.toFixed(0)} MB before, at most ${most.toFixed(0)} MB` };
}
