import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { connected } from "./double/setting.ts";
import type { OktaOrg } from "./server.ts";

const ADA = { firstName: "Ada", lastName: "Park", email: "ada.park@example.test" };

test("clicking the tile posts a signed response of the person to the service", async (t) => {
  const { okta, service } = await connected(t);
  const ada = await okta.assign(okta.addPerson(ADA).id);
  const cookie = await signInAs(okta, ada.id);
  const dashboard = await page(okta.url, { cookie });
  assert.match(dashboard.text, new RegExp(`<a href="${new URL(okta.ssoUrl).pathname}">`));
  const { text, headers } = await page(okta.ssoUrl, { cookie });
  const acs = service.baseUrl.replace("/okta/scim", "/okta/auth");
  assert.ok(text.includes(`<form method="post" action="${acs}" data-submit="now">`));
  assert.ok(responseIn(text).includes(">ada.park@example.test</saml2:NameID>"));
  assert.ok(!text.includes("RelayState"));
  assert.match(headers.get("content-security-policy") ?? "", new RegExp(`form-action 'self' ${new URL(acs).origin}$`));
});

test("a sign-in that the service began is answered by its id, with the RelayState as it came", async (t) => {
  const { okta } = await connected(t);
  const ada = await okta.assign(okta.addPerson(ADA).id);
  const cookie = await signInAs(okta, ada.id);
  const { text } = await page(`${okta.ssoUrl}?${request("")}&RelayState=%2Fpeople%3Fq%3D%22a%22`, { cookie });
  assert.equal(responseIn(text).match(/InResponseTo="_abc123"/g)?.length, 2);
  assert.ok(text.includes('name="RelayState" value="/people?q=&quot;a&quot;"'));
});

test("a request that asks for an answer elsewhere, or that cannot be read, is refused", async (t) => {
  const { okta } = await connected(t);
  const ada = await okta.assign(okta.addPerson(ADA).id);
  const cookie = await signInAs(okta, ada.id);
  const elsewhere = request(' AssertionConsumerServiceURL="https://elsewhere.test/"');
  const stray = request(' Destination="https://elsewhere.test/"');
  for (const query of [elsewhere, stray, "SAMLRequest=nonsense"]) {
    const { status, text } = await page(`${okta.ssoUrl}?${query}`, { cookie });
    assert.equal(status, 400);
    assert.ok(!text.includes("SAMLResponse"));
  }
});

test("the not assigned and the deactivated get no response", async (t) => {
  const { okta } = await connected(t);
  const { id } = okta.addPerson(ADA);
  const cookie = await signInAs(okta, id);
  const before = await page(okta.ssoUrl, { cookie });
  assert.equal(before.status, 403);
  assert.ok(before.text.includes("Ada Park is not assigned to this app."));
  await okta.assign(id);
  await okta.deactivate(id);
  const after = await page(okta.ssoUrl, { cookie });
  assert.equal(after.status, 403);
  assert.ok(after.text.includes("Ada Park is deactivated in this Okta."));
});

test("a sign-in without anybody asks who it is, then goes on", async (t) => {
  const { okta } = await connected(t);
  const ada = await okta.assign(okta.addPerson(ADA).id);
  const asked = await page(`${okta.ssoUrl}?RelayState=%2Fpeople`);
  assert.ok(asked.text.includes("<h1>Sign in to Okta</h1>"));
  const next = /name="next" value="([^"]*)"/.exec(asked.text)?.[1] ?? "";
  const answer = await post(okta, "/sign-in-as", { person: ada.id, next });
  assert.equal(answer.headers.get("location"), `${new URL(okta.ssoUrl).pathname}?RelayState=%2Fpeople`);
  const outside = await post(okta, "/sign-in-as", { person: ada.id, next: "https://elsewhere.test/x" });
  assert.equal(outside.headers.get("location"), "/");
});

