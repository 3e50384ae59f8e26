import { type Db, inTransaction, violatedConstraint } from "../../db/database.ts";
import { newId } from "../../db/id.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { type Organization, type OrganizationSettings, toOrganization } from "./organization.ts";

/** Host names that an organization may not take, because they would pass for the service itself. */
const RESERVED = new Set(
  (
    "admin api app apps assets auth billing blog cdn demo-okta dev docs ftp git help id idp imap internal localhost " +
    "login mail metrics mx ns ns1 ns2 oauth okta operator pop root saml scim security setup sign-in signin signup smtp " +
    "sso staging static status support test-okta webmail www"
  ).split(" "),
);

export interface NewOrganization {
  readonly slug: string;
  readonly name: string;
  readonly plan: string;
}

/** Who makes an organization that is not there yet to be a scope's. */
export type Founder = Omit<Scope, "organization">;

/**
 * Makes an organization. Refuses a slug that is no DNS label or reserved (422 `slug`), a name that is empty or over 100
 * characters (422 `name`), and a slug that is taken (409 `slug-taken`). From the first one on, the set-up link is dead.
 */
export function createOrganization(
  founder: Founder,
  settings: OrganizationSettings,
  wanted: NewOrganization,
): Promise<Organization> {
  checkSlug(wanted.slug);
  const name = checkName(wanted.name);
  return inTransaction(founder.db, async (db) => {
    const row = await db
      .insertInto("organizations")
      .values({ id: newId(founder.now), slug: wanted.slug, name, plan: wanted.plan, created_at: founder.now })
      .onConflict((conflict) => conflict.constraint("organizations_slug_unique").doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new Refusal(409, "slug-taken", `The slug "${wanted.slug}" is taken by another organization.`);
    await db.updateTable("installation").set({ set_up_at: founder.now }).where("set_up_at", "is", null).execute();
    const organization = toOrganization(row, settings);
    const target = { kind: "organization", id: row.id, name: row.slug };
    await recordEvent({ ...founder, db, organization }, { action: "organization.created", target });
    return organization;
  });
}

/** The organization at this slug, or undefined. */
export async function findOrganization(
  db: Db,
  settings: OrganizationSettings,
  slug: string,
): Promise<Organization | undefined> {
  const row = await db.selectFrom("organizations").selectAll().where("slug", "=", slug).executeTakeFirst();
  return row && toOrganization(row, settings);
}

/** A page of organizations in the order in which they were made. */
export async function listOrganizations(
  db: Db,
  settings: OrganizationSettings,
  query: { after?: string; limit: number },
): Promise<readonly Organization[]> {
  let select = db.selectFrom("organizations").selectAll().orderBy("id").limit(query.limit);
  if (query.after) select = select.where("id", ">", query.after);
  return (await select.execute()).map((row) => toOrganization(row, settings));
}

export interface OrganizationChange {
  readonly name?: string | undefined;
  readonly plan?: string | undefined;
  readonly ssoEnforced?: boolean | undefined;
}

/**
 * Changes name, plan or SSO enforcement. Enforcing is refused (409 `sso-untested`) until an owner who is still active has
 * signed in through SSO; a plan without the integration lifts enforcement.
 */
export function changeOrganization(
  scope: Scope,
  settings: OrganizationSettings,
  change: OrganizationChange,
): Promise<Organization> {
  return inTransaction(scope.db, async (db) => {
    const before = await holdOrganization(db, scope.organization.id);
    const plan = change.plan ?? before.plan;
    const included = settings.integrationPlans.includes(plan);
    if (change.ssoEnforced) await checkEnforceable({ ...scope, db }, included);
    const row = await db
      .updateTable("organizations")
      .set({
        name: change.name === undefined ? before.name : checkName(change.name),
        plan,
        sso_enforced: included && (change.ssoEnforced ?? before.sso_enforced),
      })
      .where("id", "=", scope.organization.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const target = { kind: "organization", id: row.id, name: row.slug };
    await recordEvent({ ...scope, db }, { action: "organization.changed", target, detail: { ...change } });
    if (before.sso_enforced && !row.sso_enforced) {
      await recordSwitch({ ...scope, db }, "off", { because: included ? "somebody chose so" : "the plan" });
    }
    return toOrganization(row, settings);
  });
}

/** Deletes the organization with all that belongs to it. */
export async function deleteOrganization(scope: Scope): Promise<void> {
  await scope.db.deleteFrom("organizations").where("id", "=", scope.organization.id).execute();
  scope.log.info({ slug: scope.organization.slug, actor: scope.actor.name }, "organization deleted");
}

/** Whether no organization was ever made here: only then does the set-up link work. */
export async function awaitsSetup(db: Db): Promise<boolean> {
  const row = await db.selectFrom("installation").select("set_up_at").executeTakeFirst();
  return row?.set_up_at === null;
}

/**
 * Holds an organization until the transaction ends: what must not happen twice at one moment goes one by one, and nothing is
 * written beside its deletion. 404 `organization` if it is gone. Answers it as it is now.
 */
export async function holdOrganization(trx: Db, organizationId: string) {
  const held = trx.selectFrom("organizations").selectAll().where("id", "=", organizationId).forNoKeyUpdate();
  const row = await held.executeTakeFirst();
  if (!row) throw new Refusal(404, "organization", "There is no such organization any more.");
  return row;
}

/** Holds the installation until the transaction ends: of two set-ups at one moment, one goes first. */
export async function holdSetup(trx: Db): Promise<void> {
  await trx.selectFrom("installation").select("set_up_at").forUpdate().execute();
}

/**
 * The refusal for an act that would leave an organization without an active owner (409 `last-owner`) or, where SSO is
 * enforced, without one who can come in (409 `no-way-in`); or the error as it was.
 */
export function refusedForLastOwner(error: unknown): unknown {
  const constraint = violatedConstraint(error);
  if (constraint === "members_way_in") return new Refusal(409, "no-way-in", NO_WAY_IN);
  if (constraint !== "members_last_owner") return error;
  const sentence = "This is the organization's last active owner: make somebody else an owner first.";
  return new Refusal(409, "last-owner", sentence);
}

const NO_WAY_IN =
  "Single Sign-On is enforced, and after this no owner could be sure to sign in. " +
  "Let an owner make recovery codes first, or switch enforcement off.";

/**
 * Lets people come in by other ways than SSO again, within the caller's transaction, which holds the organization. `because`
 * is for the audit log.
 */
export async function liftEnforcement(scope: Scope, because: string): Promise<void> {
  await scope.db
    .updateTable("organizations")
    .set({ sso_enforced: false })
    .where("id", "=", scope.organization.id)
    .execute();
  await recordSwitch(scope, "off", { because });
}

/** Writes that enforcement was switched on or off. */
export async function recordSwitch(scope: Scope, to: "on" | "off", detail: Readonly<Record<string, unknown>>) {
  const target = { kind: "organization", id: scope.organization.id, name: scope.organization.slug };
  const action = to === "on" ? "enforcement.switched_on" : "enforcement.switched_off";
  await recordEvent(scope, { action, target, detail });
}

async function checkEnforceable(scope: Scope, included: boolean): Promise<void> {
  if (!included) throw new Refusal(409, "plan", "This organization's plan does not include Single Sign-On.");
  const owner = await scope.db
    .selectFrom("members")
    .innerJoin("integrations", "integrations.organization_id", "members.organization_id")
    .select("members.id")
    .where("members.organization_id", "=", scope.organization.id)
    .where("members.role", "=", "owner")
    .where("members.state", "=", "active")
    .where("members.welcomed_at", "is not", null)
    .executeTakeFirst();
  if (owner) return;
  throw new Refusal(
    409,
    "sso-untested",
    "An owner has to sign in through Single Sign-On once before it can be enforced.",
  );
}

/** Refuses (422 `slug`) what is no DNS label, or reserved. */
export function checkSlug(slug: string): void {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(slug)) {
    const sentence = "A slug has 1 to 63 characters of a-z, 0-9 and -, and neither begins nor ends with -.";
    throw new Refusal(422, "slug", sentence);
  }
  if (RESERVED.has(slug)) throw new Refusal(422, "slug", `The slug "${slug}" is reserved: choose another.`);
}

/** An organization's name, trimmed, 1 to 100 characters; 422 `name` otherwise. */
export function checkName(text: string): string {
  const name = text.trim();
  const usable = name.length > 0 && name.length <= 100 && !/\p{Cc}/u.test(name);
  if (!usable) throw new Refusal(422, "name", "A name has 1 to 100 characters.");
  return name;
}
