import type { Context } from "hono";
import { connect, importAll, testConnector } from "../connector.ts";
import { addGroup, renameGroup, setGroupMembers } from "../groups.ts";
import { type AppSettings, groupById, type Org } from "../org.ts";
import { addPerson, updatePerson } from "../people.ts";
import type { Notice } from "./app.tsx";
import { done } from "./guard.ts";

/** Saves the app's settings and tests the connector; an empty token keeps the one that is saved. */
export async function appForm(c: Context, org: Org): Promise<Notice> {
  const form = await c.req.formData();
  const settings: AppSettings = {
    ...org.app,
    acsUrl: text(form, "acsUrl"),
    audience: text(form, "audience"),
    scimBaseUrl: text(form, "scimBaseUrl"),
    scimToken: text(form, "scimToken") || (org.app?.scimToken ?? ""),
    generation: text(form, "generation") === "catalogue" ? "catalogue" : "wizard",
    importGroups: text(form, "importGroups") === "yes",
  };
  return connect(org, settings).catch((error: Error) => ({ ok: false, sentence: error.message }));
}

/** The *Test Connector* button. */
export function testApp(_: Context, org: Org): Promise<Notice> {
  return testConnector(org);
}

/** The *Import* button: reads everybody and says how many match. */
export function importUsers(_: Context, org: Org): Promise<Notice> {
  return importAll(org);
}

/** The next certificate signs from now on, and the one before it is the next. */
export function activateNext(_: Context, org: Org): Promise<Notice> {
  [org.keys, org.nextKeys] = [org.nextKeys, org.keys];
  return Promise.resolve({ ok: true, sentence: "The next certificate signs from now on." });
}

/** Adds a person. */
export async function addPersonForm(c: Context, org: Org): Promise<Response> {
  return done(c, Promise.resolve(addPerson(org, profile(await c.req.formData()))));
}

/** Changes a person's name or email. */
export async function personForm(c: Context, org: Org): Promise<Response> {
  return done(c, updatePerson(org, c.req.param("id") ?? "", profile(await c.req.formData())));
}

/** Adds a group without members. */
export async function addGroupForm(c: Context, org: Org): Promise<Response> {
  return done(c, Promise.resolve(addGroup(org, { name: text(await c.req.formData(), "name") })));
}

/** Changes a group's name or members: each is pushed only if it did change. */
export async function groupForm(c: Context, org: Org): Promise<Response> {
  const form = await c.req.formData();
  const group = groupById(org, c.req.param("id") ?? "");
  const name = text(form, "name");
  const members = form.getAll("member").map(String);
  const changes = async () => {
    if (name !== group.name) await renameGroup(org, group.id, name);
    if (members.join() !== group.memberIds.join()) await setGroupMembers(org, group.id, members);
    return group;
  };
  return done(c, changes());
}

function profile(form: FormData): { firstName: string; lastName: string; email: string } {
  return { firstName: text(form, "firstName"), lastName: text(form, "lastName"), email: text(form, "email") };
}

function text(form: FormData, name: string): string {
  return String(form.get(name) ?? "").trim();
}
