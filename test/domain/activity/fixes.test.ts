import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RefusalRecord } from "../../../src/db/tables.ts";
import { fixFor } from "../../../src/domain/activity/fixes.ts";
import { pushGroup, pushUser, setActive } from "../../okta/scim/directory.ts";
import { newOrganization, oktaUser, type ScimAnswer, type TestOrganization } from "../../support/organization.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let org: TestOrganization;
before(async () => {
  service = await startTestService();
  org = await newOrganization(service);
});
after(() => service.stop());

/** What the administrator reads about an answer, as one text. */
function advice({ status, body }: Pick<ScimAnswer, "status" | "body">): string {
  return read(status, { code: body.scimType ?? "none", sentence: body.detail });
}

function read(status: number, refusal: RefusalRecord | null = null): string {
  const { cause, steps } = fixFor({ status, refusal });
  assert.ok(steps.length > 0);
  return [cause, ...steps].join(" ");
}

const NOBODY = "0190a5e0-0000-7000-8000-000000000000";

describe("what we really refuse leads to what the administrator does about it in Okta", () => {
  test("a userName that another user has", async () => {
    const { userName } = await pushUser(org);
    const answer = await org.scim("POST", "/Users", oktaUser({ userName }));
    assert.match(advice(answer), /this userName already.*another Application username/);
  });

  test("an address that another user has", async () => {
    const { emails } = await pushUser(org);
    const answer = await org.scim("POST", "/Users", oktaUser({ emails }));
    assert.match(advice(answer), /this address already.*Okta profile/);
  });

  test("an address that a member has who is not the user's", async () => {
    const { id } = await pushUser(org);
    await org.addMember("here-before@example.test");
    const emails = [{ value: "here-before@example.test", primary: true }];
    const answer = await org.scim("PUT", `/Users/${id}`, oktaUser({ emails }));
    assert.match(advice(answer), /a member who was here before.*Ask an owner/);
  });

  test("a group's name that is taken", async () => {
    await pushGroup(org, "Twice");
    assert.match(advice(await org.scim("POST", "/Groups", { displayName: "twice" })), /Push Groups.*Link Group/);
  });

  test("a person without an address", async () => {
    const answer = await org.scim("POST", "/Users", { userName: "no-address" });
    assert.match(advice(answer), /no email address.*Application username format to Email/);
  });

  test("a member whom we do not know", async () => {
    const answer = await org.scim("POST", "/Groups", { displayName: "Early", members: [{ value: NOBODY }] });
    assert.match(advice(answer), /pushed before its people.*Push now/);
  });

  test("a value that is too long", async () => {
    assert.match(
      advice(await org.scim("POST", "/Users", oktaUser({ title: "x".repeat(1025) }))),
      /longer than we can keep/,
    );
    const inBytes = await org.scim("POST", "/Users", oktaUser({ userName: "語".repeat(1_000) }));
    assert.match(advice(inBytes), /longer than we can keep/);
  });

  test("a value of the wrong kind", async () => {
    const answer = await org.scim("POST", "/Users", oktaUser({ active: "perhaps" }));
    assert.match(advice(answer), /not of the kind.*To App/);
  });

  test("the last active owner", async () => {
    const owned = await newOrganization(service);
    const emails = [{ value: owned.owner.email, primary: true }];
    const { id } = await pushUser(owned, { userName: owned.owner.email, emails });
    assert.match(advice(await setActive(owned, id, false)), /last active owner.*somebody else an owner/);
  });

  test("what is read-only", async () => {
    const { id } = await pushUser(org);
    const Operations = [{ op: "replace", path: "meta.created", value: "2020-01-01T00:00:00Z" }];
    const answer = await org.scim("PATCH", `/Users/${id}`, { schemas: [], Operations });
    assert.match(advice(answer), /cannot be changed/);
  });

  test("a filter with an attribute that does not exist", async () => {
    assert.match(advice(await org.scim("GET", "/Users?filter=shoeSize eq 42")), /Unique identifier field for users/);
  });

  test("a body that is no SCIM", async () => {
    assert.match(advice(await org.scim("POST", "/Users", "{")), /not as SCIM 2\.0/);
  });

  test("a token that is not valid", async () => {
    const answer = await org.scim("GET", "/Users", undefined, { authorization: "Bearer wrong" });
    assert.match(advice(answer), /make a new SCIM token.*Test Connector Configuration/);
  });

  test("a user who is gone, as after a disconnect", async () => {
    assert.match(
      advice(await org.scim("GET", `/Users/${NOBODY}`)),
      /remove the assignment of this person, and assign again/,
    );
  });

  test("a group that is gone", async () => {
    assert.match(advice(await org.scim("GET", `/Groups/${NOBODY}`)), /unlink the group.*push it again/);
  });

  test("an organization that takes no SCIM", async () => {
    const none = await newOrganization(service, { integration: "none" });
    assert.match(advice(await none.scim("GET", "/Users")), /takes no SCIM.*set it up/);
  });

  test("an address that leads nowhere", async () => {
    assert.match(advice(await org.scim("GET", "/Nothing")), /base URL ends in \/okta\/scim/);
  });

  test("a body that is too large", async () => {
    const answer = await org.scim("POST", "/Users", oktaUser({ note: "x".repeat(1_100_000) }));
    assert.match(advice(answer), /larger than we take.*photographs/);
  });

  test("what we do not offer", async () => {
    assert.match(advice(await org.scim("GET", "/Me")), /does not offer/);
  });
});

describe("and so do the refusals of a busy moment", () => {
  for (const [status, words] of [
    [403, /may not do that.*new SCIM token/],
    [409, /does not fit what is here now/],
    [412, /Somebody changed .*reads again and repeats/],
    [429, /More requests came at once.*Okta waits/],
    [503, /busy.*repeats by itself/],
  ] as const) {
    test(`${status}`, () => assert.match(read(status), words));
  }

  test("what nobody foresaw leads to the operator, with the reference number", () => {
    for (const status of [500, 418]) assert.match(read(status), /reference number/);
  });
});
