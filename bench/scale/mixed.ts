import type { Setting } from "../setting.ts";
import { floorRead, floorWrite, type Job, once, type Send, type Unit } from "./measure.ts";

const ORGANIZATIONS = 10;

/**
 * Ten organizations are provisioned at once: each person is looked up, made, put into a group and deactivated. The floor does
 * one SELECT and three INSERTs.
 */
export async function mixedLoad(setting: Setting): Promise<Job> {
  const targets = await Promise.all(Array.from({ length: ORGANIZATIONS }, () => setting.organization()));
  const groups = await Promise.all(
    targets.map(async (target) => {
      const body = JSON.stringify({ displayName: "Everybody" });
      return JSON.parse(await once(target, { method: "POST", path: "/okta/scim/Groups", body, expect: 201 }))
        .id as string;
    }),
  );
  let person = 0;
  const ours: Unit = async (index, send) => {
    const number = index % ORGANIZATIONS;
    const [at, group] = [targets[number], groups[number]];
    if (at && group) await assign((ask) => send({ ...ask, at }), `mixed${++person}@example.test`, group);
  };
  const read = floorRead(() => "fill1");
  const write = floorWrite('{"userName": "mixed"}');
  const floor: Unit = async (index, send) => {
    await read(index, send);
    for (let time = 0; time < 3; time++) await write(index, send);
  };
  const [target] = targets;
  if (target === undefined) throw new Error("there is no organization");
  const what = "ten organizations at once: lookup, create, add to group, deactivate";
  return { what, size: ORGANIZATIONS, target, calls: 100, floor, ours, atOnce: ORGANIZATIONS };
}

async function assign(send: Send, userName: string, groupId: string): Promise<void> {
  const base = "/okta/scim/Users";
  const patch = (path: string, op: object, expect: number) =>
    send({ method: "PATCH", path, body: JSON.stringify({ Operations: [op] }), expect });
  await send({ method: "GET", path: `${base}?filter=${encodeURIComponent(`userName eq "${userName}"`)}`, expect: 200 });
  const body = JSON.stringify({ userName, emails: [{ value: userName, primary: true }], active: true });
  const { id } = JSON.parse(await send({ method: "POST", path: base, body, expect: 201 }));
  await patch(`/okta/scim/Groups/${groupId}`, { op: "add", path: "members", value: [{ value: id }] }, 204);
  await patch(`${base}/${id}`, { op: "replace", value: { active: false } }, 200);
}
