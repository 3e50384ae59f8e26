import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { openSession } from "../../src/domain/sessions/sessions.ts";
import { newOrganization, oktaUser } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";

const service = await startTestService();
after(() => service.stop());

describe("a sign-in that ends while the person is being deactivated", () => {
  test("leaves no session that would come back with the person", async () => {
    const org = await newOrganization(service);
    const { body } = await org.scim("POST", "/Users", oktaUser());
    const { db } = service.parts;
    const members = db.selectFrom("members").select("id").where("organization_id", "=", org.organization.id);
    const { id: memberId } = await members.where("email", "=", body.userName).executeTakeFirstOrThrow();
    const setActive = (active: boolean) => {
      const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
      return org.scim("PATCH", `/Users/${body.id}`, { schemas, Operations: [{ op: "replace", value: { active } }] });
    };
    let deactivation: ReturnType<typeof setActive> | undefined;
    let token = "";
    await db.transaction().execute(async (trx) => {
      const expiresAt = new Date(service.clock.now.getTime() + 86_400_000);
      ({ token } = await openSession({ ...org.scope, db: trx }, { memberId, method: "sso", expiresAt }));
      deactivation = setActive(false);
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    assert.equal((await deactivation)?.status, 200);
    assert.equal((await org.page("/", `__Host-session=${token}`)).status, 303);
    assert.equal((await setActive(true)).status, 200);
    assert.equal((await org.page("/", `__Host-session=${token}`)).status, 303);
  });
});
