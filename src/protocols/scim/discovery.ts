import type { JsonObject, JsonValue } from "./json.ts";
import { type Attribute, ENTERPRISE, GROUP, type ResourceType, SCHEMAS_OF, type Schema, USER } from "./schema.ts";

/** What the service can do at present; ServiceProviderConfig says just this, for clients choose their requests by it. */
export interface Features {
  readonly patch: boolean;
  /** Operations in one bulk request, and bytes of its body; `false` if there is no bulk. */
  readonly bulk: { readonly maxOperations: number; readonly maxPayloadSize: number } | false;
  /** Resources on a page at most; `false` if filters are not understood. */
  readonly filter: { readonly maxResults: number } | false;
  readonly sort: boolean;
  readonly etag: boolean;
  /** Pages by cursor (RFC 9865): how many seconds a cursor lives; `false` if there are only pages by index. */
  readonly cursor: { readonly timeoutSeconds: number } | false;
}

/**
 * `/ServiceProviderConfig` (RFC 7643 §5; `pagination`: RFC 9865 §4). JumpCloud, Google and Rippling choose PUT or PATCH
 * from it. `baseUrl`: the SCIM base URL, without a slash at its end.
 */
export function serviceProviderConfig(baseUrl: string, features: Features): JsonObject {
  const { patch, bulk, filter, sort, etag, cursor } = features;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    patch: { supported: patch },
    bulk: { supported: bulk !== false, ...(bulk || { maxOperations: 0, maxPayloadSize: 0 }) },
    filter: { supported: filter !== false, ...(filter || { maxResults: 0 }) },
    changePassword: { supported: false },
    sort: { supported: sort },
    etag: { supported: etag },
    pagination: {
      index: true,
      cursor: cursor !== false,
      defaultPaginationMethod: "index",
      ...(filter && { defaultPageSize: 100, maxPageSize: filter.maxResults }),
      ...(cursor && { cursorTimeout: cursor.timeoutSeconds }),
    },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "SCIM token",
        description: "The bearer token that the settings page of the integration showed once.",
        specUri: "https://www.rfc-editor.org/info/rfc6750",
        primary: true,
      },
    ],
    meta: { resourceType: "ServiceProviderConfig", location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** The resources of `/ResourceTypes` (RFC 7643 §6). */
export function resourceTypes(baseUrl: string): JsonObject[] {
  return (["User", "Group"] as const).map((name) => resourceType(name, baseUrl));
}

function resourceType(name: ResourceType, baseUrl: string): JsonObject {
  const [core, ...extensions] = SCHEMAS_OF[name];
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    id: name,
    name,
    description: core?.description ?? name,
    endpoint: `/${name}s`,
    schema: core?.urn ?? "",
    schemaExtensions: extensions.map(({ urn }) => ({ schema: urn, required: false })),
    meta: { resourceType: "ResourceType", location: `${baseUrl}/ResourceTypes/${name}` },
  };
}

/** The resources of `/Schemas` (RFC 7643 §7), from the table that validation uses. */
export function schemas(baseUrl = ""): JsonObject[] {
  return [USER, ENTERPRISE, GROUP].map((one) => schemaResource(one, baseUrl));
}

function schemaResource({ urn, name, description, attributes }: Schema, baseUrl: string): JsonObject {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    id: urn,
    name,
    description,
    attributes: attributes.map(attributeResource),
    meta: { resourceType: "Schema", location: `${baseUrl}/Schemas/${urn}` },
  };
}

function attributeResource(attribute: Attribute): JsonObject {
  const { name, type, multiValued, description, required, caseExact, mutability, returned, uniqueness } = attribute;
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  const optional: Record<string, JsonValue[]> = {};
  if (canonicalValues !== undefined) optional["canonicalValues"] = [...canonicalValues];
  if (referenceTypes !== undefined) optional["referenceTypes"] = [...referenceTypes];
  if (subAttributes.length > 0) optional["subAttributes"] = subAttributes.map(attributeResource);
  const characteristics = { required, caseExact, mutability, returned, uniqueness };
  return { name, type, multiValued, description, ...characteristics, ...optional };
}
