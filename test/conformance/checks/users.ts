import { type Check, holds, same } from "../check.ts";
import { ENTERPRISE, refused, USER } from "../server.ts";

export const users: readonly Check[] = [
  {
    name: "a created user is answered with 201, its address and what the server knows of it",
    cites: "RFC 7644 §3.3, RFC 7643 §3.1",
    async run(server) {
      const sent = server.person();
      const { status, headers, body } = await server.ask("POST", "/Users", sent);
      same("the status", status, 201);
      holds("id", typeof body.id === "string" && body.id !== "", "text", body.id);
      same("meta.resourceType", body.meta?.resourceType, "User");
      same("Location", headers.get("location"), body.meta.location);
      holds(
        "Location",
        body.meta.location.endsWith(`/Users/${body.id}`),
        "the address of the user",
        body.meta.location,
      );
      for (const name of ["created", "lastModified"]) {
        holds(`meta.${name}`, !Number.isNaN(Date.parse(body.meta[name])), "a time", body.meta[name]);
      }
      for (const name of ["userName", "externalId", "name", "active"]) same(name, body[name], sent[name]);
      holds("schemas", body.schemas.includes(USER), USER, body.schemas);
      same("the user as it is read", await server.read(`/Users/${body.id}`), body);
    },
  },
  {
    name: "a password is never answered",
    cites: "RFC 7643 §4.1.1, §7 (returned)",
    async run(server) {
      const { id, password } = await server.makeUser({ password: "t1meMa$heen" });
      same("password", password, undefined);
      same("password", (await server.read(`/Users/${id}`)).password, undefined);
    },
  },
  {
    name: "a second user with the same userName is 409 uniqueness, in whatever case it is written",
    cites: "RFC 7644 §3.3, RFC 7643 §4.1.1",
    async run(server) {
      const { userName } = await server.makeUser();
      for (const name of [userName, userName.toUpperCase()]) {
        const twin = server.person({ userName: name });
        refused(`a twin called ${name}`, await server.ask("POST", "/Users", twin), [409], "uniqueness");
      }
    },
  },
  {
    name: "a user without a userName is 400 invalidValue",
    cites: "RFC 7643 §4.1.1, RFC 7644 §3.12",
    async run(server) {
      const { userName: _, ...nameless } = server.person();
      refused("a user without a name", await server.ask("POST", "/Users", nameless), [400], "invalidValue");
    },
  },
  {
    name: "names of attributes are read in any case",
    cites: "RFC 7643 §2.1",
    async run(server) {
      const { userName, ...rest } = server.person({ TITLE: "Engineer" });
      const { status, body } = await server.ask("POST", "/Users", { ...rest, USERNAME: userName });
      same("the status", status, 201);
      same("userName and title", [body.userName, body.title], [userName, "Engineer"]);
    },
  },
  {
    name: "what only the server writes is ignored in what a client sends",
    cites: "RFC 7644 §3.3, §3.5.1",
    async run(server) {
      const given = { id: "mine", meta: { resourceType: "Other" } };
      const made = await server.makeUser(given);
      holds("id", made.id !== "mine", "one that the server gave", made.id);
      const put = await server.ask("PUT", `/Users/${made.id}`, { ...made, ...given });
      same(
        "the status, id and kind after PUT",
        [put.status, put.body?.id, put.body?.meta?.resourceType],
        [200, made.id, "User"],
      );
    },
  },
  {
    name: "null and an empty list are no value",
    cites: "RFC 7643 §2.5",
    async run(server) {
      const { id } = await server.makeUser({ nickName: null, phoneNumbers: [] });
      const { nickName, phoneNumbers } = await server.read(`/Users/${id}`);
      same("nickName and phoneNumbers", [nickName ?? null, phoneNumbers ?? []], [null, []]);
    },
  },
  {
    name: "a PUT replaces, and takes away what it does not say",
    cites: "RFC 7644 §3.5.1",
    async run(server) {
      const made = await server.makeUser({ title: "Engineer", nickName: "A" });
      const { title: _, ...rest } = made;
      const { status, body } = await server.ask("PUT", `/Users/${made.id}`, { ...rest, nickName: "B" });
      same("the status", status, 200);
      same("nickName and title", [body.nickName, body.title], ["B", undefined]);
      same("the user as it is read", await server.read(`/Users/${made.id}`), body);
      same("id and created", [body.id, body.meta.created], [made.id, made.meta.created]);
    },
  },
  {
    name: "a PUT to a userName that another user has is 409",
    cites: "RFC 7644 §3.5.1, §3.12",
    async run(server) {
      const [ada, bo] = [await server.makeUser(), await server.makeUser()];
      const answer = await server.ask("PUT", `/Users/${bo.id}`, { ...bo, userName: ada.userName });
      refused("such a PUT", answer, [409], "uniqueness");
      same("userName", (await server.read(`/Users/${bo.id}`)).userName, bo.userName);
    },
  },
  {
    name: "a user may be inactive, and is found all the same",
    cites: "RFC 7643 §4.1.1 (active), RFC 7644 §3.4.1",
    async run(server) {
      const made = await server.makeUser();
      const { body } = await server.ask("PUT", `/Users/${made.id}`, { ...made, active: false });
      same("active", [body.active, (await server.read(`/Users/${made.id}`)).active], [false, false]);
    },
  },
  {
    name: "the enterprise extension is kept under its URN, which stands in schemas",
    cites: "RFC 7643 §3.3, §4.3",
    needs: ["enterprise"],
    async run(server) {
      const extension = { department: "R&D", employeeNumber: "7" };
      const { id } = await server.makeUser({ schemas: [USER, ENTERPRISE], [ENTERPRISE]: extension });
      const body = await server.read(`/Users/${id}`);
      same("the extension", body[ENTERPRISE], extension);
      holds("schemas", body.schemas.includes(ENTERPRISE), ENTERPRISE, body.schemas);
    },
  },
  {
    name: "a deleted user is gone, and its name is free",
    cites: "RFC 7644 §3.6",
    async run(server) {
      const sent = server.person();
      const { id } = (await server.ask("POST", "/Users", sent)).body;
      const { status, text } = await server.ask("DELETE", `/Users/${id}`);
      same("the status and body of DELETE", [status, text], [204, ""]);
      for (const method of ["GET", "DELETE"])
        refused(`${method} then`, await server.ask(method, `/Users/${id}`), [404]);
      same("the status of POST", (await server.ask("POST", "/Users", sent)).status, 201);
    },
  },
];
