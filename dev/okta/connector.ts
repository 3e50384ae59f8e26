import type { AppSettings, Org } from "./org.ts";
import { type Answer, call, fail } from "./scim/call.ts";
import { pagePath } from "./scim/paths.ts";

/** How *Test Connector Configuration* ended, in the words that the admin reads. */
export interface TestConnectorResult {
  readonly ok: boolean;
  readonly sentence: string;
}

/** What an import found in the service. Inactive users are passed over, as Okta does. */
export interface ImportResult {
  readonly ok: boolean;
  readonly sentence: string;
  readonly users: readonly ImportedUser[];
  readonly groups: readonly { readonly id: string; readonly displayName: string }[];
}

interface ImportedUser {
  readonly id: string;
  readonly userName: string;
  /** The person of this Okta with the same username, if there is one. */
  readonly personId: string | undefined;
}

/**
 * Saves the app's settings and tests the connector, as saving the *To App* page does. Without a SCIM base URL the app signs
 * people in and provisions nobody. Throws if an address is not an http or https URL.
 */
export async function connect(org: Org, app: AppSettings): Promise<TestConnectorResult> {
  requireUrl("Single Sign-On URL", app.acsUrl);
  if (app.scimBaseUrl !== "") requireUrl("SCIM base URL", app.scimBaseUrl);
  org.app = app;
  return testConnector(org);
}

/** Asks for two users (and a page of groups with Import Groups). A failure does not throw: it is the sentence. */
export async function testConnector(org: Org): Promise<TestConnectorResult> {
  if (org.app === undefined) return { ok: false, sentence: "The app is not configured." };
  if (org.app.scimBaseUrl === "") return { ok: true, sentence: "Saved. The app has no provisioning." };
  try {
    await readPage(org, "Test Connector", "Users", 1, 2);
    if (org.app.importGroups) await readPage(org, "Test Connector", "Groups", 1, 100);
    return { ok: true, sentence: "Connector configured successfully." };
  } catch (error) {
    return { ok: false, sentence: (error as Error).message };
  }
}

/** Reads every user, and every group with Import Groups, 100 a page. A failure does not throw: it is the sentence. */
export async function importAll(org: Org): Promise<ImportResult> {
  try {
    const users = (await readAll(org, "Users")).filter((user) => user["active"] !== false);
    const groups = org.app?.importGroups ? await readAll(org, "Groups") : [];
    const found = users.map((user) => importedUser(org, user));
    const known = found.filter((user) => user.personId !== undefined).length;
    const sentence = `${found.length} users were read: ${known} match people here, ${found.length - known} do not.`;
    return {
      ok: true,
      sentence,
      users: found,
      groups: groups.map((group) => ({ id: String(group["id"]), displayName: String(group["displayName"]) })),
    };
  } catch (error) {
    return { ok: false, sentence: (error as Error).message, users: [], groups: [] };
  }
}

type Resource = Readonly<Record<string, unknown>>;
type Kind = "Users" | "Groups";

async function readAll(org: Org, kind: Kind): Promise<Resource[]> {
  const all: Resource[] = [];
  for (let startIndex = 1; ; startIndex += 100) {
    const page = await readPage(org, "Import", kind, startIndex, 100);
    all.push(...page.resources);
    if (page.resources.length === 0 || startIndex + 100 > page.total) return all;
    await org.pace.pause();
  }
}

async function readPage(org: Org, purpose: string, kind: Kind, startIndex: number, count: number) {
  if (!org.app?.scimBaseUrl) throw new Error("Provisioning is not configured");
  const onFailure = purpose === "Import" ? "Error while importing" : "Error authenticating";
  const path = pagePath(kind, startIndex, count);
  const answer = await call(org, { purpose, method: "GET", path, onFailure });
  return listOf(answer, onFailure);
}

/** Okta reads a ListResponse with integers in it; a number in quotes is refused. */
function listOf(answer: Answer, onFailure: string): { total: number; resources: Resource[] } {
  const list = (answer.json ?? {}) as Resource;
  const { Resources: resources, totalResults: total } = list as { Resources?: unknown; totalResults?: unknown };
  if (!Number.isInteger(total)) return fail(answer, `${onFailure}: totalResults is not an integer`);
  if (total !== 0 && !Array.isArray(resources)) return fail(answer, `${onFailure}: Resources is not an array`);
  return { total: total as number, resources: (resources ?? []) as Resource[] };
}

function importedUser(org: Org, user: Resource): ImportedUser {
  const userName = String(user["userName"]);
  const same = [...org.people.values()].find((person) =>
    [person.email, person.login].some((name) => name.toLowerCase() === userName.toLowerCase()),
  );
  return { id: String(user["id"]), userName, personId: same?.id };
}

function requireUrl(label: string, value: string): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new Error(`${label}: “${value}” is not an http or https URL`);
  }
}
