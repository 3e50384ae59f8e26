import { type Check, holds, same } from "../check.ts";
import { type Json, refused, type Server } from "../server.ts";

export const pages: readonly Check[] = [
  {
    name: "pages by index give each resource once, with one total",
    cites: "RFC 7644 §3.4.2.4",
    needs: ["filter"],
    async run(server) {
      const { filter, ids } = await five(server);
      const seen: string[] = [];
      for (const startIndex of [1, 3, 5]) {
        const page = await server.find("/Users", { filter, startIndex, count: 2 });
        same(
          "totalResults, startIndex and itemsPerPage",
          [page.totalResults, page.startIndex, page.itemsPerPage],
          [5, startIndex, startIndex === 5 ? 1 : 2],
        );
        seen.push(...page.Resources.map((one: Json) => one.id));
      }
      same("the ids of all pages", seen.sort(), [...ids].sort());
    },
  },
  {
    name: "a page past the end is empty and no error",
    cites: "RFC 7644 §3.4.2.4",
    needs: ["filter"],
    async run(server) {
      const { filter } = await five(server);
      const { totalResults, Resources = [] } = await server.find("/Users", { filter, startIndex: 6, count: 2 });
      same("the total and the resources", [totalResults, Resources], [5, []]);
    },
  },
  {
    name: "count 0, or less, asks for the total alone",
    cites: "RFC 7644 §3.4.2.4",
    needs: ["filter"],
    async run(server) {
      const { filter } = await five(server);
      for (const count of [0, -1]) {
        const { totalResults, Resources = [] } = await server.find("/Users", { filter, count });
        same(`the total and the resources with count ${count}`, [totalResults, Resources], [5, []]);
      }
    },
  },
  {
    name: "a startIndex of less than 1 is 1",
    cites: "RFC 7644 §3.4.2.4",
    needs: ["filter"],
    async run(server) {
      const { filter } = await five(server);
      const first = await server.find("/Users", { filter, startIndex: 1, count: 2 });
      for (const startIndex of [0, -5]) {
        const page = await server.find("/Users", { filter, startIndex, count: 2 });
        same(`the page from ${startIndex}`, page.Resources, first.Resources);
      }
    },
  },
  {
    name: "numbers that are none are 400",
    cites: "RFC 7644 §3.12 (invalidValue)",
    async run(server) {
      for (const query of ["startIndex=x", "count=x"])
        refused(query, await server.ask("GET", `/Users?${query}`), [400]);
    },
  },
  {
    name: "a list has its schema, its total and its resources",
    cites: "RFC 7644 §3.4.2",
    async run(server) {
      const list = await server.read("/Users?count=2");
      same("schemas", list.schemas, ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]);
      holds("totalResults", Number.isInteger(list.totalResults), "a number", list.totalResults);
      same("itemsPerPage", list.itemsPerPage, list.Resources.length);
    },
  },
];

const made = new WeakMap<Server, Promise<{ filter: string; ids: readonly string[] }>>();

/** Five people of their own, made once for a server, and the filter that finds them. */
export function five(server: Server): Promise<{ filter: string; ids: readonly string[] }> {
  const known = made.get(server) ?? makeFive(server);
  made.set(server, known);
  return known;
}

const FAMILIES = ["delta", "Alpha", "echo", "Bravo"];

async function makeFive(server: Server): Promise<{ filter: string; ids: readonly string[] }> {
  const ids: string[] = [];
  for (const familyName of FAMILIES) {
    ids.push((await server.makeUser({ name: { givenName: "Page", familyName }, userType: server.mark })).id);
  }
  ids.push((await server.makeUser({ name: { givenName: "Page" }, userType: server.mark })).id);
  return { filter: `userType eq "${server.mark}"`, ids };
}