test("the admin page assigns, changes and pushes, and shows each request", async (t) => {
  const { okta } = await connected(t);
  const ada = okta.addPerson(ADA);
  const group = okta.addGroup({ name: "Engineering", memberIds: [ada.id] });
  await post(okta, `/admin/people/${ada.id}/assign`, {});
  await post(okta, `/admin/people/${ada.id}`, { ...ADA, firstName: "Adeline" });
  await post(okta, `/admin/groups/${group.id}/push`, {});
  const { text } = await page(`${okta.url}/admin`);
  assert.equal(okta.person(ada.id).app.status, "provisioned");
  for (const shown of ["Unassign Adeline Park", "Push now Engineering", "Create Ada Park", "&quot;givenName&quot;"]) {
    assert.ok(text.includes(shown), shown);
  }
  assert.ok(!text.includes("secret-token"));
});

test("saving the app keeps the token when it is left empty, and refuses what is not an address", async (t) => {
  const { okta, service } = await connected(t);
  const app = { acsUrl: "https://acme.test/okta/auth", audience: "https://acme.test", scimBaseUrl: service.baseUrl };
  await post(okta, "/admin/app", { ...app, scimToken: "", generation: "wizard" });
  assert.equal(service.received[0]?.headers.find(([name]) => name === "Authorization")?.[1], "Bearer secret-token");
  await post(okta, "/admin/app", { ...app, acsUrl: "javascript:alert(1)", scimToken: "", generation: "wizard" });
  const { text } = await page(`${okta.url}/admin`);
  assert.ok(text.includes("Single Sign-On URL: “javascript:alert(1)” is not an http or https URL"));
  assert.ok(text.includes('value="https://acme.test/okta/auth"'));
});

test("names are text, never markup, on the pages", async (t) => {
  const { okta } = await connected(t);
  const { id } = okta.addPerson({ firstName: "<img src=x>", lastName: '"><script>', email: "x@example.test" });
  okta.addGroup({ name: "<b>bold</b>", memberIds: [id] });
  const cookie = await signInAs(okta, id);
  for (const path of ["/admin", "/"]) {
    const { text } = await page(okta.url + path, { cookie });
    assert.ok(!/<img src=x>|"><script>|<b>bold/.test(text), path);
  }
});

test("a form from another site changes nothing", async (t) => {
  const { okta } = await connected(t);
  const { id } = okta.addPerson(ADA);
  const answer = await post(okta, `/admin/people/${id}/assign`, {}, { origin: "https://elsewhere.test" });
  assert.equal(answer.status, 403);
  assert.equal(okta.person(id).app.assigned, false);
});

test("the demo starts with people who are not assigned and with groups", async (t) => {
  const { okta } = await connected(t, {}, { demo: true });
  assert.deepEqual(
    okta.people.slice(0, 3).map(({ email, app }) => [email, app.assigned]),
    [
      ["ada.park@example.test", false],
      ["bo.li@example.test", false],
      ["grace.holm@example.test", false],
    ],
  );
  assert.deepEqual(
    okta.groups.map(({ name }) => name),
    ["Engineering", "Platform Team"],
  );
});

async function page(url: string, headers: Record<string, string> = {}) {
  const answer = await fetch(url, { headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

function post(okta: OktaOrg, path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(form);
  return fetch(okta.url + path, {
    method: "POST",
    body,
    redirect: "manual",
    headers: { origin: okta.url, ...headers },
  });
}

/** The cookie of a browser in which this person was chosen. */
async function signInAs(okta: OktaOrg, person: string): Promise<string> {
  const answer = await post(okta, "/sign-in-as", { person, next: "/" });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

/** A `SAMLRequest` of the HTTP-Redirect binding. */
function request(attributes: string): string {
  const xml = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_abc123"${attributes}/>`;
  return `SAMLRequest=${encodeURIComponent(deflateRawSync(xml).toString("base64"))}`;
}

function responseIn(html: string): string {
  return Buffer.from(/name="SAMLResponse" value="([^"]*)"/.exec(html)?.[1] ?? "", "base64").toString("utf8");
}
