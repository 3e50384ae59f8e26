import { type Check, same } from "../check.ts";
import { ENTERPRISE, type Json, refused, type Server } from "../server.ts";

/** The values stand for addresses that are the person's own: some servers let nobody share one. */
const WORK = { value: "WORK", type: "work", primary: true };
const HOME = { value: "HOME", type: "home" };
const LIBERTY = "Entra ID adds values in this way, and servers that serve it make them";

/** What operations make of a person with a title, two names and two addresses. */
const CHANGES: readonly (readonly [name: string, cites: string, operations: readonly object[], wanted: object])[] = [
  ["add sets a value", "§3.5.2.1", [{ op: "add", path: "nickName", value: "A" }], { nickName: "A" }],
  [
    "add without a path sets each attribute of its value",
    "§3.5.2.1",
    [{ op: "add", value: { nickName: "A", title: "Lead" } }],
    { nickName: "A", title: "Lead" },
  ],
  ["add replaces a single value", "§3.5.2.1", [{ op: "add", path: "title", value: "Lead" }], { title: "Lead" }],
  [
    "add appends to several values, and nothing that is there",
    "§3.5.2.1",
    [
      { op: "add", path: "phoneNumbers", value: [{ value: "1", type: "work" }] },
      { op: "add", path: "emails", value: [HOME] },
    ],
    { phoneNumbers: [{ value: "1", type: "work" }], emails: [WORK, HOME] },
  ],
  ["replace sets a value", "§3.5.2.3", [{ op: "replace", path: "title", value: "Lead" }], { title: "Lead" }],
  [
    "replace without a path",
    "§3.5.2.3",
    [{ op: "replace", value: { active: false } }],
    { active: false, title: "Engineer" },
  ],
  ["replace sets what was not there", "§3.5.2.3", [{ op: "replace", path: "nickName", value: "A" }], { nickName: "A" }],
  [
    "replace of a sub-attribute leaves the others",
    "§3.5.2.3",
    [{ op: "replace", path: "name.familyName", value: "Lovelace" }],
    { name: { givenName: "Ada", familyName: "Lovelace" } },
  ],
  [
    "replace of an object leaves the sub-attributes that it does not say",
    "§3.5.2.3",
    [{ op: "replace", path: "name", value: { familyName: "Lovelace" } }],
    { name: { givenName: "Ada", familyName: "Lovelace" } },
  ],
  ["replace of several values", "§3.5.2.3", [{ op: "replace", path: "emails", value: [HOME] }], { emails: [HOME] }],
  [
    "replace through a value path",
    "§3.5.2.3",
    [{ op: "replace", path: 'emails[type eq "home"].value', value: "NEW" }],
    { emails: [WORK, { ...HOME, value: "NEW" }] },
  ],
  ["remove of a value", "§3.5.2.2", [{ op: "remove", path: "title" }], { title: undefined }],
  [
    "remove of a sub-attribute",
    "§3.5.2.2",
    [{ op: "remove", path: "name.givenName" }],
    { name: { familyName: "Park" } },
  ],
  ["remove through a value path", "§3.5.2.2", [{ op: "remove", path: 'emails[type eq "home"]' }], { emails: [WORK] }],
  [
    "operations are done in order",
    "§3.5.2",
    [
      { op: "add", path: "nickName", value: "A" },
      { op: "replace", path: "nickName", value: "B" },
      { op: "remove", path: "title" },
    ],
    { nickName: "B", title: undefined },
  ],
  ["names are read in any case", "RFC 7643 §2.1", [{ op: "replace", path: "NICKNAME", value: "A" }], { nickName: "A" }],
];

const changes: readonly Check[] = CHANGES.map(([name, cites, operations, wanted]) => ({
  name,
  cites: cites.startsWith("§") ? `RFC 7644 ${cites}` : cites,
  needs: ["patch"],
  async run(server) {
    const { path, filled } = await ada(server);
    const after = await server.patch(path, ...filled(operations));
    for (const [attribute, value] of Object.entries(wanted)) {
      same(attribute, ordered(after[attribute]), value === undefined ? value : ordered(filled(value)));
    }
  },
}));

const REFUSALS: readonly (readonly [name: string, cites: string, operation: object, scimType: string | undefined])[] = [
  ["an attribute that only the server writes", "§3.5.2", { op: "replace", path: "id", value: "x" }, "mutability"],
  ["a path to no attribute", "§3.5.2", { op: "replace", path: "shoe", value: "x" }, "invalidPath"],
  ["remove without a path", "§3.5.2.2", { op: "remove" }, "noTarget"],
  ["remove of a required attribute", "§3.5.2.2", { op: "remove", path: "userName" }, undefined],
  ["an operation that does not exist", "§3.5.2", { op: "move", path: "title", value: "x" }, undefined],
  ["a value of the wrong type", "§3.5.2", { op: "replace", path: "name", value: "Ada" }, undefined],
];

const refusals: readonly Check[] = REFUSALS.map(([name, cites, operation, scimType]) => ({
  name: `${name} is 400, and nothing of the request is done`,
  cites: `RFC 7644 ${cites}, §3.12`,
  needs: ["patch"],
  async run(server) {
    const { path } = await ada(server);
    const before = await server.read(path);
    const first = { op: "replace", path: "title", value: "Lead" };
    refused(name, await server.tryPatch(path, first, operation), [400], scimType);
    same("the user", await server.read(path), before);
  },
}));

export const patches: readonly Check[] = [
  ...changes,
  ...refusals,
  {
    name: "a value that becomes primary takes that from the other",
    cites: "RFC 7644 §3.5.2",
    needs: ["patch"],
    async run(server) {
      const { path } = await ada(server);
      const { emails } = await server.patch(path, {
        op: "replace",
        path: 'emails[type eq "home"].primary',
        value: true,
      });
      same(
        "primary",
        emails.filter((one: Json) => one.primary === true).map((one: Json) => one.type),
        ["home"],
      );
    },
  },
  {
    name: "a path may begin with the URN of an extension",
    cites: "RFC 7644 §3.10",
    needs: ["patch", "enterprise"],
    async run(server) {
      const { path } = await ada(server);
      const after = await server.patch(path, { op: "add", path: `${ENTERPRISE}:department`, value: "R&D" });
      same("department", after[ENTERPRISE]?.department, "R&D");
    },
  },
  {
    name: "replace through a value path that matches nothing is 400 noTarget",
    cites: "RFC 7644 §3.5.2.3",
    needs: ["patch"],
    mayDiffer: LIBERTY,
    async run(server) {
      const operation = { op: "replace", path: 'emails[type eq "other"].value', value: "x@example.com" };
      const { path } = await ada(server);
      refused("such a path", await server.tryPatch(path, operation), [400], "noTarget");
    },
  },
];

/** A person to change: the path, and what puts their addresses into a value. */
async function ada(server: Server) {
  const name = { givenName: "Ada", familyName: "Park" };
  const { userName } = server.person();
  const filled = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value).replace(/"(WORK|HOME|NEW)"/g, (_, kind: string) => `"${kind.toLowerCase()}.${userName}"`),
    );
  const { id } = await server.makeUser({ title: "Engineer", name, emails: filled([WORK, HOME]) });
  return { path: `/Users/${id}`, filled };
}

/** An object's members, and lists, in an order of their own. */
function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(ordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, ordered(v)]),
  );
}
