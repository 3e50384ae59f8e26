import assert from "node:assert/strict";
import { test } from "node:test";
import { NEXT_CERTIFICATE } from "../../../src/protocols/saml/fixtures/certificates.ts";
import { operatorOf } from "./conversation.ts";
import { connect, INTEGRATION } from "./directory.ts";

const operator = operatorOf();
const ROUNDS = 5;

test("of several first set-ups at the same moment one is the first, and it shows the SCIM token", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const path = `/organizations/${await operator.organization()}/okta-integration`;
    const answers = await Promise.all([1, 2, 3].map(() => operator.call("PUT", path, INTEGRATION)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 201]);
    for (const { status, body } of answers) assert.equal(body.scimToken !== undefined, status === 201);
  }
});

test("two changes of an organization at the same moment both stay", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const path = `/organizations/${await operator.organization()}`;
    const changes = [{ name: "Renamed" }, { plan: "startup" }];
    await Promise.all(changes.map((change) => operator.call("PATCH", path, change)));
    const { body } = await operator.call("GET", path);
    assert.deepEqual([body.name, body.plan], ["Renamed", "startup"]);
  }
});

test("what is added while it is being disconnected or deleted is added or not found", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const slug = await operator.organization();
    const path = `/organizations/${slug}`;
    await connect(operator, slug);
    const beside = await Promise.all([
      operator.call("DELETE", `${path}/okta-integration`),
      operator.call("POST", `${path}/okta-integration/certificates`, { certificate: NEXT_CERTIFICATE }),
      operator.call("POST", `${path}/okta-integration/scim-tokens`),
    ]);
    for (const { status } of beside) assert.ok([201, 202, 404].includes(status), String(status));
    const last = await Promise.all([
      operator.call("DELETE", path),
      operator.call("POST", `${path}/members`, { email: "ann@example.com", name: "Ann", role: "member" }),
      operator.call("PUT", `${path}/okta-integration`, INTEGRATION),
    ]);
    for (const { status } of last) assert.ok([201, 204, 404].includes(status), String(status));
    assert.equal((await operator.call("GET", path)).status, 404);
  }
});
