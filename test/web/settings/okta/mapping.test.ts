import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { readMapping } from "../../../../src/domain/directory/mapping.ts";
import { map, ownGroup, rolesOf } from "../../../okta/mapping.ts";
import { eventsOf } from "../../../okta/people.ts";
import { pushGroup, pushUser } from "../../../okta/scim/directory.ts";
import { newOrganization, type TestOrganization } from "../../../support/organization.ts";
import { type ReadPage, readPage } from "../../../support/page.ts";
import { startTestService } from "../../../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const PATH = "/settings/okta/mapping";

async function withAda() {
  const org = await newOrganization(service);
  const ada = await pushUser(org);
  await pushGroup(org, "Platform", [ada.id]);
  return { org, ada, cookie: await org.signIn(org.owner.email) };
}

const send = (org: TestOrganization, cookie: string, form: Record<string, string>) =>
  readPage(org.page(PATH, cookie, form));

/** What the form of a preview sends when its button is pressed. */
function hiddenIn({ html }: ReadPage): Record<string, string> {
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, value]));
}

const line = (name: string, target: string, kind = "group", row = 0) => ({
  [`kind-${row}`]: kind,
  [`name-${row}`]: name,
  [`target-${row}`]: target,
});

describe("a change of the mapping", () => {
  test("is shown before it is saved, and then does just that", async () => {
    const { org, ada, cookie } = await withAda();
    const preview = await send(org, cookie, { act: "preview", ...line("platform", "role:admin") });
    assert.equal(preview.status, 200);
    assert.match(preview.text, /1 person becomes an admin\./);
    assert.match(preview.text, new RegExp(`${ada.userName} Member → Admin As before`));
    assert.equal((await rolesOf(org, ada.userName)).role, "member");
    const saved = await send(org, cookie, { ...hiddenIn(preview), act: "save" });
    assert.equal(saved.location, `${PATH}?saved`);
    assert.equal((await rolesOf(org, ada.userName)).role, "admin");
    const [event] = await eventsOf(service, org, "mapping.changed");
    assert.deepEqual(event?.detail, {
      added: [{ kind: "group", name: "platform", role: "admin" }],
      removed: [],
      before: { defaultRole: "member", absentAttribute: "unchanged" },
      after: { defaultRole: "member", absentAttribute: "unchanged" },
      touched: 1,
    });
    const [role] = await eventsOf(service, org, "member.role_changed");
    assert.deepEqual([role?.actor_name, role?.reference_id], [org.owner.email, event?.reference_id]);
  });

  test("is shown anew where somebody came into the group meanwhile, and nothing is saved", async () => {
    const { org, cookie } = await withAda();
    const preview = await send(org, cookie, { act: "preview", ...line("Platform", "role:admin") });
    const ben = await pushUser(org);
    const { body } = await org.scim("GET", '/Groups?filter=displayName eq "Platform"');
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    const Operations = [{ op: "add", path: "members", value: [{ value: ben.id }] }];
    await org.scim("PATCH", `/Groups/${body.Resources[0].id}`, { schemas, Operations });
    const again = await send(org, cookie, { ...hiddenIn(preview), act: "save" });
    assert.equal(again.status, 409);
    assert.match(again.text, /Things have changed since/);
    assert.match(again.text, /2 people become admins/);
    assert.equal((await rolesOf(org, ben.userName)).role, "member");
    assert.equal((await send(org, cookie, { ...hiddenIn(again), act: "save" })).location, `${PATH}?saved`);
    assert.equal((await rolesOf(org, ben.userName)).role, "admin");
  });

  test("is not saved without having been shown", async () => {
    const { org, cookie } = await withAda();
    const page = await send(org, cookie, { act: "save", ...line("Platform", "role:admin") });
    assert.equal(page.status, 409);
    assert.deepEqual((await readMapping(org.scope)).rules, []);
  });

  test("leads to groups too, and takes lines away", async () => {
    const { org, ada, cookie } = await withAda();
    const deployers = await ownGroup(org, "Deployers");
    await map(org, [{ kind: "group", name: "Platform", role: "admin" }]);
    const [rule] = (await readMapping(org.scope)).rules;
    const form = { act: "preview", [`remove-${rule?.id}`]: "on", ...line("Platform", deployers) };
    const preview = await send(org, cookie, form);
    assert.match(preview.text, /1 person loses the role admin and becomes a member\./);
    assert.match(preview.text, /Deployers : 1 person comes in\./);
    assert.match(preview.text, /Admin → Member joins Deployers/);
    await send(org, cookie, { ...hiddenIn(preview), act: "save" });
    assert.equal((await rolesOf(org, ada.userName)).role, "member");
    assert.match((await readPage(org.page(PATH, cookie))).text, /Group Platform Pushed Group Deployers Remove/);
  });

  test("can be gone on with: what was chosen is kept", async () => {
    const { org, cookie } = await withAda();
    const preview = await send(org, cookie, { act: "preview", ...line("Platform", "role:admin"), absent: "empty" });
    const form = await send(org, cookie, { ...hiddenIn(preview), act: "edit" });
    assert.equal(form.field("name-0"), "Platform");
    assert.match(form.html, /<option value="role:admin" selected/);
    assert.match(form.html, /value="empty" checked/);
  });

  test("says where it changes nothing, or nobody", async () => {
    const { org, cookie } = await withAda();
    const nothing = await send(org, cookie, { act: "preview", ...line("", "") });
    assert.match(nothing.text, /Nothing: the mapping is like this already/);
    assert.doesNotMatch(nothing.html, /value="save"/);
    const nobody = await send(org, cookie, { act: "preview", ...line("Unknown", "role:admin") });
    assert.match(nobody.text, /Nobody yet/);
    assert.match(nobody.html, /value="save"/);
  });
});

