import { z } from "zod";
import { createScimToken, revokeScimToken } from "../../../../../domain/integration/tokens.ts";
import { changeInOrganization, operation, organizationScope, pathValue, reply } from "../../contract/operation.ts";
import { id, nothing, sentTime, text } from "../../contract/schemas.ts";

const postToken = operation({
  method: "POST",
  path: "/api/v1/organizations/:slug/okta-integration/scim-tokens",
  name: "createScimToken",
  summary: "Make another SCIM token, shown this once. Those before stay valid until they are deleted.",
  body: z
    .strictObject({
      name: text(100).optional().meta({ description: "What the lists call it. At first `Okta, 27 November 2026`." }),
      expiresAt: sentTime.nullable().optional(),
    })
    .meta({ id: "NewScimToken" }),
  answers: { 201: z.strictObject({ id, token: z.string() }).meta({ id: "MadeScimToken" }) },
  refusals: { 409: "The integration provisions just in time and takes no SCIM token." },
  async run({ c, body }) {
    const made = await changeInOrganization(c, (scope) => createScimToken(scope, body.expiresAt ?? null, body.name));
    c.var.parts.gate.forget();
    const all = `/api/v1/organizations/${pathValue(c, "slug")}/okta-integration/scim-tokens`;
    return reply(201, made, `${all}/${made.id}`);
  },
});

const deleteToken = operation({
  method: "DELETE",
  path: "/api/v1/organizations/:slug/okta-integration/scim-tokens/:id",
  name: "revokeScimToken",
  summary: "Revoke a SCIM token: the next request with it is refused.",
  answers: { 204: nothing },
  async run({ c }) {
    await revokeScimToken(await organizationScope(c), pathValue(c, "id"));
    c.var.parts.gate.forget();
    return reply(204, undefined);
  },
});

/** `/api/v1/organizations/:slug/okta-integration/scim-tokens` */
export const scimTokenOperations = [postToken, deleteToken];
