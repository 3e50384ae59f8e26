import { type Check, holds, same } from "../check.ts";
import { GROUP, type Json, refused, type Server } from "../server.ts";

const REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

export const bulk: readonly Check[] = [
  {
    name: "each operation is answered with its method, bulkId, location and status as text",
    cites: "RFC 7644 §3.7.3",
    needs: ["bulk"],
    async run(server) {
      const [made] = await operate(server, [post("ada", server.person())]);
      same("method, bulkId and status", [made.method, made.bulkId, statusOf(made)], ["POST", "ada", "201"]);
      holds("location", /\/Users\/[^/]+$/.test(made.location), "the address of the user", made.location);
      same("the user's location", (await server.read(pathOf(made))).meta.location, made.location);
    },
  },
  {
    name: "people are made, changed and deleted in one request",
    cites: "RFC 7644 §3.7",
    needs: ["bulk", "patch"],
    async run(server) {
      const [ada, bo] = [await server.makeUser(), await server.makeUser()];
      const Operations = [{ op: "replace", path: "nickName", value: "A" }];
      const results = await operate(server, [
        { method: "PATCH", path: `/Users/${ada.id}`, data: { Operations } },
        { method: "DELETE", path: `/Users/${bo.id}` },
      ]);
      holds(
        "the statuses",
        results.every((one) => /^20[04]$/.test(statusOf(one))),
        "200 or 204",
        results.map(statusOf),
      );
      same("nickName", (await server.read(`/Users/${ada.id}`)).nickName, "A");
      refused("GET of the deleted", await server.ask("GET", `/Users/${bo.id}`), [404]);
    },
  },
  {
    name: "a bulkId stands for what the same request makes, also further down",
    cites: "RFC 7644 §3.7.2",
    needs: ["bulk", "groups"],
    async run(server) {
      const members = [{ value: "bulkId:ada" }];
      const displayName = `${server.mark} bulk`;
      const results = await operate(server, [
        { method: "POST", path: "/Groups", bulkId: "team", data: { schemas: [GROUP], displayName, members } },
        post("ada", server.person()),
      ]);
      same("the statuses", results.map(statusOf), ["201", "201"]);
      const [team, ada] = ["team", "ada"].map((id) => results.find(({ bulkId }) => bulkId === id));
      const group = await server.read(pathOf(team));
      same(
        "the member",
        group.members.map((one: Json) => one.value),
        [pathOf(ada).replace("/Users/", "")],
      );
    },
  },
  {
    name: "an operation that is refused has its error, and the others are done",
    cites: "RFC 7644 §3.7.3",
    needs: ["bulk"],
    async run(server) {
      const { userName } = await server.makeUser();
      const results = await operate(server, [post("twin", server.person({ userName })), post("ada", server.person())]);
      same("the statuses", results.map(statusOf), ["409", "201"]);
      same("the error", [results[0].response?.status, results[0].response?.scimType], ["409", "uniqueness"]);
    },
  },
  {
    name: "after failOnErrors errors the rest is left undone",
    cites: "RFC 7644 §3.7.3",
    needs: ["bulk"],
    async run(server) {
      const { userName } = await server.makeUser();
      const late = server.person();
      const operations = [post("twin", server.person({ userName })), post("late", late)];
      const results = await operate(server, operations, { failOnErrors: 1 });
      same("the statuses", results.map(statusOf), ["409"]);
      if (!server.features.has("filter")) return;
      const { totalResults } = await server.find("/Users", { filter: `userName eq "${late.userName}"` });
      same("how many of the rest there are", totalResults, 0);
    },
  },
  {
    name: "more operations than maxOperations are 413",
    cites: "RFC 7644 §3.7.4",
    needs: ["bulk"],
    async run(server) {
      const { maxOperations } = server.config.bulk;
      const operation = { method: "DELETE", path: "/Users/00000000-0000-0000-0000-000000000000" };
      const Operations = Array.from({ length: maxOperations + 1 }, () => operation);
      refused("one more", await server.ask("POST", "/Bulk", { schemas: [REQUEST], Operations }), [413]);
    },
  },
  {
    name: "a body larger than maxPayloadSize is 413",
    cites: "RFC 7644 §3.7.4",
    needs: ["bulk"],
    async run(server) {
      const padding = " ".repeat(server.config.bulk.maxPayloadSize);
      const body = `{"schemas":["${REQUEST}"],"Operations":[]${padding}}`;
      refused("such a body", await server.ask("POST", "/Bulk", body), [413]);
    },
  },
];

function post(bulkId: string, data: object) {
  return { method: "POST", path: "/Users", bulkId, data };
}

async function operate(server: Server, operations: readonly object[], more: object = {}): Promise<Json[]> {
  const { status, body, text } = await server.ask("POST", "/Bulk", {
    schemas: [REQUEST],
    ...more,
    Operations: operations,
  });
  same("the status of POST /Bulk", status === 200 ? 200 : `${status} ${text}`, 200);
  same("schemas", body.schemas, [RESPONSE]);
  return body.Operations;
}

/** As text; before RFC 7644 was out, drafts had an object with a code. */
function statusOf({ status }: Json): string {
  return typeof status === "string" ? status : `a ${typeof status}`;
}

function pathOf(result: Json): string {
  return /\/(?:Users|Groups)\/[^/]+$/.exec(String(result?.location))?.[0] ?? "/Users/nowhere";
}
