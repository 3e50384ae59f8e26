import { type Check, holds, same } from "../check.ts";
import type { Json } from "../server.ts";

const names = (resource: Json) => Object.keys(resource).sort();

export const attributes: readonly Check[] = [
  {
    name: "attributes chooses what is shown, beside what always is",
    cites: "RFC 7644 §3.9, RFC 7643 §7 (returned)",
    async run(server) {
      const { id, userName } = await server.makeUser();
      const body = await server.read(`/Users/${id}?attributes=userName`);
      same("the user's names", names(body), ["id", "schemas", "userName"]);
      same("userName", body.userName, userName);
      const part = await server.read(`/Users/${id}?attributes=name.familyName`);
      same("the names of name", names(part.name ?? {}), ["familyName"]);
    },
  },
  {
    name: "excludedAttributes takes away, but not the id",
    cites: "RFC 7644 §3.9",
    async run(server) {
      const { id } = await server.makeUser();
      const body = await server.read(`/Users/${id}?excludedAttributes=emails,name,id`);
      same("emails, name and id", [body.emails, body.name, body.id], [undefined, undefined, id]);
    },
  },
  {
    name: "names are read in any case, and with their schema",
    cites: "RFC 7644 §3.9, §3.10",
    async run(server) {
      const { id } = await server.makeUser();
      for (const name of ["USERNAME", "urn:ietf:params:scim:schemas:core:2.0:User:userName"]) {
        same(`what ${name} shows`, names(await server.read(`/Users/${id}?attributes=${name}`)), [
          "id",
          "schemas",
          "userName",
        ]);
      }
    },
  },
  {
    name: "lists and answers to writes are shown in the same way",
    cites: "RFC 7644 §3.9",
    async run(server) {
      const made = await server.ask("POST", "/Users?attributes=userName", server.person());
      same("the status", made.status, 201);
      same("the names in the answer to POST", names(made.body), ["id", "schemas", "userName"]);
      const { Resources } = await server.find("/Users", { count: 5, attributes: "userName" });
      for (const one of Resources) same("the names in a list", names(one), ["id", "schemas", "userName"]);
    },
  },
  {
    name: "members are left out of groups where they are excluded",
    cites: "RFC 7644 §3.9",
    needs: ["groups"],
    async run(server) {
      const { id } = await server.makeGroup([await server.makeUser()]);
      const body = await server.read(`/Groups/${id}?excludedAttributes=members`);
      holds("members", !("members" in body), "none", body.members);
    },
  },
];
