import type { RefusalRecord } from "../../db/tables.ts";

/** What was refused, as far as is known. */
export interface Refused {
  readonly status: number;
  readonly refusal: RefusalRecord | null;
}

/** Why, and what the administrator does about it in Okta or here. */
export interface Fix {
  readonly cause: string;
  readonly steps: readonly string[];
}

/** What a refusal is known by: all that is named here has to fit. */
interface Sign {
  readonly status: number;
  readonly code?: string;
  readonly sentence?: RegExp;
}

const AGAIN =
  "Then, in Okta, open the app, Dashboard, View Tasks (or Tasks), and retry the failed one; or unassign and assign.";

/** From the particular to the general: the first that fits is taken. */
const FIXES: readonly (readonly [sign: Sign, cause: string, ...steps: string[]])[] = [
  [
    { status: 409, code: "uniqueness", sentence: /^The userName / },
    "Another user here has this userName already.",
    "The answer names that user. In Okta, look for two people with the same Application username on this app.",
    "Give one of them another Application username, or unassign the one that should not be here.",
    AGAIN,
  ],
  [
    { status: 409, code: "uniqueness", sentence: /^The email .* another member/ },
    "The address belongs to a member who was here before, whom Okta does not manage under it.",
    "Ask an owner who that member is: open People and search for the address.",
    "If it is the same person, have the operator remove one of the two members; otherwise correct the address in Okta.",
    AGAIN,
  ],
  [
    { status: 409, code: "uniqueness", sentence: /^The email / },
    "Another user here has this address already.",
    "The answer names that user. In Okta, two people who are assigned to this app have the same primary email.",
    "Correct the address of one of them in the Okta profile, or unassign the one that should not be here.",
    AGAIN,
  ],
  [
    { status: 409, code: "uniqueness", sentence: /^The displayName / },
    "A group with this name is here already.",
    "In Okta, open Push Groups and choose Link Group instead of Create Group; or rename the group in Okta.",
  ],
  [
    { status: 409 },
    "The change does not fit what is here now.",
    "Read what the answer says, correct it in Okta, and let Okta try again.",
  ],
  [
    { status: 400, code: "invalidValue", sentence: /no email address/ },
    "The person has no email address, neither in emails nor as userName.",
    "In Okta, open the app, Sign On, and set Application username format to Email.",
    "Or give the person a primary email in the Okta profile.",
    AGAIN,
  ],
  [
    { status: 400, code: "invalidValue", sentence: /^No user here has the id / },
    "The group has a member whom we do not know: the group was pushed before its people.",
    "In Okta, assign the people of the group to the app first (Assignments, Assign, Assign to Groups).",
    "Then open Push Groups and press Push now.",
  ],
  [
    { status: 400, code: "invalidValue", sentence: /characters|bytes/ },
    "A value is longer than we can keep.",
    "The answer names the attribute. Shorten it in the Okta profile, or remove its mapping in Provisioning, To App.",
    AGAIN,
  ],
  [
    { status: 400, code: "invalidValue" },
    "A value is not of the kind that its attribute takes.",
    "The answer names the attribute. Correct the value in the Okta profile, or its mapping in Provisioning, To App.",
    AGAIN,
  ],
  [
    { status: 400, code: "mutability", sentence: /last active owner/ },
    "This person is the last active owner of the organization, and somebody has to stay who can let others in.",
    "Make somebody else an owner here first: whoever runs this service can do that.",
    AGAIN,
  ],
  [
    { status: 400, code: "mutability" },
    "The request changes something that cannot be changed.",
    "The answer names the attribute. Remove its mapping in Okta, Provisioning, To App.",
  ],
  [
    { status: 400, code: "invalidFilter" },
    "The question names an attribute that does not exist, or cannot be read.",
    "In Okta, set Unique identifier field for users to email or userName (Provisioning, Integration).",
    "With another directory, look at what it matches users by.",
  ],
  [
    { status: 400 },
    "The request is not as SCIM 2.0 (RFC 7644) says.",
    "Look at the request below: the answer says where it is wrong.",
    "Custom attributes and mappings in Okta, Provisioning, To App, are the usual reason.",
  ],
  [
    { status: 401 },
    "The SCIM token was missing, mistyped, revoked or expired.",
    "Here, open Okta Integration and make a new SCIM token: it is shown once.",
    "In Okta, open Provisioning, Integration, Edit, paste it into Authorization, press Test Connector Configuration, Save.",
  ],
  [
    { status: 403 },
    "This token may not do that.",
    "Here, open Okta Integration, make a new SCIM token, and paste it into Okta.",
  ],
  [
    { status: 404, sentence: /no user with the id/ },
    "Okta remembers a user who is not here any more: deleted here, or gone with a disconnect.",
    "In Okta, remove the assignment of this person, and assign again: Okta then looks for the person and creates them.",
    "For people who are assigned through a group, remove the group from the app and assign it again.",
  ],
  [
    { status: 404, sentence: /no group with the id/ },
    "Okta remembers a group that is not here any more: deleted here, or gone with a disconnect.",
    "In Okta, open Push Groups, unlink the group (it need not be deleted), and push it again.",
  ],
  [
    { status: 404, sentence: /no Okta integration|disconnected|no organization/ },
    "The organization takes no SCIM: it was disconnected, the plan lacks it, or members come just in time.",
    "Here, open Okta Integration and set it up with SCIM; then paste the new token into Okta.",
  ],
  [
    { status: 404 },
    "There is nothing at this address.",
    "In Okta, the SCIM connector base URL ends in /okta/scim, with nothing after it.",
  ],
  [
    { status: 412 },
    "Somebody changed the user or the group between reading and writing, so that nothing was overwritten.",
    "Nothing has to be done: the directory reads again and repeats. If it does not, push the person or the group anew.",
  ],
  [
    { status: 413 },
    "The request is larger than we take: 1 MiB for a user, 16 MiB for a group.",
    "Push the large group in parts, or shorten what is mapped in Okta, Provisioning, To App: photographs are the usual reason.",
  ],
  [
    { status: 429 },
    "More requests came at once than this organization may send.",
    "Nothing has to be done: Okta waits and repeats by itself. If it lasts, ask the operator for a higher limit.",
  ],
  [
    { status: 501 },
    "The directory asked for something that this service does not offer.",
    "Nothing has to be done if people still arrive. Otherwise switch that feature off in the directory.",
  ],
  [
    { status: 503 },
    "The service was busy, or its database was away for a moment. Nothing was changed.",
    "Nothing has to be done: Okta repeats by itself. If it lasts, tell the operator the reference number.",
  ],
];

const UNKNOWN: Fix = {
  cause: "Something went wrong on our side, or in a way that has no name yet.",
  steps: ["Let Okta try again. If it fails again, give the reference number to whoever runs this service."],
};

/** Why a request was refused, and what the administrator does about it. Every refusal has an answer. */
export function fixFor({ status, refusal }: Refused): Fix {
  const found = FIXES.find(
    ([sign]) =>
      sign.status === status &&
      (sign.code === undefined || sign.code === refusal?.code) &&
      (sign.sentence === undefined || sign.sentence.test(refusal?.sentence ?? "")),
  );
  if (!found) return UNKNOWN;
  const [, cause, ...steps] = found;
  return { cause, steps };
}
