import { type Check, same } from "../check.ts";
import { type Json, refused, type Server } from "../server.ts";
import { five } from "./pages.ts";

export const sorting: readonly Check[] = [
  {
    name: "resources come in the order of an attribute, without regard to case, what has no value last",
    cites: "RFC 7644 §3.4.2.3",
    needs: ["sort", "filter"],
    async run(server) {
      same("the order", await families(server, {}), ["Alpha", "Bravo", "delta", "echo", null]);
      same("ascending", await families(server, { sortOrder: "ascending" }), ["Alpha", "Bravo", "delta", "echo", null]);
    },
  },
  {
    name: "descending is the other way round",
    cites: "RFC 7644 §3.4.2.3",
    needs: ["sort", "filter"],
    async run(server) {
      same("the order", await families(server, { sortOrder: "descending" }), [null, "echo", "delta", "Bravo", "Alpha"]);
    },
  },
  {
    name: "pages of a sorted list follow one another",
    cites: "RFC 7644 §3.4.2.3, §3.4.2.4",
    needs: ["sort", "filter"],
    async run(server) {
      const first = await families(server, { startIndex: 1, count: 2 });
      const second = await families(server, { startIndex: 3, count: 2 });
      same("both pages", [...first, ...second], ["Alpha", "Bravo", "delta", "echo"]);
    },
  },
  {
    name: "an unknown attribute to sort by, or another order, is refused or ignored",
    cites: "RFC 7644 §3.4.2.3",
    needs: ["sort"],
    async run(server) {
      for (const query of ["sortBy=shoe", "sortBy=userName&sortOrder=sideways"]) {
        const answer = await server.ask("GET", `/Users?${query}`);
        if (answer.status !== 200) refused(query, answer, [400]);
      }
    },
  },
];

async function families(server: Server, query: Record<string, string | number>): Promise<(string | null)[]> {
  const { filter } = await five(server);
  const { Resources } = await server.find("/Users", { filter, sortBy: "name.familyName", ...query });
  return Resources.map((one: Json) => one.name?.familyName ?? null);
}
