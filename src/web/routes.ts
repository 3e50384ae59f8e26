import { apiRoutes } from "./api-routes.ts";
import type { Door, Route } from "./edge/doors.ts";
import { consumeAssertion } from "./okta/auth.tsx";
import { startSignIn } from "./okta/login.ts";
import { serviceProviderMetadata } from "./okta/metadata.ts";
import { postBulk } from "./okta/scim/bulk.ts";
import {
  correctMisprint,
  getResourceType,
  getResourceTypes,
  getSchema,
  getSchemas,
  getServiceProviderConfig,
  refuseMe,
  refuseUnknownEndpoint,
} from "./okta/scim/discovery.ts";
import {
  deleteGroupResource,
  findGroups,
  getGroup,
  patchGroup,
  postGroup,
  putGroup,
  searchGroups,
} from "./okta/scim/groups.ts";
import { findEverything, searchEverything } from "./okta/scim/search.ts";
import {
  deleteUserResource,
  findUsers,
  getUser,
  patchUserResource,
  postUser,
  putUser,
  searchUsers,
} from "./okta/scim/users.ts";
import { apexPages, organizationPages } from "./page-routes.ts";

/** A directory with a SCIM token. */
const directory: Door = { directory: true };
/** Anybody, in SCIM's form. */
const scimOpen: Door = { open: "scim" };

/** Every address at an organization, `ORG_URL`. */
export const organizationRoutes: readonly Route[] = [
  ...organizationPages,
  {
    method: "POST",
    path: "/okta/auth",
    door: { open: "organization", crossSite: true, signIn: true },
    answer: consumeAssertion,
  },
  { method: "GET", path: "/okta/login", door: { open: "organization", signIn: "start" }, answer: startSignIn },
  { method: "GET", path: "/okta/metadata", door: { open: "organization" }, answer: serviceProviderMetadata },

  { method: "GET", path: "/okta/scim/Users", door: directory, answer: findUsers },
  { method: "POST", path: "/okta/scim/Users", door: directory, answer: postUser },
  { method: "POST", path: "/okta/scim/Users/.search", door: directory, answer: searchUsers },
  { method: "GET", path: "/okta/scim/Users/:id", door: directory, answer: getUser },
  { method: "PUT", path: "/okta/scim/Users/:id", door: directory, answer: putUser },
  { method: "PATCH", path: "/okta/scim/Users/:id", door: directory, answer: patchUserResource },
  { method: "DELETE", path: "/okta/scim/Users/:id", door: directory, answer: deleteUserResource },
  { method: "GET", path: "/okta/scim/Groups", door: directory, answer: findGroups },
  { method: "POST", path: "/okta/scim/Groups", door: directory, answer: postGroup },
  { method: "POST", path: "/okta/scim/Groups/.search", door: directory, answer: searchGroups },
  { method: "GET", path: "/okta/scim/Groups/:id", door: directory, answer: getGroup },
  { method: "PUT", path: "/okta/scim/Groups/:id", door: directory, answer: putGroup },
  { method: "PATCH", path: "/okta/scim/Groups/:id", door: directory, answer: patchGroup },
  { method: "DELETE", path: "/okta/scim/Groups/:id", door: directory, answer: deleteGroupResource },
  { method: "GET", path: "/okta/scim/ServiceProviderConfig", door: scimOpen, answer: getServiceProviderConfig },
  { method: "GET", path: "/okta/scim/ResourceTypes", door: scimOpen, answer: getResourceTypes },
  { method: "GET", path: "/okta/scim/ResourceTypes/:id", door: scimOpen, answer: getResourceType },
  { method: "GET", path: "/okta/scim/Schemas", door: scimOpen, answer: getSchemas },
  { method: "GET", path: "/okta/scim/Schemas/:id", door: scimOpen, answer: getSchema },
  { method: "POST", path: "/okta/scim/Bulk", door: directory, answer: postBulk },
  { method: "GET", path: "/okta/scim", door: directory, answer: findEverything },
  { method: "POST", path: "/okta/scim/.search", door: directory, answer: searchEverything },
  { method: "ALL", path: "/okta/scim/Me", door: directory, answer: refuseMe },
  { method: "ALL", path: "/okta/scim/*", door: directory, answer: refuseUnknownEndpoint },
  { method: "ALL", path: "/okta/scrim", door: scimOpen, answer: correctMisprint },
  { method: "ALL", path: "/okta/scrim/*", door: scimOpen, answer: correctMisprint },
];

/** Every address at the apex, `BASE_URL`. */
export const apexRoutes: readonly Route[] = [...apexPages, ...apiRoutes];
