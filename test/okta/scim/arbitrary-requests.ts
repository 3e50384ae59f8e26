import fc from "fast-check";
import { oktaUser } from "../../support/organization.ts";

/** What stands for the ids of people and groups that are there when a request is sent. */
export const PLACES = ["USER0", "USER1", "USER2", "GROUP0", "GROUP1"] as const;

const text = fc.oneof(
  fc.constantFrom(
    ...PLACES,
    "ada@example.test",
    "ADA@example.test",
    "",
    " ",
    "True",
    "work",
    "\0",
    "\ud800",
    "é",
    "x".repeat(1025),
    "'; --",
    "%",
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const attribute = fc.constantFrom(
  ...[
    "userName",
    "active",
    "emails",
    "name",
    "name.givenName",
    "displayName",
    "externalId",
    "members",
    "groups",
    "id",
    "meta",
    "schemas",
  ],
  ...[
    "password",
    "title",
    "manager",
    "department",
    "phoneNumbers",
    "addresses",
    "roles",
    "members.value",
    "emails.value",
    "__proto__",
  ],
  ...[
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "constructor",
    "USERNAME",
    "Operations",
    "value",
    "primary",
    "type",
  ],
);
const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.double(),
    tie("list"),
    tie("object"),
  ),
  list: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(fc.oneof(attribute, attribute, text), tie("value"), { maxKeys: 5 }),
})).value;

const filter = fc.oneof(
  fc
    .tuple(attribute, fc.constantFrom("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr", "Eq", "xx"), json)
    .map(([name, op, value]) => (op === "pr" ? `${name} pr` : `${name} ${op} ${JSON.stringify(value)}`)),
  fc.tuple(attribute, text).map(([name, value]) => `not (${name}[value eq ${JSON.stringify(value)}]) or ${name} pr`),
  text,
);
const people = fc.array(fc.record({ value: fc.constantFrom("USER0", "USER1", "USER2"), display: text }), {
  maxLength: 3,
});
const anyOperation = fc.record(
  { op: fc.constantFrom("add", "replace", "remove", "Add", "Remove"), path: fc.oneof(attribute, filter), value: json },
  { requiredKeys: ["op"] },
);
const good = fc.constantFrom(
  ...[
    "title",
    "name.givenName",
    "emails",
    'emails[type eq "work"].value',
    "emails.value",
    "externalId",
    "userName",
    "active",
  ],
  ...["manager", "phoneNumbers", 'roles[primary eq "True"]', "name", "displayName", "password"],
);
const operation = fc.oneof(
  fc.record({ op: fc.constantFrom("add", "replace", "Remove"), path: fc.constant("members"), value: people }),
  fc.record({ op: fc.constant("replace"), value: fc.dictionary(attribute, json, { maxKeys: 3 }) }),
  fc.record({ op: fc.constantFrom("add", "replace"), path: good, value: fc.oneof(text, text, fc.boolean(), json) }),
  fc.record({ op: fc.constant("remove"), path: good }),
  fc.record({ op: fc.constant("replace"), path: fc.constant("active"), value: fc.constantFrom(true, false, "False") }),
);
const patch = fc
  .array(fc.oneof({ weight: 4, arbitrary: operation }, { weight: 1, arbitrary: anyOperation }), {
    minLength: 1,
    maxLength: 2,
  })
  .map((Operations) => ({ Operations }));
const person = fc
  .dictionary(attribute, json, { maxKeys: 2 })
  .chain((changes) => fc.constantFrom(changes, { ...changes, userName: "user0@example.test", emails: [] }))
  .map((changes) => ({ ...oktaUser(), ...changes }));
const group = fc.record({ displayName: fc.oneof(text, fc.constantFrom("A", "a", "B")), members: people });

const names = fc.constantFrom(
  "filter",
  "filter",
  "startIndex",
  "count",
  "attributes",
  "excludedAttributes",
  "sortBy",
  "sortOrder",
  "cursor",
);
const parameter = fc.tuple(names, fc.oneof(text, filter, attribute, fc.integer({ min: -3, max: 300 }).map(String)));
const query = fc.oneof(
  fc.constant(""),
  fc
    .array(parameter, { maxLength: 3 })
    .map(
      (pairs) =>
        `?${new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value.toWellFormed()]))}`,
    ),
  fc.constantFrom("?filter=%", "?filter=%ff", "?&&?", "?count=%00", "?startIndex=1&startIndex=x", "?filter[]=1"),
);

