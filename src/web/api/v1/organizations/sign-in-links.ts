import { z } from "zod";
import { createSignInLink } from "../../../../domain/sessions/links.ts";
import { operation, organizationScope, reply } from "../contract/operation.ts";
import { text, time } from "../contract/schemas.ts";

const postSignInLink = operation({
  method: "POST",
  path: "/api/v1/organizations/:slug/sign-in-links",
  name: "createSignInLink",
  summary: "Make a link that signs one member in, once, within 15 minutes. For owners also where SSO is enforced.",
  body: z.strictObject({ email: text(1000) }).meta({ id: "NewSignInLink" }),
  answers: { 201: z.strictObject({ url: z.url(), expiresAt: time }).meta({ id: "SignInLink" }) },
  refusals: {
    404: "There is no such organization, or no member of it has this email.",
    409: "The member is deactivated, or SSO is enforced and they are not an owner.",
  },
  async run({ c, body }) {
    const { url, expiresAt } = await createSignInLink(await organizationScope(c), body.email);
    return reply(201, { url, expiresAt: expiresAt.toISOString() });
  },
});

/** `/api/v1/organizations/:slug/sign-in-links` */
export const signInLinkOperations = [postSignInLink];
