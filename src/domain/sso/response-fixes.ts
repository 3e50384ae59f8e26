import type { Explanations, Situation } from "./sign-in-fixes.ts";

const VALUES = { label: "Change the SAML values here", href: "/settings/okta/setup" };
const SETTINGS = { label: "Change the settings here", href: "/settings/okta/sign-in" };
const CERTIFICATES = { label: "Add the certificate here", href: "/settings/okta/certificates" };
const AGAIN = "Then test the sign-in again.";

/** What cannot be read at all. */
const MALFORMED: Explanations = {
  "request-shape": ({ words }) => broken(words.name, "The form that was posted holds an empty SAMLResponse."),
  size: ({ words }) => ({
    cause: "The response is larger than 256 KiB: usually it lists thousands of groups.",
    steps: [
      `At ${words.name}, send only the groups that this application needs, by a filter on the group attribute.`,
      AGAIN,
    ],
  }),
  base64: ({ words }) => broken(words.name, "The SAMLResponse is not base64."),
  xml: ({ words }) =>
    broken(
      words.name,
      "The response is no XML of the kind that identity providers send: something on the way changed it.",
    ),
  response: ({ words, got }) => ({
    cause: `What came is no SAML 2.0 response (${got}).`,
    steps: [
      `At ${words.name}, look that the application is a SAML 2.0 application, and that it posts its responses (HTTP-POST).`,
      AGAIN,
    ],
  }),
  "one-assertion": ({ words, got }) => broken(words.name, `The response does not hold exactly one assertion (${got}).`),
  assertion: ({ words, wanted, got }) =>
    broken(words.name, `The assertion is not laid out as SAML 2.0 says: ${wanted} was wanted, ${got} came.`),
};

/** What nobody vouches for. */
const UNTRUSTED: Explanations = {
  status: ({ words, got }) => ({
    cause: `${words.name} itself said no. Its words: ${got}.`,
    steps: [
      `Look in the system log of ${words.name} for this sign-in: it says why.`,
      `Is the person assigned to the application? (${words.assign})`,
    ],
  }),
  "encryption-shape": ({ words, wanted, got }) =>
    broken(
      words.name,
      `The encryption is not in the form that identity providers send: ${wanted} was wanted, ${got} came.`,
    ),
  "encryption-algorithm": ({ words, got }) => ({
    cause: `The assertion is encrypted with ${got}, which is not safe enough here.`,
    steps: [
      `At ${words.name}, encrypt with AES256-GCM and RSA-OAEP; AES-CBC is taken only where the response itself is signed too.`,
      AGAIN,
    ],
  }),
  decryption: ({ words }) => ({
    cause: "The assertion is encrypted, and none of our keys opens it.",
    steps: [
      `Give ${words.name} the encryption certificate of our metadata, /okta/metadata: the first one.`,
      "Or switch the encryption of assertions off.",
      AGAIN,
    ],
  }),
  "signature-policy": ({ words, wanted, got }) => ({
    cause: `The integration wants this: ${wanted}. What came: ${got}.`,
    steps: [
      `At ${words.name}, in ${words.place}, choose ${words.signing}.`,
      "Or choose another signature policy here.",
      AGAIN,
    ],
    setting: SETTINGS,
  }),
  "signature-shape": ({ words, wanted, got }) =>
    broken(
      words.name,
      `The signature is not in the form that identity providers send: ${wanted} was wanted, ${got} came.`,
    ),
  "signature-algorithm": ({ words, got }) => ({
    cause: `The response is signed with ${got}, which is not safe enough.`,
    steps: [
      `At ${words.name}, in ${words.place}, set ${words.algorithm} to RSA-SHA256, and the digest to SHA256.`,
      AGAIN,
    ],
  }),
  signature: ({ words, wanted, got }) => ({
    cause: `No certificate of the integration made this signature. Here: ${wanted}. What came: ${got}.`,
    steps: [
      `If ${words.name} has a new certificate: copy its ${words.certificate} and add it here, beside the old one.`,
      "If it has not, this did not come from your identity provider: do not add anything.",
      AGAIN,
    ],
    setting: CERTIFICATES,
  }),
  digest: ({ words }) =>
    broken(words.name, "The response was changed after it was signed: by something on the way, or by somebody."),
};

