import { type Check, same } from "../check.ts";
import { type Json, refused, type Server } from "../server.ts";

export const groups: readonly Check[] = [
  {
    name: "a created group is answered with 201, its address and its members",
    cites: "RFC 7644 §3.3, RFC 7643 §4.2",
    async run(server) {
      const ada = await server.makeUser();
      const group = await server.makeGroup([ada]);
      same("meta.resourceType", group.meta?.resourceType, "Group");
      same("the members", await members(server, group), [ada.id]);
    },
  },
  {
    name: "a group without a displayName is 400",
    cites: "RFC 7643 §4.2",
    async run(server) {
      refused("such a group", await server.ask("POST", "/Groups", { members: [] }), [400], "invalidValue");
    },
  },
  {
    name: "a PUT replaces the members",
    cites: "RFC 7644 §3.5.1",
    async run(server) {
      const [ada, bo] = [await server.makeUser(), await server.makeUser()];
      const group = await server.makeGroup([ada]);
      const put = await server.ask("PUT", `/Groups/${group.id}`, { ...group, members: [{ value: bo.id }] });
      same("the status", put.status, 200);
      same("the members", await members(server, group), [bo.id]);
    },
  },
  {
    name: "PATCH adds, removes and replaces members, and adds nobody twice",
    cites: "RFC 7644 §3.5.2",
    needs: ["patch"],
    async run(server) {
      const [ada, bo] = [await server.makeUser(), await server.makeUser()];
      const group = await server.makeGroup([ada]);
      const path = `/Groups/${group.id}`;
      const add = { op: "add", path: "members", value: [{ value: bo.id }] };
      for (const _ of ["once", "twice"]) await server.patch(path, add);
      same("the members after add", await members(server, group), [ada.id, bo.id].sort());
      await server.patch(path, { op: "remove", path: `members[value eq "${ada.id}"]` });
      same("the members after remove", await members(server, group), [bo.id]);
      await server.patch(path, { op: "replace", path: "members", value: [{ value: ada.id }] });
      same("the members after replace", await members(server, group), [ada.id]);
      await server.patch(path, { op: "remove", path: "members" });
      same("the members after remove of all", await members(server, group), []);
    },
  },
  {
    name: "PATCH renames a group, with a path and without, and leaves its members",
    cites: "RFC 7644 §3.5.2.3",
    needs: ["patch"],
    async run(server) {
      const group = await server.makeGroup([await server.makeUser()]);
      const names = [`${server.mark} one`, `${server.mark} two`];
      const path = `/Groups/${group.id}`;
      const one = await server.patch(path, { op: "replace", path: "displayName", value: names[0] });
      const two = await server.patch(path, { op: "replace", value: { displayName: names[1] } });
      same("the names", [one.displayName, two.displayName], names);
      same("how many members", two.members?.length, 1);
    },
  },
  {
    name: "PATCH does all of its operations or none",
    cites: "RFC 7644 §3.5.2",
    needs: ["patch"],
    async run(server) {
      const ada = await server.makeUser();
      const group = await server.makeGroup([ada]);
      const remove = { op: "remove", path: "members" };
      const answer = await server.tryPatch(`/Groups/${group.id}`, remove, { op: "replace", path: "shoe", value: 1 });
      refused("an unknown attribute", answer, [400]);
      same("the members", await members(server, group), [ada.id]);
    },
  },
  {
    name: "a deleted user is no member any more, and a deleted group leaves its people",
    cites: "RFC 7644 §3.6, RFC 7643 §4.2",
    async run(server) {
      const [ada, bo] = [await server.makeUser(), await server.makeUser()];
      const group = await server.makeGroup([ada, bo]);
      await server.ask("DELETE", `/Users/${ada.id}`);
      same("the members", await members(server, group), [bo.id]);
      same("the status", (await server.ask("DELETE", `/Groups/${group.id}`)).status, 204);
      same("the person who is left", (await server.read(`/Users/${bo.id}`)).id, bo.id);
    },
  },
];

async function members(server: Server, group: Json): Promise<string[]> {
  const { members: all = [] } = await server.read(`/Groups/${group.id}`);
  return all.map(({ value }: Json) => value).sort();
}