/** A request below the SCIM base URL. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const to = (method: string, paths: readonly string[], body: fc.Arbitrary<unknown> = fc.constant(undefined)) =>
  fc.record({ method: fc.constant(method), path: fc.constantFrom(...paths), query, body }) as fc.Arbitrary<Sent>;
const users = ["/Users/USER0", "/Users/USER1", "/Users/USER2"];
const groups = ["/Groups/GROUP0", "/Groups/GROUP1"];
const wildPath = fc.oneof(
  fc.constantFrom(
    "",
    "/",
    "/Me",
    "/Bulk",
    "/Schemas",
    "/ResourceTypes/User",
    "/Users/",
    "//Users",
    "/Users/%00",
    "/Users/%zz",
  ),
  fc.constantFrom("/Users", "/Groups", "/Users/.search", ...users, ...groups),
  text.map((part) => `/Users/${encodeURIComponent(part.toWellFormed())}`),
);
const wildMethod = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");
const wild = fc.record({ method: wildMethod, path: wildPath, query, body: json });
const references = fc.constantFrom("bulkId:a", "bulkId:b", "bulkId:", "USER0", "GROUP0");
const anyOf = fc.record(
  {
    method: fc.constantFrom("POST", "PUT", "PATCH", "DELETE", "patch", "GET"),
    path: fc.oneof(
      fc.constantFrom("/Users", "/Groups", ...users, ...groups, "/Users/bulkId:a", "/Groups/bulkId:b", "/Bulk"),
      text,
    ),
    bulkId: fc.constantFrom("a", "b", "c", ""),
    version: fc.constantFrom('W/"1"', '"2"', "*", "x", ""),
    data: fc.oneof(person, group, patch, json),
  },
  { requiredKeys: ["method", "path"] },
);
const made = fc.oneof(
  fc.record({ data: person }).map(({ data }) => ({ method: "POST", path: "/Users", bulkId: "a", data })),
  fc
    .array(references, { maxLength: 3 })
    .map((all) => ({ displayName: "Made", members: all.map((value) => ({ value })) }))
    .map((data) => ({ method: "POST", path: "/Groups", bulkId: "b", data })),
);
const bulk = fc.record(
  { Operations: fc.array(fc.oneof(made, anyOf), { maxLength: 5 }), failOnErrors: fc.constantFrom(1, 2, 0, "1") },
  { requiredKeys: ["Operations"] },
);

const tags = fc.constantFrom('W/"1"', 'W/"2"', '"1", "2"', "*", '"x"', 'W/"1-00000000"', "1", ",,", 'W/"');
const preconditions = fc
  .tuple(fc.constantFrom("if-match", "if-none-match", "If-Match"), tags)
  .map(([name, tag]) => ({ [name]: tag }));

const bare: fc.Arbitrary<Sent> = fc.oneof(
  { weight: 3, arbitrary: to("POST", ["/Users"], person) },
  { weight: 2, arbitrary: to("PUT", users, person) },
  { weight: 6, arbitrary: to("PATCH", users, patch) },
  { weight: 2, arbitrary: to("POST", ["/Groups"], group) },
  { weight: 2, arbitrary: to("PUT", groups, group) },
  { weight: 4, arbitrary: to("PATCH", groups, patch) },
  { weight: 1, arbitrary: to("DELETE", [...users, ...groups]) },
  { weight: 4, arbitrary: to("GET", ["/Users", "/Groups", "", ...users, ...groups]) },
  {
    weight: 2,
    arbitrary: to(
      "POST",
      ["/Users/.search", "/Groups/.search", "/.search"],
      fc.record({ filter, count: fc.integer() }, { requiredKeys: [] }),
    ),
  },
  { weight: 2, arbitrary: to("POST", ["/Bulk"], bulk) },
  { weight: 2, arbitrary: wild },
);

/** Any request: mostly such as providers send, some that nobody would; some are meant for one version. */
export const request: fc.Arbitrary<Sent> = fc
  .tuple(bare, fc.option(preconditions, { freq: 4, nil: {} }))
  .map(([sent, headers]) => ({ ...sent, headers }));
