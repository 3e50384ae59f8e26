import { type Check, holds, same } from "../check.ts";
import { refused } from "../server.ts";

const UNKNOWN = "00000000-0000-0000-0000-000000000000";

export const errors: readonly Check[] = [
  {
    name: "without a token, or with a wrong one, the answer is 401 with a challenge",
    cites: "RFC 7644 §2, RFC 6750 §3",
    async run(server) {
      for (const authorization of ["", "Bearer wrong"]) {
        const { status, headers } = await server.ask("GET", "/Users", undefined, { authorization });
        same("the status", status, 401);
        holds("WWW-Authenticate", headers.has("www-authenticate"), "a challenge", headers.get("www-authenticate"));
      }
    },
  },
  {
    name: "a resource that is not there is 404",
    cites: "RFC 7644 §3.12",
    async run(server) {
      for (const method of ["GET", "DELETE"]) refused(method, await server.ask(method, `/Users/${UNKNOWN}`), [404]);
      refused("PUT", await server.ask("PUT", `/Users/${UNKNOWN}`, server.person()), [404]);
    },
  },
  {
    name: "an endpoint that is not there is 404",
    cites: "RFC 7644 §3.12",
    async run(server) {
      refused("an unknown endpoint", await server.ask("GET", "/Nothings"), [404]);
    },
  },
  {
    name: "a body that is no JSON, or no object, is 400 invalidSyntax",
    cites: "RFC 7644 §3.12",
    async run(server) {
      for (const body of ['{"userName":', "[]"]) {
        refused("such a body", await server.ask("POST", "/Users", body), [400], "invalidSyntax");
      }
    },
  },
  {
    name: "a value of the wrong type is 400",
    cites: "RFC 7644 §3.12 (invalidValue, invalidSyntax)",
    async run(server) {
      for (const changes of [{ name: "Ada" }, { active: { deep: 1 } }, { emails: "ada@example.com" }]) {
        refused(JSON.stringify(changes), await server.ask("POST", "/Users", server.person(changes)), [400]);
      }
    },
  },
  {
    name: "a method that an endpoint does not have is refused",
    cites: "RFC 7644 §3.2, §3.12",
    async run(server) {
      refused("PUT /Users", await server.ask("PUT", "/Users", server.person()), [404, 405, 501]);
      refused("DELETE /Schemas", await server.ask("DELETE", "/Schemas"), [403, 404, 405, 501]);
    },
  },
  {
    name: "/Me is the person, a redirection, or 501",
    cites: "RFC 7644 §3.11",
    async run(server) {
      const answer = await server.ask("GET", "/Me");
      if (answer.status !== 200) refused("/Me", answer, [501, 404]);
    },
  },
  {
    name: "application/json is taken as well",
    cites: "RFC 7644 §3.1, §8.1",
    async run(server) {
      const types = { "content-type": "application/json", accept: "application/json" };
      same("the status of POST", (await server.ask("POST", "/Users", server.person(), types)).status, 201);
    },
  },
];
