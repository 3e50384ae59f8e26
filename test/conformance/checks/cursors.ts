import { type Check, holds, same } from "../check.ts";
import { type Json, refused, type Server } from "../server.ts";
import { five } from "./pages.ts";

export const cursors: readonly Check[] = [
  {
    name: "pages by cursor give each resource once, and the last has no next one",
    cites: "RFC 9865 §2",
    needs: ["cursor", "filter"],
    async run(server) {
      const { filter, ids } = await five(server);
      const seen: string[] = [];
      let cursor = "";
      for (let page = 1; page <= 5; page++) {
        const { Resources, nextCursor } = await next(server, filter, cursor);
        seen.push(...Resources.map((one: Json) => one.id));
        if (nextCursor === undefined) break;
        cursor = nextCursor;
      }
      same("the ids of all pages", seen.sort(), [...ids].sort());
    },
  },
  {
    name: "what comes between two pages moves nobody",
    cites: "RFC 9865 §2",
    needs: ["cursor", "filter"],
    async run(server) {
      const { filter, ids } = await five(server);
      const first = await next(server, filter, "");
      holds("nextCursor", typeof first.nextCursor === "string", "text", first.nextCursor);
      const { id } = await server.makeUser({ userType: server.mark });
      const second = await next(server, filter, first.nextCursor);
      await server.ask("DELETE", `/Users/${id}`);
      const seen = [...first.Resources, ...second.Resources]
        .map((one: Json) => one.id)
        .filter((one) => ids.includes(one));
      same("how many were seen twice", seen.length - new Set(seen).size, 0);
    },
  },
  {
    name: "a cursor that the server never gave is 400 invalidCursor",
    cites: "RFC 9865 §2.1",
    needs: ["cursor"],
    async run(server) {
      refused("such a cursor", await server.ask("GET", "/Users?cursor=nonsense"), [400], "invalidCursor");
    },
  },
];

function next(server: Server, filter: string, cursor: string): Promise<Json> {
  return server.find("/Users", { filter, count: 2, cursor });
}