describe("what is wrong with a change", () => {
  test("stands beside its field, and nothing is saved", async () => {
    const { org, cookie } = await withAda();
    const nameless = await send(org, cookie, { act: "preview", ...line(" ", "role:admin") });
    assert.deepEqual([nameless.status, Boolean(nameless.error("name-0"))], [422, true]);
    const aimless = await send(org, cookie, { act: "preview", ...line("Platform", "", "role", 2) });
    assert.deepEqual([aimless.status, Boolean(aimless.error("target-2"))], [422, true]);
    assert.equal(aimless.field("name-2"), "Platform");
  });

  test("is told above the form: too long a name, a group or a line that is not here", async () => {
    const { org, cookie } = await withAda();
    const other = await newOrganization(service);
    const theirs = await ownGroup(other, "Theirs");
    await map(other, [{ kind: "group", name: "Platform", role: "admin" }]);
    const [rule] = (await readMapping(other.scope)).rules;
    for (const form of [
      line("x".repeat(201), "role:admin"),
      line("Platform", theirs),
      line("Platform", "nonsense"),
      { [`remove-${rule?.id}`]: "on" },
      { "remove-nonsense": "on" },
    ]) {
      for (const act of ["preview", "save"]) {
        const page = await send(org, cookie, { act, ...form });
        assert.equal(page.status, 422, page.text);
        assert.match(page.text, /Please correct/);
      }
    }
    assert.equal((await readMapping(other.scope)).rules.length, 1);
    assert.equal((await readMapping(org.scope)).rules.length, 0);
  });
});

describe("the role owner", () => {
  async function withAdmin() {
    const { org, ada } = await withAda();
    await org.addMember("admin@example.test", "admin");
    await map(org, [{ kind: "group", name: "Owners", role: "owner" }]);
    const [rule] = (await readMapping(org.scope)).rules;
    return { org, ada, rule, cookie: await org.signIn("admin@example.test") };
  }

  test("is mapped to by an owner alone: an admin neither adds nor removes such a line", async () => {
    const { org, rule, cookie } = await withAdmin();
    const page = await readPage(org.page(PATH, cookie));
    assert.doesNotMatch(page.html, /role:owner/);
    assert.match(page.text, /Only an owner may/);
    for (const form of [line("Platform", "role:owner"), { [`remove-${rule?.id}`]: "on" }]) {
      for (const act of ["preview", "save"]) {
        const refused = await send(org, cookie, { act, ...form });
        assert.equal(refused.status, 403);
        assert.match(refused.text, /Only an owner may add or remove/);
      }
    }
    assert.equal((await readMapping(org.scope)).rules.length, 1);
  });

  test("leaves an admin free to change the rest", async () => {
    const { org, ada, cookie } = await withAdmin();
    const preview = await send(org, cookie, { act: "preview", ...line("Platform", "role:admin") });
    assert.equal((await send(org, cookie, { ...hiddenIn(preview), act: "save" })).location, `${PATH}?saved`);
    assert.equal((await rolesOf(org, ada.userName)).role, "admin");
  });

  test("of the last owner is not taken: the preview says so and offers no way to save", async () => {
    const { org, ada, cookie } = await withAda();
    await map(org, [{ kind: "group", name: "Platform", role: "owner" }]);
    await org.scope.db
      .updateTable("members")
      .set({ granted_role: "member" })
      .where("organization_id", "=", org.organization.id)
      .where("id", "=", org.owner.id)
      .execute();
    const adas = await org.signIn(ada.userName);
    const [rule] = (await readMapping(org.scope)).rules;
    const preview = await send(org, adas, { act: "preview", [`remove-${rule?.id}`]: "on" });
    assert.match(preview.text, /No owner would remain/);
    assert.doesNotMatch(preview.html, /value="save"/);
    const forced = await send(org, adas, { ...hiddenIn(preview), act: "save" });
    assert.equal(forced.status, 409);
    assert.equal((await rolesOf(org, ada.userName)).role, "owner");
    assert.equal((await readPage(org.page(PATH, cookie))).status, 403);
  });
});

test("without an integration the page leads to the set-up", async () => {
  const org = await newOrganization(service, { integration: "none" });
  const page = await readPage(org.page(PATH, await org.signIn(org.owner.email)));
  assert.deepEqual([page.status, page.location], [303, "/settings/okta"]);
});
