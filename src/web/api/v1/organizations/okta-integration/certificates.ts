import { z } from "zod";
import { addCertificates, dropCertificate } from "../../../../../domain/integration/certificates.ts";
import { getIntegration } from "../../../../../domain/integration/integration.ts";
import { parseCertificates } from "../../../../../protocols/saml/certificate.ts";
import { changeInOrganization, operation, organizationScope, pathValue, reply } from "../../contract/operation.ts";
import { nothing } from "../../contract/schemas.ts";
import { integration, shown } from "./schemas.ts";

const newCertificate = z
  .strictObject({
    certificate: z.string().max(1_000_000).meta({ description: "One or several certificates, PEM or bare base64." }),
  })
  .meta({ id: "NewCertificate" });

const postCertificate = operation({
  method: "POST",
  path: "/api/v1/organizations/:slug/okta-integration/certificates",
  name: "addCertificates",
  summary: "Trust the identity provider's next certificate besides those before. 200: it was there already.",
  body: newCertificate,
  answers: { 200: integration, 201: integration },
  async run({ c, body }) {
    const { added, saved } = await changeInOrganization(c, async (scope) => {
      await getIntegration(scope);
      const [added] = await addCertificates(scope, parseCertificates(body.certificate));
      return { added, saved: shown(scope.organization, await getIntegration(scope)) };
    });
    if (added === undefined) return reply(200, saved);
    const all = `/api/v1/organizations/${pathValue(c, "slug")}/okta-integration/certificates`;
    return reply(201, saved, `${all}/${added}`);
  },
});

const deleteCertificate = operation({
  method: "DELETE",
  path: "/api/v1/organizations/:slug/okta-integration/certificates/:fingerprintSha256",
  name: "dropCertificate",
  summary: "Stop trusting a certificate.",
  answers: { 204: nothing },
  refusals: { 409: "It is the only certificate." },
  async run({ c }) {
    await dropCertificate(await organizationScope(c), pathValue(c, "fingerprintSha256"));
    return reply(204, undefined);
  },
});

/** `/api/v1/organizations/:slug/okta-integration/certificates` */
export const certificateOperations = [postCertificate, deleteCertificate];