/** What is signed and not for us, or not now. */
const NOT_FOR_US: Explanations = {
  destination: (situation) => address(situation, "The response was sent to another address than ours"),
  recipient: (situation) => address(situation, "The assertion is for another recipient than us"),
  issuer: ({ words, wanted, got }) => ({
    cause: `The issuer is ${got}; the integration expects ${wanted}.`,
    steps: [
      `If that is your ${words.name}: copy its ${words.issuer} and save it here as SAML Issuer.`,
      "If it is not, the response came from another identity provider or another application: look who posts here.",
      AGAIN,
    ],
    setting: VALUES,
  }),
  audience: ({ words, audience, got }) => ({
    cause: `The audience is ${got}; it must be ${audience}.`,
    steps: [`At ${words.name}, in ${words.place}, set ${words.audience} to ${audience}, and nothing after it.`, AGAIN],
  }),
  "not-yet-valid": ({ words, wanted, got }) => clocks(words.name, wanted, got),
  expired: ({ words, wanted, got }) => clocks(words.name, wanted, got),
  "confirmation-expired": ({ words, wanted, got }) => clocks(words.name, wanted, got),
  confirmation: ({ words, got }) =>
    broken(words.name, `The assertion has no bearer confirmation as browsers need it (${got}).`),
  "in-response-to": ({ words, wanted, got }) => ({
    cause: `The response answers a request that is not open in this browser. Wanted: ${wanted}. What came: ${got}.`,
    steps: [
      "Usually the sign-in took longer than ten minutes, was begun in another browser, or the page was loaded again. Start again.",
      `If it fails each time: cookies are blocked in that browser, or ${words.name} does not send InResponseTo back.`,
    ],
  }),
  conditions: ({ words, got }) =>
    broken(words.name, `The assertion sets a condition that we do not understand: ${got}.`),
  "session-expired": ({ words, got }) => ({
    cause: `The session at ${words.name} is over (${got}).`,
    steps: [
      `Sign in at ${words.name} again.`,
      "If it fails each time, its session length is too short, or a clock is wrong.",
    ],
  }),
  "name-id": (situation) => email(situation, `The NameID has the format ${situation.got}, so it is no email address.`),
  email: (situation) => email(situation, `We wanted ${situation.wanted}; what came is “${situation.got}”.`),
};

export const RESPONSE_FIXES: Explanations = { ...MALFORMED, ...UNTRUSTED, ...NOT_FOR_US };

function broken(provider: string, cause: string) {
  return {
    cause,
    steps: [
      "Start again. A proxy or a browser extension between the identity provider and us may have changed it.",
      `If it fails each time, look at the application at ${provider}: it must be a SAML 2.0 application with its usual settings.`,
    ],
  };
}

function address({ words, acsUrl, got }: Situation, cause: string) {
  return {
    cause: `${cause}: ${got}; it must be ${acsUrl}.`,
    steps: [`At ${words.name}, in ${words.place}, set ${words.acs} to ${acsUrl}, and nothing after it.`, AGAIN],
  };
}

function clocks(provider: string, wanted: string, got: string) {
  return {
    cause: `The time does not fit: ${wanted} was wanted; what came says ${got}.`,
    steps: [
      "Start again: a page that was left open for long is the usual reason.",
      `If it fails each time, a clock is wrong: ours, or that of ${provider}. Tell whoever runs this service.`,
    ],
  };
}

function email({ words, emailIn }: Situation, cause: string) {
  const [attribute] = emailIn;
  const there = `The email is in the attribute ${attribute}: take it from there, in the field Email of Sign-in settings here.`;
  const steps = [
    ...(attribute ? [there, "Or change it at the provider:"] : []),
    `At ${words.name}, in ${words.place}, set ${words.nameId} to the email address, and ${words.format} to EmailAddress or Unspecified.`,
    AGAIN,
  ];
  return { cause, steps, setting: SETTINGS };
}
