import { pushGroupsOf } from "./groups.ts";
import { type AppSettings, inTurn, nameOf, type Org, oktaId, type Person, personById } from "./org.ts";
import { createUser, type FoundUser, lookUpUser, pushProfile, setUserActive } from "./scim/users.ts";

export interface NewPerson {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** The Okta username; the email if left out. */
  readonly login?: string;
  readonly displayName?: string;
  readonly title?: string;
  readonly department?: string;
}

/** Adds a person to the org, not assigned to the app. */
export function addPerson(org: Org, input: NewPerson): Person {
  const app = { assigned: false, status: "not assigned", remoteId: undefined, error: undefined } as const;
  const person: Person = { login: input.email, ...input, id: oktaId("00u"), status: "active", app };
  org.people.set(person.id, person);
  return person;
}

/**
 * Assigns the app: looks the person up, then creates or adopts the user there. A failure does not throw: it is in
 * `app.error`. `lookup: false` creates without asking first, as some orgs do when they assign again.
 */
export async function assign(org: Org, id: string, options: { lookup?: boolean } = {}): Promise<Person> {
  const person = await task(org, id, "provisioned", "Automatic provisioning of user", async (app) => {
    setApp(org, id, { assigned: true });
    if (personById(org, id).status === "deactivated") throw new Error("The person is deactivated");
    if (app === undefined) return;
    const found = options.lookup === false ? undefined : await lookUpUser(org, app, personById(org, id));
    if (found === undefined) setApp(org, id, { remoteId: await createUser(org, app, personById(org, id)) });
    else await adopt(org, app, id, found);
  });
  if (person.app.status === "provisioned") await pushGroupsOf(org, id);
  return person;
}

/** Takes the app away: the user there is set inactive; Okta never deletes one. */
export function unassign(org: Org, id: string): Promise<Person> {
  return task(org, id, "not assigned", "Automatic deprovisioning of user", async (app) => {
    const { assigned, remoteId } = personById(org, id).app;
    setApp(org, id, { assigned: false });
    if (app !== undefined && assigned && remoteId !== undefined) {
      await setUserActive(org, app, personById(org, id), remoteId, false);
    }
  });
}

/** Changes the profile and, if the app is assigned, pushes it. A login that was the email follows the email. */
export function updatePerson(org: Org, id: string, changes: Partial<NewPerson>): Promise<Person> {
  const before = personById(org, id);
  const login = before.login === before.email ? (changes.email ?? before.email) : before.login;
  change(org, id, { login, ...changes });
  if (!before.app.assigned || before.status === "deactivated") return Promise.resolve(personById(org, id));
  if (before.app.remoteId === undefined) return assign(org, id);
  return task(org, id, "provisioned", "Automatic profile push of user", async (app) => {
    const { remoteId } = personById(org, id).app;
    if (app !== undefined && remoteId !== undefined) await pushProfile(org, app, personById(org, id), remoteId, true);
  });
}

/** Deactivates the person in Okta, and with that the user in an assigned app. */
export function deactivate(org: Org, id: string): Promise<Person> {
  change(org, id, { status: "deactivated" });
  if (!personById(org, id).app.assigned) return Promise.resolve(personById(org, id));
  return task(org, id, "deactivated", "Automatic deprovisioning of user", async (app) => {
    const { remoteId } = personById(org, id).app;
    if (app !== undefined && remoteId !== undefined) {
      await setUserActive(org, app, personById(org, id), remoteId, false);
    }
  });
}

/** Reactivates the person; an app that was assigned comes back with it, as one that a group assigns does in Okta. */
export function reactivate(org: Org, id: string): Promise<Person> {
  change(org, id, { status: "active" });
  return personById(org, id).app.assigned ? assign(org, id) : Promise.resolve(personById(org, id));
}

/** Does again what failed last, as the admin's *Retry* does: the state wanted is read from the person, not from the past. */
export function retry(org: Org, id: string): Promise<Person> {
  const { app, status } = personById(org, id);
  if (status === "deactivated") return deactivate(org, id);
  if (app.assigned) return app.remoteId === undefined ? assign(org, id) : updatePerson(org, id, {});
  setApp(org, id, { assigned: true });
  return unassign(org, id);
}

/** Runs one provisioning task of a person in turn, and keeps how it ended. */
function task(
  org: Org,
  id: string,
  done: "provisioned" | "not assigned" | "deactivated",
  what: string,
  work: (app: AppSettings | undefined) => Promise<void>,
): Promise<Person> {
  personById(org, id);
  return inTurn(org, id, async () => {
    setApp(org, id, { status: "working", error: undefined });
    const app = org.app?.scimBaseUrl ? org.app : undefined;
    try {
      await work(app);
      setApp(org, id, { status: app === undefined && done === "provisioned" ? "assigned" : done });
    } catch (error) {
      const who = `${what} ${nameOf(personById(org, id))} to app Semaphore failed`;
      setApp(org, id, { status: "failed", error: `${who}: ${(error as Error).message}` });
    }
    return personById(org, id);
  });
}

/** A user that exists there already: Okta stores its id, reads it and writes its own profile over it. */
async function adopt(org: Org, app: AppSettings, id: string, found: FoundUser): Promise<void> {
  setApp(org, id, { remoteId: found.id });
  await org.pace.pause();
  if (app.generation === "catalogue" && !found.active) {
    await setUserActive(org, app, personById(org, id), found.id, true);
    await org.pace.pause();
  }
  await pushProfile(org, app, personById(org, id), found.id, true);
}

function setApp(org: Org, id: string, changes: Partial<Person["app"]>): void {
  change(org, id, { app: { ...personById(org, id).app, ...changes } });
}

function change(org: Org, id: string, changes: Partial<Person>): void {
  org.people.set(id, { ...personById(org, id), ...changes });
}
