import assert from "node:assert/strict";
import { test } from "node:test";
import { type Features, resourceTypes, schemas, serviceProviderConfig } from "./discovery.ts";
import { isScimType, scimError } from "./error.ts";
import { ENTERPRISE_URN, GROUP_URN, USER_URN } from "./schema.ts";

const base = "https://acme.base.test/okta/scim";
const nothing: Features = { patch: false, bulk: false, filter: false, sort: false, etag: false, cursor: false };
const everything: Features = {
  patch: true,
  bulk: { maxOperations: 1000, maxPayloadSize: 16_777_216 },
  filter: { maxResults: 200 },
  sort: true,
  etag: true,
  cursor: { timeoutSeconds: 3600 },
};

test("ServiceProviderConfig says what the service can do, and no more", () => {
  const can = serviceProviderConfig(base, everything);
  assert.deepEqual(can["bulk"], { supported: true, maxOperations: 1000, maxPayloadSize: 16_777_216 });
  assert.deepEqual(can["filter"], { supported: true, maxResults: 200 });
  assert.deepEqual(can["pagination"], {
    index: true,
    cursor: true,
    defaultPaginationMethod: "index",
    defaultPageSize: 100,
    maxPageSize: 200,
    cursorTimeout: 3600,
  });
  const cannot = serviceProviderConfig(base, nothing);
  for (const feature of ["patch", "bulk", "filter", "sort", "etag", "changePassword"]) {
    assert.equal((cannot[feature] as { supported: boolean }).supported, false, feature);
  }
  assert.deepEqual(cannot["bulk"], { supported: false, maxOperations: 0, maxPayloadSize: 0 });
  assert.deepEqual(cannot["pagination"], { index: true, cursor: false, defaultPaginationMethod: "index" });
});

test("the resource types are users, with the enterprise extension, and groups", () => {
  const [user, group, ...more] = resourceTypes(base);
  assert.deepEqual(more, []);
  assert.deepEqual(user?.["schemaExtensions"], [{ schema: ENTERPRISE_URN, required: false }]);
  assert.deepEqual([user["endpoint"], user["schema"]], ["/Users", USER_URN]);
  assert.deepEqual([group?.["endpoint"], group?.["schema"]], ["/Groups", GROUP_URN]);
  assert.deepEqual(group?.["meta"], { resourceType: "ResourceType", location: `${base}/ResourceTypes/Group` });
});

interface Shown {
  readonly name: string;
  readonly type: string;
  readonly subAttributes?: readonly Shown[];
  readonly [characteristic: string]: unknown;
}

test("every attribute in /Schemas has all the characteristics of RFC 7643 §7", () => {
  const walk = (attributes: readonly Shown[]): void => {
    for (const one of attributes) {
      const wanted = [
        "type",
        "multiValued",
        "description",
        "required",
        "caseExact",
        "mutability",
        "returned",
        "uniqueness",
      ];
      for (const name of wanted) assert.ok(name in one, `${one.name}.${name}`);
      assert.equal(one.type === "complex", one.subAttributes !== undefined, one.name);
      assert.equal(one.type === "reference", "referenceTypes" in one, one.name);
      walk(one.subAttributes ?? []);
    }
  };
  for (const schema of schemas(base)) walk(schema["attributes"] as unknown as Shown[]);
});

test("/Schemas has the attributes of RFC 7643 §4 and none of its own", () => {
  const names = schemas().map((one) => (one["attributes"] as unknown as Shown[]).map(({ name }) => name));
  assert.deepEqual(names, [
    [
      ...[
        "userName",
        "name",
        "displayName",
        "nickName",
        "profileUrl",
        "title",
        "userType",
        "preferredLanguage",
        "locale",
      ],
      ...["timezone", "active", "password", "emails", "phoneNumbers", "ims", "photos", "addresses", "groups"],
      ...["entitlements", "roles", "x509Certificates"],
    ],
    ["employeeNumber", "costCenter", "organization", "division", "department", "manager"],
    ["displayName", "members"],
  ]);
});

test("passwords are never returned", () => {
  const [attributes] = schemas().map((one) => one["attributes"] as unknown as Shown[]);
  const password = attributes?.find(({ name }) => name === "password");
  assert.deepEqual([password?.["returned"], password?.["mutability"]], ["never", "writeOnly"]);
});

test("an error body has its status as text and only the standard's words as scimType", () => {
  assert.deepEqual(scimError(409, "Taken.", "uniqueness"), {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    status: "409",
    scimType: "uniqueness",
    detail: "Taken.",
  });
  assert.deepEqual(Object.keys(scimError(404, "There is no such user.", "notFound")), ["schemas", "status", "detail"]);
  assert.equal(isScimType("invalidFilter"), true);
  assert.equal(isScimType("constructor"), false);
});
