import { type Check, holds, same } from "../check.ts";
import { type Json, refused, USER } from "../server.ts";

const LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

export const discovery: readonly Check[] = [
  {
    name: "ServiceProviderConfig says of each feature whether it is supported",
    cites: "RFC 7643 §5",
    async run(server) {
      const config = await server.read("/ServiceProviderConfig");
      same("schemas", config.schemas, [CONFIG]);
      for (const name of ["patch", "bulk", "filter", "changePassword", "sort", "etag"]) {
        same(`the type of ${name}.supported`, typeof config[name]?.supported, "boolean");
      }
      for (const name of ["maxOperations", "maxPayloadSize"]) same(`bulk.${name}`, typeof config.bulk[name], "number");
      same("filter.maxResults", typeof config.filter.maxResults, "number");
    },
  },
  {
    name: "ServiceProviderConfig names how to authenticate",
    cites: "RFC 7643 §5",
    async run(server) {
      const { authenticationSchemes } = await server.read("/ServiceProviderConfig");
      holds("authenticationSchemes", authenticationSchemes?.length > 0, "at least one", authenticationSchemes);
      for (const scheme of authenticationSchemes) {
        for (const name of ["type", "name", "description"]) same(`${name} of a scheme`, typeof scheme[name], "string");
      }
    },
  },
  {
    name: "ResourceTypes lists the kinds of resource with their endpoints and schemas",
    cites: "RFC 7643 §6",
    async run(server) {
      const { schemas, totalResults, Resources } = await server.read("/ResourceTypes");
      same("schemas", schemas, [LIST]);
      same("totalResults", totalResults, Resources.length);
      const user = Resources.find(({ schema }: Json) => schema === USER);
      same("the endpoint of users", user?.endpoint, "/Users");
      for (const { name, endpoint, schema } of Resources) {
        holds("a resource type", [name, endpoint, schema].every(Boolean), "name, endpoint, schema", {
          name,
          endpoint,
          schema,
        });
      }
    },
  },
  {
    name: "each resource type is found under its name",
    cites: "RFC 7644 §4",
    async run(server) {
      for (const type of (await server.read("/ResourceTypes")).Resources) {
        same("the name", (await server.read(`/ResourceTypes/${type.id ?? type.name}`)).name, type.name);
      }
    },
  },
  {
    name: "Schemas has every schema that a resource type names, and each under its URN",
    cites: "RFC 7643 §7, RFC 7644 §4",
    async run(server) {
      const ids = (await server.read("/Schemas")).Resources.map(({ id }: Json) => id);
      for (const { schema, schemaExtensions = [] } of (await server.read("/ResourceTypes")).Resources) {
        for (const urn of [schema, ...schemaExtensions.map((one: Json) => one.schema)]) {
          holds("the list", ids.includes(urn), urn, ids);
          same("the id of the schema", (await server.read(`/Schemas/${urn}`)).id, urn);
        }
      }
    },
  },
  {
    name: "each attribute of a schema has its characteristics",
    cites: "RFC 7643 §7",
    async run(server) {
      for (const { attributes } of (await server.read("/Schemas")).Resources) {
        for (const attribute of attributes) {
          for (const name of ["name", "type", "multiValued", "required", "mutability", "returned"]) {
            holds(`${attribute.name}.${name}`, attribute[name] !== undefined, "some value", attribute[name]);
          }
        }
      }
    },
  },
  {
    name: "a filter on Schemas and ResourceTypes is 403",
    cites: "RFC 7644 §4",
    async run(server) {
      for (const path of ["/Schemas", "/ResourceTypes"]) {
        refused(`a filter on ${path}`, await server.ask("GET", `${path}?filter=name%20eq%20%22User%22`), [403]);
      }
    },
  },
  {
    name: "answers have the media type of SCIM",
    cites: "RFC 7644 §3.1, §8.1",
    async run(server) {
      const { headers } = await server.ask("GET", "/ServiceProviderConfig");
      same("Content-Type", headers.get("content-type")?.split(";")[0], "application/scim+json");
    },
  },
];
