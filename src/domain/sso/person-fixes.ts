import type { Explanations } from "./sign-in-fixes.ts";

const PEOPLE = { label: "Open People", href: "/people" };
const SETTINGS = { label: "Open Sign-in settings", href: "/settings/okta/sign-in" };
const AGAIN = "Start again: from the sign-in page here, or by clicking the tile.";

/** Refusals that are about the request that is answered, and about the person, once the response itself is good. */
export const PERSON_FIXES: Explanations = {
  request: () => ({
    cause: "Something was posted here that is no SAML response: the form has no SAMLResponse, or several.",
    steps: [
      "Nobody posts here by hand. If your identity provider does, look at its assertion consumer service URL.",
      AGAIN,
    ],
  }),
  integration: () => ({
    cause: "The organization has no Single Sign-On: it was not set up, was disconnected, or the plan lacks it.",
    steps: ["Set it up here, or remove the tile at the identity provider."],
    setting: { label: "Open Okta Integration", href: "/settings/okta" },
  }),
  "idp-initiated": ({ words }) => ({
    cause: `The sign-in began at ${words.name}, and this organization takes only those that begin here.`,
    steps: [
      "Sign in from the sign-in page of the organization.",
      "Or allow sign-ins that begin at the identity provider.",
    ],
    setting: SETTINGS,
  }),
  replay: ({ words }) => ({
    cause: "This very response was used to sign in before. Each is good once.",
    steps: [
      "Usually somebody went back in the browser, or loaded the page again. Nothing has to be done.",
      `If nobody did so, look in the system log of ${words.name} for who signed in as this person.`,
    ],
  }),
  "unknown-person": ({ words, got }) => ({
    cause: `${words.name} vouches for ${got || "this person"}, but nobody here has this address, and nobody is made just in time.`,
    steps: [
      `Assign the person at ${words.name} (${words.assign}); where it provisions people by SCIM, it then pushes them here.`,
      "If they are here under another address, correct the address at one of the two sides.",
      "Or switch on just-in-time provisioning here, so that whoever signs in becomes a member.",
    ],
    setting: { label: "Change provisioning here", href: "/settings/okta/setup" },
  }),
  removed: ({ got }) => ({
    cause: `${got || "This person"} was removed here by hand, while the directory still has them.`,
    steps: ["Invite them again, or unassign them at the identity provider and assign them anew."],
    setting: PEOPLE,
  }),
  deactivated: ({ words, got }) => ({
    cause: `${got || "This person"} is deactivated here, and signing in revives nobody.`,
    steps: [
      `If they should be in: activate or assign them at ${words.name}; the directory then activates them here.`,
      "If no directory manages them, have an owner activate them.",
    ],
    setting: PEOPLE,
  }),
};
