import { type Check, same, Unsupported } from "../check.ts";
import { type Json, refused, type Server } from "../server.ts";

const SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

export const search: readonly Check[] = [
  {
    name: "POST /Users/.search finds what the query finds",
    cites: "RFC 7644 §3.4.3",
    needs: ["filter"],
    async run(server) {
      const { userName } = await server.makeUser();
      const filter = `userName eq "${userName}"`;
      const found = await searched(server, "/Users/.search", {
        filter,
        attributes: ["userName"],
        startIndex: 1,
        count: 10,
      });
      same(
        "the list",
        found,
        await server.find("/Users", { filter, attributes: "userName", startIndex: 1, count: 10 }),
      );
    },
  },
  {
    name: "POST /.search at the base URL finds every kind of resource",
    cites: "RFC 7644 §3.4.3, §3.4.2.1",
    needs: ["filter", "groups"],
    async run(server) {
      const ada = await server.makeUser({ displayName: `${server.mark} both` });
      const group = await server.makeGroup([ada], { displayName: `${server.mark} both` });
      const { totalResults, Resources } = await searched(server, "/.search", {
        filter: `displayName eq "${server.mark} both"`,
      });
      const ids = Resources.map((one: Json) => one.id).sort();
      same("the total and the ids", [totalResults, ids], [2, [ada.id, group.id].sort()]);
      const users = await searched(server, "/.search", {
        filter: `displayName eq "${server.mark} both" and meta.resourceType eq "User"`,
      });
      same(
        "the user alone",
        users.Resources.map((one: Json) => one.id),
        [ada.id],
      );
    },
  },
  {
    name: "an attribute that a kind of resource does not have is one without a value",
    cites: "RFC 7644 §3.4.2.1",
    needs: ["filter", "groups"],
    async run(server) {
      const { id, userName } = await server.makeUser();
      const { Resources } = await searched(server, "/.search", { filter: `userName eq "${userName}"` });
      same(
        "what is found",
        Resources.map((one: Json) => one.id),
        [id],
      );
    },
  },
  {
    name: "a search whose filter does not parse is 400 invalidFilter",
    cites: "RFC 7644 §3.4.3, §3.12",
    needs: ["filter"],
    async run(server) {
      await searched(server, "/Users/.search", { count: 0 });
      const answer = await server.ask("POST", "/Users/.search", { schemas: [SEARCH], filter: "userName eq" });
      refused("such a search", answer, [400], "invalidFilter");
    },
  },
];

async function searched(server: Server, path: string, query: object): Promise<Json> {
  const { status, body, text } = await server.ask("POST", path, { schemas: [SEARCH], ...query });
  if ([404, 405, 501].includes(status)) throw new Unsupported(`the server answers ${path} with ${status}`);
  same(`the status of POST ${path}`, status === 200 ? 200 : `${status} ${text}`, 200);
  return body;
}
