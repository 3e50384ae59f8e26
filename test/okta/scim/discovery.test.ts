import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, oktaUser } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());
const org = await newOrganization(service);

test("what ServiceProviderConfig says of ETags, bulk requests, filters and PATCH is so", async () => {
  const { body } = await org.scim("GET", "/ServiceProviderConfig");
  assert.deepEqual([body.etag, body.patch], [{ supported: true }, { supported: true }]);
  assert.deepEqual(body.bulk, { supported: true, maxOperations: 1_000, maxPayloadSize: 16 * 1024 * 1024 });
  assert.deepEqual(body.filter, { supported: true, maxResults: 200 });
  assert.deepEqual(body.changePassword, { supported: false });
  const { headers } = await org.scim("GET", `/Users/${(await pushUser(org)).id}`);
  assert.match(headers.get("etag") ?? "", /^W\/"/);
  const operations = [{ method: "POST", path: "/Users", bulkId: "a", data: oktaUser() }];
  assert.equal((await org.scim("POST", "/Bulk", { Operations: operations })).status, 200);
});

test("ServiceProviderConfig names the one way to authenticate, with its specification", async () => {
  const { body } = await org.scim("GET", "/ServiceProviderConfig");
  assert.equal(body.authenticationSchemes.length, 1);
  const [{ type, name, description, specUri, primary }] = body.authenticationSchemes;
  assert.deepEqual([type, specUri, primary], ["oauthbearertoken", "https://www.rfc-editor.org/info/rfc6750", true]);
  assert.ok(name && description);
});

test("/Schemas and /ResourceTypes list all of theirs on one page, whatever page is asked for", async () => {
  for (const [path, total] of [
    ["/Schemas", 3],
    ["/ResourceTypes", 2],
  ] as const) {
    const { body } = await org.scim("GET", path);
    assert.deepEqual([body.totalResults, body.itemsPerPage, body.Resources.length], [total, total, total]);
    for (const query of ["?startIndex=2&count=1", "?count=0", "?sortBy=id", "?attributes=id"]) {
      assert.deepEqual((await org.scim("GET", path + query)).body, body);
    }
    for (const { id, meta } of body.Resources) {
      const one = await org.scim("GET", `${path}/${encodeURIComponent(id)}`);
      assert.deepEqual([one.status, one.body.id, one.body.meta.location], [200, id, meta.location]);
      assert.equal((await service.fetch(meta.location)).status, 200);
    }
  }
});

test("a filter on /Schemas or /ResourceTypes is 403, for the whole list would be taken for what it found", async () => {
  for (const path of ["/Schemas", "/ResourceTypes"]) {
    assertScimError(await org.scim("GET", `${path}?filter=${encodeURIComponent('id eq "User"')}`), 403);
  }
});
