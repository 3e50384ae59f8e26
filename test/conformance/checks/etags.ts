import { type Check, holds, same } from "../check.ts";
import { refused } from "../server.ts";

const STALE = 'W/"conformance-stale"';

export const etags: readonly Check[] = [
  {
    name: "the ETag is the resource's meta.version, and another one after a change",
    cites: "RFC 7644 §3.14, RFC 7643 §3.1",
    needs: ["etag"],
    async run(server) {
      const made = await server.makeUser();
      const { headers, body } = await server.ask("GET", `/Users/${made.id}`);
      same("ETag", headers.get("etag"), body.meta.version);
      const put = await server.ask("PUT", `/Users/${made.id}`, { ...made, nickName: "B" });
      holds("the version after PUT", put.body.meta.version !== body.meta.version, "another one", put.body.meta.version);
    },
  },
  {
    name: "a reader who has this version gets 304 without a body",
    cites: "RFC 7644 §3.14",
    needs: ["etag"],
    async run(server) {
      const { id, meta } = await server.makeUser();
      const known = await server.ask("GET", `/Users/${id}`, undefined, { "if-none-match": meta.version });
      same("the status and body", [known.status, known.text], [304, ""]);
      const stale = await server.ask("GET", `/Users/${id}`, undefined, { "if-none-match": STALE });
      same("the status with another version", stale.status, 200);
    },
  },
  {
    name: "a write for another version is 412 and changes nothing",
    cites: "RFC 7644 §3.14, §3.12",
    needs: ["etag"],
    async run(server) {
      const made = await server.makeUser();
      const path = `/Users/${made.id}`;
      const stale = { "if-match": STALE };
      refused("PUT", await server.ask("PUT", path, { ...made, nickName: "B" }, stale), [412]);
      refused("DELETE", await server.ask("DELETE", path, undefined, stale), [412]);
      same("the user", await server.read(path), made);
    },
  },
  {
    name: "a write for this version is done, once",
    cites: "RFC 7644 §3.14",
    needs: ["etag"],
    async run(server) {
      const made = await server.makeUser();
      const put = (nickName: string) => {
        return server.ask("PUT", `/Users/${made.id}`, { ...made, nickName }, { "if-match": made.meta.version });
      };
      const all = await Promise.all(["A", "B", "C", "D"].map(put));
      same("the statuses of four at once", all.map(({ status }) => status).sort(), [200, 412, 412, 412]);
    },
  },
  {
    name: "a PATCH for another version is 412",
    cites: "RFC 7644 §3.14",
    needs: ["etag", "patch"],
    async run(server) {
      const { id } = await server.makeUser();
      const body = {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        Operations: [{ op: "add", path: "nickName", value: "B" }],
      };
      refused("PATCH", await server.ask("PATCH", `/Users/${id}`, body, { "if-match": STALE }), [412]);
    },
  },
  {
    name: "a group has another version when its members change",
    cites: "RFC 7644 §3.14",
    needs: ["etag", "groups"],
    async run(server) {
      const group = await server.makeGroup();
      const members = [{ value: (await server.makeUser()).id }];
      await server.ask("PUT", `/Groups/${group.id}`, { ...group, members });
      const { meta } = await server.read(`/Groups/${group.id}`);
      holds("the version", meta.version !== group.meta.version, "another one", meta.version);
    },
  },
];
