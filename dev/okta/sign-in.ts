import { type AppSettings, type Org, type Person, personById } from "./org.ts";
import { buildResponse, type ResponseValues, windowAround } from "./saml/response.ts";
import { applicationUsername } from "./scim/bodies.ts";

/** What a test may say in place of what Okta would; `now` moves the whole window. */
export type ResponseOverrides = Partial<ResponseValues> & { readonly now?: Date };

/**
 * The base64 `SAMLResponse` for a person, in Okta's shape: NameID the application username, attributes firstName, lastName
 * and email, and the person's groups, left out when there are none. Asks nobody whether the person may sign in. Throws if
 * the app is not configured and the overrides do not say where the response goes.
 */
export function signedResponse(org: Org, personId: string, overrides: ResponseOverrides = {}): string {
  const { now = new Date(), ...values } = overrides;
  const person = personById(org, personId);
  const usual = usualValues(org, appOf(org, values), person, now);
  return Buffer.from(buildResponse({ ...usual, ...values }, org.keys)).toString("base64");
}

/** Why this person may not sign in to the app, as a sentence; undefined when they may. */
export function refusal(org: Org, person: Person): string | undefined {
  const name = `${person.firstName} ${person.lastName}`;
  if (org.app === undefined) return "The app is not configured yet: an admin pastes its values on the admin page.";
  if (person.status === "deactivated") return `${name} is deactivated in this Okta.`;
  if (!person.app.assigned) return `${name} is not assigned to this app.`;
  return undefined;
}

function appOf(org: Org, values: Partial<ResponseValues>): AppSettings {
  if (org.app !== undefined) return org.app;
  const { destination = "", audience = "" } = values;
  if (destination === "" || audience === "") throw new Error("The app is not configured");
  return { acsUrl: destination, audience, scimBaseUrl: "", scimToken: "", generation: "wizard" };
}

function usualValues(org: Org, app: AppSettings, person: Person, now: Date): ResponseValues {
  const groups = [...org.groups.values()].filter((group) => group.memberIds.includes(person.id));
  return {
    ...windowAround(now),
    destination: app.acsUrl,
    recipient: app.acsUrl,
    issuer: org.issuer,
    audience: app.audience,
    nameId: applicationUsername(app, person),
    nameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    inResponseTo: undefined,
    sessionNotOnOrAfter: undefined,
    attributes: new Map([
      ["firstName", [person.firstName]],
      ["lastName", [person.lastName]],
      ["email", [person.email]],
      ["groups", groups.map((group) => group.name)],
    ]),
    statusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
    signed: "both",
  };
}
