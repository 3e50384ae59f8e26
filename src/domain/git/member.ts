import { statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { MemberOrigin, MemberState, Role } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { connectGit, type GitAccount } from "./connections.ts";

/** The member whose git account it is. */
export interface GitMember {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly origin: MemberOrigin;
  /** The account was connected before this sign-in. */
  readonly wasConnected: boolean;
}

interface Row extends Omit<GitMember, "wasConnected"> {
  readonly state: MemberState;
}

const COLUMNS = "m.id, m.email, m.role, m.origin, m.state";

/** The login is what people read; it may have changed there. */
const selectConnected = statement<Row, [string, string, string, string, string]>(`
  UPDATE git_connections g SET login = $5 FROM members m
  WHERE g.organization_id = $1 AND g.provider = $2 AND g.host = $3 AND g.identity_id = $4
    AND m.organization_id = g.organization_id AND m.id = g.member_id
  RETURNING ${COLUMNS}`);

const selectByEmail = statement<Row & { other: string | null }, [string, string, string]>(`
  SELECT ${COLUMNS}, (SELECT g.login FROM git_connections g
    WHERE g.organization_id = $1 AND g.member_id = m.id AND g.provider = $3) AS other
  FROM members m WHERE m.organization_id = $1 AND m.email_key = lower(btrim($2) COLLATE "C") FOR UPDATE`);

/**
 * Whose account this is: by connection first, then by its primary verified email a member who was added by hand and has no
 * other connection of this host, who is thereby connected. Refuses a member whom the directory made (403 `git-directory`),
 * one who is connected as somebody else (403 `git-other-account`), the deactivated (403 `deactivated`), an account without a
 * verified email (403 `git-email`) and everybody else (403 `unknown-person`).
 */
export async function findGitMember(scope: Scope, sealer: Sealer, account: GitAccount): Promise<GitMember> {
  const { provider, host, identityId, login, email } = account;
  const organizationId = scope.organization.id;
  const [connected] = await selectConnected(scope.db, organizationId, provider, host, identityId, login);
  if (connected) return { ...active(connected), wasConnected: true };
  if (email === undefined) throw refuseWithoutEmail(scope, account);
  const [known] = await selectByEmail(scope.db, organizationId, email, provider);
  if (!known) throw refuseUnknown(scope, account);
  active(known);
  if (known.origin !== "manual") throw refuseDirectorys(scope, account);
  if (known.other !== null) {
    // Or it was connected by another sign-in at the same moment, which holding the member waited for.
    const [meanwhile] = await selectConnected(scope.db, organizationId, provider, host, identityId, login);
    if (meanwhile) return { ...active(meanwhile), wasConnected: true };
    throw refuseOther(account, known.other);
  }
  const actor = { kind: "member", id: known.id, name: known.email, role: known.role } as const;
  await connectGit({ ...scope, actor }, sealer, known.id, account);
  return { ...known, wasConnected: false };
}

const selectConcerned = statement<{ id: string; email: string }, [string, string, string, string, string]>(`
  SELECT m.id, m.email FROM members m
  LEFT JOIN git_connections g ON g.organization_id = $1 AND g.member_id = m.id
    AND g.provider = $2 AND g.host = $3 AND g.identity_id = $4
  WHERE m.organization_id = $1 AND (g.member_id IS NOT NULL OR m.email_key = lower(btrim($5) COLLATE "C"))
  ORDER BY g.member_id IS NULL LIMIT 1`);

/** The member whom a sign-in with this account is about, whether or not they may: for the audit log alone. */
export async function findConcerned(
  scope: Pick<Scope, "db" | "organization">,
  { provider, host, identityId, email }: GitAccount,
): Promise<{ readonly id: string; readonly email: string } | undefined> {
  return (await selectConcerned(scope.db, scope.organization.id, provider, host, identityId, email ?? ""))[0];
}

function active(row: Row): Row {
  if (row.state === "active") return row;
  const sentence = "Your account in this organization is deactivated. Ask your administrator.";
  throw new Refusal(403, "deactivated", sentence, { check: "person", wanted: "active", got: row.email });
}

function refuseWithoutEmail({ organization }: Scope, { hostName, login }: GitAccount): Refusal {
  const sentence = `No member of ${organization.name} is connected with @${login}, and ${hostName} has no verified primary email of yours. Verify it there, or sign in another way and connect from your account page.`;
  const cause = { check: "git email", wanted: "a verified primary email", got: "none" };
  return new Refusal(403, "git-email", sentence, cause);
}

function refuseUnknown({ organization }: Scope, { hostName, login, email }: GitAccount): Refusal {
  const sentence = `No member of ${organization.name} has the ${hostName} account @${login} or its primary email. Ask one of its owners to invite you.`;
  const wanted = "a member with this connection or email";
  return new Refusal(403, "unknown-person", sentence, { check: "person", wanted, got: email ?? login });
}

function refuseDirectorys({ organization }: Scope, { hostName, email }: GitAccount): Refusal {
  const sentence = `Your account in ${organization.name} comes from its directory. Sign in through Single Sign-On, then connect ${hostName} from your account page: after that you can sign in with it.`;
  const cause = { check: "person", wanted: "a member who was added by hand", got: email ?? "" };
  return new Refusal(403, "git-directory", sentence, cause);
}

function refuseOther({ hostName, login }: GitAccount, other: string): Refusal {
  const sentence = `You are connected to ${hostName} with another account than @${login}. Sign in there with that one, or sign in another way and change it on your account page.`;
  return new Refusal(403, "git-other-account", sentence, { check: "git account", wanted: other, got: login });
}
