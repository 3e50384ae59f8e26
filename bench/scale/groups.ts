import type { Setting } from "../setting.ts";
import { type Filled, fillGroup, firstIds } from "./fill.ts";
import { floorDocument, floorWrite, type Job, once, type Unit } from "./measure.ts";

const pathOf = (id: string) => `/okta/scim/Groups/${id}`;

/** One member is added, or removed, in turn. */
export async function memberPatches({ db }: Setting, filled: Filled, size: number): Promise<Job> {
  const id = await fillGroup(db, filled, size);
  const [somebody] = await firstIds(db, filled, 1);
  const body = (op: object) =>
    JSON.stringify({ schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [op] });
  const remove = body({ op: "remove", path: `members[value eq "${somebody}"]` });
  const add = body({ op: "add", path: "members", value: [{ value: somebody }] });
  let turn = 0;
  const ours: Unit = (_, send) =>
    send({ method: "PATCH", path: pathOf(id), body: turn++ % 2 ? add : remove, expect: 204 });
  return { what: "PATCH of one member", size, target: filled.target, calls: 30, floor: floorWrite(add), ours };
}

/** All members are sent, one of them gone or back. */
export async function groupPuts({ db }: Setting, filled: Filled, size: number): Promise<Job> {
  const id = await fillGroup(db, filled, size);
  const all = (await firstIds(db, filled, size)).map((value) => ({ value, display: "ada.park@example.test" }));
  const bodyOf = (members: typeof all) => JSON.stringify({ displayName: `Group ${id}`, members });
  const bodies = [bodyOf(all.slice(1)), bodyOf(all)];
  let turn = 0;
  const put = () => ({ method: "PUT", path: pathOf(id), body: bodies[turn++ % 2] ?? "", expect: 200 }) as const;
  // The first one gives everybody the same name.
  await once(filled.target, put());
  const ours: Unit = (_, send) => send(put());
  return { what: "PUT of all members", size, target: filled.target, calls: 3, floor: floorWrite(bodies[1]), ours };
}

/** The whole group is read. */
export async function groupReads(setting: Setting, filled: Filled, size: number): Promise<Job> {
  const id = await fillGroup(setting.db, filled, size);
  const ask = { method: "GET", path: pathOf(id), expect: 200 } as const;
  const floor = await floorDocument(setting, await once(filled.target, ask));
  const ours: Unit = (_, send) => send(ask);
  return { what: "GET of all members", size, target: filled.target, calls: 3, floor, ours, memory: true };
}
