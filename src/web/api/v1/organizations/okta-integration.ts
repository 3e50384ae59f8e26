import { z } from "zod";
import { disconnect, previewDisconnect } from "../../../../domain/integration/disconnect.ts";
import {
  checkIntegration,
  getIntegration,
  type IntegrationSettings,
  saveIntegration,
} from "../../../../domain/integration/integration.ts";
import { changeSignIn, checkSignInChanges } from "../../../../domain/integration/sign-in-settings.ts";
import type { Context } from "../../../edge/context.ts";
import { changeInOrganization, operation, organizationScope, pathValue, reply } from "../contract/operation.ts";
import { job, shownJob } from "../jobs.ts";
import { metadataFrom, metadataOf } from "./okta-integration/metadata.ts";
import {
  disconnectPreview,
  integration,
  integrationInput,
  savedIntegration,
  shown,
  signInChanges,
} from "./okta-integration/schemas.ts";

const putIntegration = operation({
  method: "PUT",
  path: "/api/v1/organizations/:slug/okta-integration",
  name: "saveIntegration",
  summary:
    "Set the Okta integration up, or change it. A SCIM token is made the first time and shown this once; changing SAML " +
    "values keeps the tokens.",
  body: integrationInput,
  answers: { 200: savedIntegration, 201: savedIntegration },
  refusals: { 409: "The plan lacks the integration, or a disconnect is still under way." },
  async run({ c, body }) {
    await organizationScope(c);
    const settings = await settingsOf(c, body);
    const { created, saved } = await changeInOrganization(c, async (scope) => {
      const { created, scimToken } = await saveIntegration(scope, settings);
      const now = shown(scope.organization, await getIntegration(scope));
      return { created, saved: { ...now, ...(scimToken && { scimToken }) } };
    });
    c.var.parts.gate.forget();
    if (!created) return reply(200, saved);
    return reply(201, saved, `/api/v1/organizations/${pathValue(c, "slug")}/okta-integration`);
  },
});

const patchIntegration = operation({
  method: "PATCH",
  path: "/api/v1/organizations/:slug/okta-integration",
  name: "changeIntegration",
  summary: "Change how people sign in. Certificates and tokens stay, and so do sessions that are open.",
  body: signInChanges,
  answers: { 200: integration },
  async run({ c, body }) {
    const saved = await changeInOrganization(c, async (scope) => {
      await changeSignIn(scope, body);
      return shown(scope.organization, await getIntegration(scope));
    });
    return reply(200, saved);
  },
});

const getOneIntegration = operation({
  method: "GET",
  path: "/api/v1/organizations/:slug/okta-integration",
  name: "getIntegration",
  summary: "Read the Okta integration.",
  answers: { 200: integration },
  async run({ c }) {
    const scope = await organizationScope(c);
    return reply(200, shown(scope.organization, await getIntegration(scope)));
  },
});

const disconnectQuery = z.strictObject({
  createdMembers: z.enum(["delete", "keep"]).default("delete").describe("What becomes of the members that it made."),
});

const deleteIntegration = operation({
  method: "DELETE",
  path: "/api/v1/organizations/:slug/okta-integration",
  name: "disconnect",
  summary:
    "Disconnect: sign-in and SCIM stop at once, and the members that the integration made are deleted, or kept as plain " +
    "members.",
  query: disconnectQuery,
  answers: { 202: job },
  refusals: { 409: "No owner would remain." },
  async run({ c, query: { createdMembers } }) {
    const started = await disconnect(await organizationScope(c), createdMembers);
    c.var.parts.gate.forget();
    c.var.parts.worker.wake();
    return reply(202, shownJob(started), `/api/v1/jobs/${started.id}`);
  },
});

const getDisconnectPreview = operation({
  method: "GET",
  path: "/api/v1/organizations/:slug/okta-integration/disconnect-preview",
  name: "previewDisconnect",
  summary: "See how many members a disconnect would delete, and how many it would keep.",
  answers: { 200: disconnectPreview },
  async run({ c }) {
    const scope = await organizationScope(c);
    await getIntegration(scope);
    const { membersDeleted, membersKept } = await previewDisconnect(scope);
    return reply(200, { membersDeleted, membersKept });
  },
});

/** `/api/v1/organizations/:slug/okta-integration` */
export const integrationOperations = [
  putIntegration,
  patchIntegration,
  getOneIntegration,
  deleteIntegration,
  getDisconnectPreview,
];

/** Metadata is fetched before anything is held: its server may be slow. A PUT without its address stops the daily one. */
async function settingsOf(c: Context, body: z.output<typeof integrationInput>): Promise<IntegrationSettings> {
  const { ssoUrl = "", issuer = "", certificate = "", metadataXml, metadataUrl, provisioning, ...signIn } = body;
  const chosen = { provisioning, sessionDays: undefined, signIn: checkSignInChanges(signIn) };
  if (metadataUrl !== undefined) {
    return { ...chosen, ...(await metadataFrom(c, metadataUrl)), metadata: { url: metadataUrl } };
  }
  if (metadataXml !== undefined) return { ...chosen, ...(await metadataOf(c, metadataXml)), metadata: { url: null } };
  return { ...checkIntegration({ ssoUrl, issuer, certificate, provisioning, signIn }), forgetsMetadata: true };
}
