import { z } from "zod";
import { inTransaction } from "../../../db/database.ts";
import { changeByOperator } from "../../../domain/integration/enforcement.ts";
import { addMember } from "../../../domain/members/members.ts";
import type { Organization } from "../../../domain/organizations/organization.ts";
import {
  createOrganization,
  deleteOrganization,
  listOrganizations,
} from "../../../domain/organizations/organizations.ts";
import type { Context } from "../../edge/context.ts";
import { pointingAt } from "./contract/input.ts";
import { changeInOrganization, OPERATOR, operation, organizationScope, reply } from "./contract/operation.ts";
import { page, pageOf, pageQuery } from "./contract/page.ts";
import { id, nothing, text, time } from "./contract/schemas.ts";

const organization = z
  .strictObject({
    id,
    slug: z.string(),
    name: z.string(),
    plan: z.string(),
    url: z.url().meta({ description: "ORG_URL: where its people sign in." }),
    ssoEnforced: z.boolean(),
    createdAt: time,
  })
  .meta({ id: "Organization" });

const plan = z
  .string()
  .regex(/^[a-z0-9_-]{1,63}$/, { error: "A plan has 1 to 63 characters of a-z, 0-9, _ and -." })
  .meta({ description: "Only the plans in INTEGRATION_PLANS include the Okta integration." });

const newOrganization = z
  .strictObject({
    slug: z.string().meta({ description: "1 to 63 of a-z, 0-9 and -; not a reserved name." }),
    name: text(1000),
    plan: plan.default("scaleup"),
    owner: z.strictObject({ email: text(1000), name: text(1000) }).optional(),
  })
  .meta({ id: "NewOrganization" });

const organizationChange = z
  .strictObject({ name: text(1000).optional(), plan: plan.optional(), ssoEnforced: z.boolean().optional() })
  .meta({ id: "OrganizationChange" });

const postOrganization = operation({
  method: "POST",
  path: "/api/v1/organizations",
  name: "createOrganization",
  summary: "Make an organization, with its first owner if one is named.",
  body: newOrganization,
  answers: { 201: organization },
  refusals: { 409: "The slug is taken." },
  async run({ c, body }) {
    const made = await createWithOwner(c, body);
    return reply(201, shown(made), `/api/v1/organizations/${made.slug}`);
  },
});

const getOrganizations = operation({
  method: "GET",
  path: "/api/v1/organizations",
  name: "listOrganizations",
  summary: "List organizations, in the order in which they were made.",
  query: pageQuery,
  answers: { 200: pageOf(organization) },
  async run({ c, query: { cursor, limit } }) {
    const { db, settings } = c.var.parts;
    const rows = await listOrganizations(db, settings, { ...(cursor && { after: cursor }), limit: limit + 1 });
    return reply(200, page(rows, limit, shown));
  },
});

const getOrganization = operation({
  method: "GET",
  path: "/api/v1/organizations/:slug",
  name: "getOrganization",
  summary: "Read an organization.",
  answers: { 200: organization },
  async run({ c }) {
    return reply(200, shown((await organizationScope(c)).organization));
  },
});

const patchOrganization = operation({
  method: "PATCH",
  path: "/api/v1/organizations/:slug",
  name: "changeOrganization",
  summary:
    "Change an organization's name or plan, or enforce Single Sign-On. Sessions that were opened in another way end a day " +
    "after that; owners may still have sign-in links.",
  body: organizationChange,
  answers: { 200: organization },
  refusals: { 409: "Single Sign-On cannot be enforced: no owner has signed in with it yet, or the plan lacks it." },
  async run({ c, body }) {
    const changed = await changeInOrganization(c, (scope) => changeByOperator(scope, c.var.parts.settings, body));
    c.var.parts.gate.forget();
    return reply(200, shown(changed));
  },
});

const deleteOrganizationForGood = operation({
  method: "DELETE",
  path: "/api/v1/organizations/:slug",
  name: "deleteOrganization",
  summary: "Delete an organization with its members, integration and audit log. There is no way back.",
  answers: { 204: nothing },
  async run({ c }) {
    await deleteOrganization(await organizationScope(c));
    c.var.parts.gate.forget();
    return reply(204, undefined);
  },
});

/** `/api/v1/organizations` */
export const organizationOperations = [
  postOrganization,
  getOrganizations,
  getOrganization,
  patchOrganization,
  deleteOrganizationForGood,
];

/** Both or neither: an organization is not left behind without the owner who was asked for. */
function createWithOwner(c: Context, body: z.output<typeof newOrganization>): Promise<Organization> {
  const { parts, now, referenceId, ip } = c.var;
  const { owner, ...wanted } = body;
  return inTransaction(parts.db, async (db) => {
    const founder = { db, actor: OPERATOR, now, referenceId, ip, log: parts.log };
    const made = await createOrganization(founder, parts.settings, wanted);
    if (owner) {
      const scope = { ...founder, organization: made };
      await pointingAt("#/owner", ["email", "name"], () => addMember(scope, { ...owner, role: "owner" }));
    }
    return made;
  });
}

function shown(organization: Organization) {
  const { id, slug, name, plan, url, ssoEnforced, createdAt } = organization;
  return { id, slug, name, plan, url, ssoEnforced, createdAt: createdAt.toISOString() };
}
