import { type Check, same } from "../check.ts";
import { ENTERPRISE, type Json, refused, type Server, USER } from "../server.ts";

/** What each filter finds among three people, whose nickNames are below. `MARK` begins their userNames. */
const FINDS: readonly (readonly [what: string, filter: string, found: string])[] = [
  ["eq", 'userName eq "MARK-ada@example.com"', "Ada"],
  ["eq in another case", 'userName eq "mark-ADA@EXAMPLE.com"', "Ada"],
  ["eq of text with quotes and words of the grammar", String.raw`title eq "a \"b\" or (c)"`, "Cy"],
  ["ne", 'nickName ne "Ada"', "Bo Cy"],
  ["co", 'userName co "-b"', "Bo"],
  ["sw", 'name.familyName sw "Par"', "Ada Bo"],
  ["ew", 'name.familyName ew "er"', "Bo"],
  ["pr", "title pr", "Ada Cy"],
  ["gt", 'name.familyName gt "Park"', "Bo Cy"],
  ["ge", 'name.familyName ge "Parker"', "Bo Cy"],
  ["lt", 'name.familyName lt "Parker"', "Ada"],
  ["le", 'name.familyName le "Parker"', "Ada Bo"],
  ["gt of a time", 'meta.created gt "2001-01-01T00:00:00Z"', "Ada Bo Cy"],
  ["lt of a time", 'meta.lastModified lt "2001-01-01T00:00:00Z"', ""],
  ["a boolean", "active eq false", "Bo"],
  ["and", 'title pr and name.familyName sw "Z"', "Cy"],
  ["or", 'nickName eq "Ada" or nickName eq "Cy"', "Ada Cy"],
  ["not", 'not (nickName eq "Ada")', "Bo Cy"],
  ["and before or", 'nickName eq "Ada" or nickName eq "Bo" and active eq true', "Ada"],
  ["parentheses before and", '(nickName eq "Ada" or nickName eq "Bo") and active eq true', "Ada"],
  ["a value path", 'emails[type eq "home" and value co "bo"]', "Bo"],
  ["a value path of which no one value is all", 'emails[type eq "home" and value co "-ada"]', ""],
  ["a sub-attribute of several values", 'emails.value co "home.bo"', "Bo"],
  ["names and operators in any case", 'NICKNAME EQ "Ada" OR NickName Eq "Bo"', "Ada Bo"],
  ["a name with its schema", `${USER}:nickName eq "Cy"`, "Cy"],
];

const comparisons: readonly Check[] = FINDS.map(([what, filter, found]) => ({
  name: `a filter with ${what} finds what it means`,
  cites: "RFC 7644 §3.4.2.2, §3.10",
  needs: ["filter"],
  async run(server) {
    await people(server);
    same(filter, await nickNames(server, filter), found);
  },
}));

export const filters: readonly Check[] = [
  ...comparisons,
  {
    name: "a filter finds people by an attribute of the enterprise extension",
    cites: "RFC 7644 §3.10",
    needs: ["filter", "enterprise"],
    async run(server) {
      const department = `${server.mark} R&D`;
      const { id } = await server.makeUser({ schemas: [USER, ENTERPRISE], [ENTERPRISE]: { department } });
      const { Resources } = await server.find("/Users", { filter: `${ENTERPRISE}:department eq "${department}"` });
      same(
        "who is found",
        Resources.map((one: Json) => one.id),
        [id],
      );
    },
  },
  {
    name: "a filter that finds nothing is answered with an empty list",
    cites: "RFC 7644 §3.4.2",
    needs: ["filter"],
    async run(server) {
      const { totalResults, Resources = [] } = await server.find("/Users", {
        filter: `userName eq "${server.mark}-x"`,
      });
      same("the total and the resources", [totalResults, Resources], [0, []]);
    },
  },
  {
    name: "a filter that does not parse, or names no attribute, is 400 invalidFilter",
    cites: "RFC 7644 §3.4.2.2, §3.12",
    needs: ["filter"],
    async run(server) {
      for (const filter of [
        "userName",
        "userName eq",
        'userName xx "a"',
        '(userName eq "a"',
        'userName eq "a',
        "and",
      ]) {
        const path = `/Users?filter=${encodeURIComponent(filter)}`;
        refused(filter, await server.ask("GET", path), [400], "invalidFilter");
      }
    },
  },
  {
    name: "groups are found by name and by member",
    cites: "RFC 7644 §3.4.2.2",
    needs: ["filter", "groups"],
    async run(server) {
      const ada = await server.makeUser();
      const { id, displayName } = await server.makeGroup([ada]);
      for (const filter of [
        `displayName eq "${displayName}"`,
        `members[value eq "${ada.id}"]`,
        `members.value eq "${ada.id}"`,
      ]) {
        const { Resources } = await server.find("/Groups", { filter });
        same(
          filter,
          Resources.map((one: Json) => one.id),
          [id],
        );
      }
    },
  },
];

const known = new WeakSet<Server>();

/** Three people, made once for a server. */
async function people(server: Server): Promise<void> {
  if (known.has(server)) return;
  known.add(server);
  const make = (nickName: string, familyName: string, more: object = {}) => {
    const word = nickName.toLowerCase();
    const emails = [
      { value: `${server.mark}-${word}@example.com`, type: "work" },
      { value: `home.${word}@example.com`, type: "home" },
    ];
    const userName = `${server.mark}-${word}@example.com`;
    return server.makeUser({ userName, nickName, name: { familyName }, emails, ...more });
  };
  await make("Ada", "Park", { title: "Engineer" });
  await make("Bo", "Parker", { active: false });
  await make("Cy", "Zuse", { title: 'a "b" or (c)' });
}

/** The nickNames that a filter finds among them, in the order of the alphabet. */
async function nickNames(server: Server, filter: string): Promise<string> {
  const said = filter.replaceAll("MARK", server.mark).replaceAll("mark-", `${server.mark}-`);
  const { Resources = [] } = await server.find("/Users", {
    filter: `nickName pr and userName sw "${server.mark}-" and (${said})`,
  });
  return Resources.map((one: Json) => one.nickName)
    .filter((name: string) => /^(?:Ada|Bo|Cy)$/.test(name))
    .sort()
    .join(" ");
}
