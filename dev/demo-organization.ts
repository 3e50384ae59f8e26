import { setTimeout as sleep } from "node:timers/promises";

/** What the demo's parts say to one another. */
export interface Demo {
  /** The apex of the service. */
  readonly origin: string;
  readonly operatorToken: string;
  /** What an Okta admin would paste into the settings page. */
  readonly okta: { readonly ssoUrl: string; readonly issuer: string; readonly certificate: string };
}

/** The organization, ready for the simulated Okta. */
export interface DemoOrganization {
  readonly acsUrl: string;
  readonly audience: string;
  readonly scimBaseUrl: string;
  readonly scimToken: string;
  /** Signs the owner in, once. */
  readonly signInLink: string;
}

const OWNER = { email: "olive.owner@example.test", name: "Olive Owner" };

/** Here before Okta. The simulated Okta knows Grace too, by the same address in small letters. */
const MEMBERS = [
  { email: "Grace.Holm@Example.Test", name: "Grace Holm", role: "admin" },
  { email: "sam.field@example.test", name: "Sam Field", role: "member" },
];

/**
 * Makes the organization `acme` with its people and its Okta integration through the operator API, or takes the one that an
 * earlier demo left. The SCIM token is new each time: those of before are revoked. Throws the API's sentence if it refuses.
 */
export async function prepareOrganization(demo: Demo): Promise<DemoOrganization> {
  await makeOrganization(demo);
  await revokeTokens(demo);
  const saved = await saveIntegration(demo);
  const link = await ask(demo, "POST", "/organizations/acme/sign-in-links", { email: OWNER.email });
  return {
    acsUrl: text(saved, "acsUrl"),
    audience: text(saved, "audience"),
    scimBaseUrl: text(saved, "scimBaseUrl"),
    scimToken: text(saved, "scimToken"),
    signInLink: text(link, "url"),
  };
}

async function makeOrganization(demo: Demo): Promise<void> {
  const here = await call(demo, "GET", "/organizations/acme");
  if (here.ok) return;
  await ask(demo, "POST", "/organizations", { slug: "acme", name: "Acme", owner: OWNER });
  for (const member of MEMBERS) await ask(demo, "POST", "/organizations/acme/members", member);
}

async function revokeTokens(demo: Demo): Promise<void> {
  const answer = await call(demo, "GET", "/organizations/acme/okta-integration");
  if (!answer.ok) return;
  const { scimTokens } = (await answer.json()) as { scimTokens: { id: string }[] };
  for (const { id } of scimTokens) {
    await ask(demo, "DELETE", `/organizations/acme/okta-integration/scim-tokens/${id}`);
  }
}

/** With no token left, saving makes one. A disconnect that the last demo began may still be under way. */
async function saveIntegration(demo: Demo): Promise<Answer> {
  const { ssoUrl, issuer, certificate } = demo.okta;
  const settings = { ssoUrl, issuer, certificate, provisioning: "scim" };
  const save = () => call(demo, "PUT", "/organizations/acme/okta-integration", settings);
  let answer = await save();
  for (let tries = 0; answer.status === 409 && tries < 20; tries++) {
    await sleep(500);
    answer = await save();
  }
  return read(answer);
}

type Answer = Readonly<Record<string, unknown>>;

async function ask(demo: Demo, method: string, path: string, body?: unknown): Promise<Answer> {
  return read(await call(demo, method, path, body));
}

function call(demo: Demo, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${demo.origin}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${demo.operatorToken}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function read(response: Response): Promise<Answer> {
  const answer = response.status === 204 ? {} : ((await response.json()) as Answer);
  if (response.ok) return answer;
  throw new Error(`The operator API refused (${response.status}): ${String(answer["detail"])}`);
}

function text(answer: Answer, name: string): string {
  return String(answer[name] ?? "");
}
