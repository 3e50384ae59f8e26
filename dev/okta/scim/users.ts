import { type AppSettings, nameOf, type Org, type Person } from "../org.ts";
import { applicationUsername, newUser, overlaidUser, patchActive } from "./bodies.ts";
import { call, fail } from "./call.ts";
import { lookupPath, resourcePath } from "./paths.ts";

/** A user that the lookup found in the service. */
export interface FoundUser {
  readonly id: string;
  readonly active: boolean;
}

/** Asks the service whether it has this person; a 404 is taken as no. Throws TaskFailed. */
export async function lookUpUser(org: Org, app: AppSettings, person: Person): Promise<FoundUser | undefined> {
  const username = applicationUsername(app, person);
  const onFailure = `Error while trying to look up user ${username}`;
  const path = lookupPath(app, "Users", username);
  const purpose = `Look up ${nameOf(person)}`;
  const answer = await call(org, { purpose, method: "GET", path, onFailure, tolerate: 404 });
  if (answer.entry.status === 404) return undefined;
  const resources = (answer.json as { Resources?: unknown } | undefined)?.Resources;
  if (!Array.isArray(resources)) return fail(answer, `${onFailure}: the answer is not a list`);
  if (resources.length > 1) return fail(answer, `${onFailure}: multiple users were returned`);
  const user = resources[0] as { id?: unknown; active?: unknown } | undefined;
  return typeof user?.id === "string" ? { id: user.id, active: user.active !== false } : undefined;
}

/** Creates the user and gives back the id that the service chose. Throws TaskFailed. */
export async function createUser(org: Org, app: AppSettings, person: Person): Promise<string> {
  await org.pace.pause();
  const onFailure = `Error while creating user ${applicationUsername(app, person)}`;
  const purpose = `Create ${nameOf(person)}`;
  const body = newUser(app, person);
  const answer = await call(org, { purpose, method: "POST", path: "/Users", body, onFailure });
  const id = (answer.json as { id?: unknown } | undefined)?.id;
  if (typeof id !== "string" || id === "") return fail(answer, `${onFailure}: Create new user returned empty user`);
  return id;
}

/** Sets the user active or inactive: a wizard app by a whole PUT, a catalogue app by a PATCH. Throws TaskFailed. */
export async function setUserActive(
  org: Org,
  app: AppSettings,
  person: Person,
  remoteId: string,
  active: boolean,
): Promise<void> {
  if (app.generation === "wizard") return pushProfile(org, app, person, remoteId, active);
  await call(org, {
    purpose: `${active ? "Activate" : "Deactivate"} ${nameOf(person)}`,
    method: "PATCH",
    path: resourcePath("Users", remoteId),
    body: patchActive(active),
    onFailure: `Error while trying to ${active ? "activate" : "deactivate"} user ${applicationUsername(app, person)}`,
  });
}

/** Reads the user, then PUTs the answer overlaid with Okta's profile. Throws TaskFailed. */
export async function pushProfile(
  org: Org,
  app: AppSettings,
  person: Person,
  remoteId: string,
  active: boolean,
): Promise<void> {
  const path = resourcePath("Users", remoteId);
  const purpose = `${active ? "Update" : "Deactivate"} ${nameOf(person)}`;
  const onFailure = `Error while trying to push profile update for ${applicationUsername(app, person)}`;
  const answer = await call(org, { purpose, method: "GET", path, onFailure });
  if (answer.json === undefined) fail(answer, `${onFailure}: No user returned for user ${remoteId}`);
  await org.pace.pause();
  const body = overlaidUser(app, person, answer.json as Record<string, unknown>, active);
  await call(org, { purpose, method: "PUT", path, body, onFailure });
}
