import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listEvents } from "../../../../src/domain/audit/events.ts";
import { addressesIn, previewImport } from "../../../../src/domain/directory/import-preview.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService, type TestService } from "../../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const PATH = "/settings/okta/import-preview";

function push(org: TestOrganization, email: string, userName = email) {
  return org.scim("POST", "/Users", oktaUser({ userName, emails: [{ primary: true, value: email }] }));
}

test("the addresses are found in lines and in a CSV, whatever stands around them", () => {
  const text =
    '\uFEFFName,Email\r\n"Park, Ada",ada@corp.test\nBo Lee <bo@corp.test>\n\n cy@corp.test ;x\n"dee@corp.test"\tD\nnobody\n';
  const found = ["ada@corp.test", "bo@corp.test", "cy@corp.test", "dee@corp.test", "nobody"];
  assert.deepEqual(addressesIn(text), found);
  assert.deepEqual(addressesIn("email\n"), []);
  assert.deepEqual(addressesIn("ada@x@y"), ["ada@x@y"]);
});

test("each address is told what its push does, and then the push does that", async () => {
  const [org, other] = [await newOrganization(service), await newOrganization(service)];
  await org.addMember("linked@corp.test");
  await org.addMember("moved@corp.test");
  await other.addMember("new@corp.test");
  await push(org, "moved@corp.test");
  const moved = await org.scim("GET", `/Users?filter=${encodeURIComponent('userName eq "moved@corp.test"')}`);
  await org.scim("PUT", `/Users/${moved.body.Resources[0].id}`, {
    ...moved.body.Resources[0],
    userName: "elsewhere@corp.test",
    emails: [{ primary: true, value: "elsewhere@corp.test" }],
  });
  await push(org, "known@corp.test");
  const list = [
    " LINKED@corp.test ",
    "new@corp.test",
    "moved@corp.test",
    "known@corp.test",
    "no address",
    "new@corp.test",
  ];
  const before = await listEvents(org.scope, { limit: 100 });
  const found = await previewImport(
    org.scope,
    list.map((each) => each.trim()),
  );
  assert.deepEqual(
    found.map(({ outcome }) => outcome),
    ["linked", "created", "conflict", "known", "invalid", "twice"],
  );
  assert.deepEqual(await listEvents(org.scope, { limit: 100 }), before);
  assert.equal((await push(org, "linked@corp.test")).status, 201);
  assert.equal((await push(org, "new@corp.test")).status, 201);
  assert.equal((await push(org, "moved@corp.test")).status, 409);
  assert.equal((await push(org, "known@corp.test")).status, 409);
  assert.equal((await push(org, "no address")).status, 400);
  assert.equal((await push(org, "new@corp.test")).status, 409);
});

test("whoever would be created is compared with members of the same part before the @", async () => {
  const org = await newOrganization(service);
  const ada = await org.addMember("ada@gmail.test", "member", "Ada Park");
  const cookie = await org.signIn(org.owner.email);
  const page = await readPage(org.page(PATH, cookie, { addresses: "ada@corp.test\nbo@corp.test" }));
  assert.match(page.text, /2 addresses/);
  assert.match(page.text, /ada@corp\.test Perhaps Ada Park , ada@gmail\.test/);
  assert.match(page.html, new RegExp(`/people/${ada.id}/corporate-email`));
  assert.match(page.text, /bo@corp\.test Nobody/);
  assert.equal(page.field("addresses"), "ada@corp.test bo@corp.test");
});

test("nothing, and more than ten thousand, are refused beside the field", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  for (const [addresses, sentence] of [
    ["  \n", /at least one/],
    [Array.from({ length: 10_001 }, (_, n) => `p${n}@corp.test`).join("\n"), /more than 10,000/],
  ] as const) {
    const page = await readPage(org.page(PATH, cookie, { addresses }));
    assert.equal(page.status, 422);
    assert.match(page.error("addresses") ?? "", sentence);
  }
  assert.equal((await org.page(PATH, cookie, { addresses: `a@b.c\0\n${"x".repeat(400)}` })).status, 200);
  assert.equal((await org.page(PATH, cookie, { addresses: "x".repeat(2 * 1024 * 1024) })).status, 413);
});
