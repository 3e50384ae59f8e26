import { statement, violatedConstraint } from "../../db/database.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { type AlikeUser, findAlikeUsers } from "./user-rows.ts";

/** What was to be written when the database refused it. */
interface Attempt {
  /** The directory user that was to be written, where it existed. */
  readonly id?: string;
  readonly userName: string;
  readonly email: string;
}

/**
 * What a directory is told when the database refused a user: 409 `uniqueness` that says which user has the name or the
 * address already, or 400 `mutability` for the last owner, and for the last who can come in while SSO is enforced, which
 * is audited. Any other error comes back as it was.
 */
export async function explainConflict(scope: Scope, error: unknown, attempt: Attempt): Promise<unknown> {
  const constraint = violatedConstraint(error);
  if (constraint === "members_last_owner" || constraint === "members_way_in") {
    return refuseLastOwner(scope, attempt, constraint === "members_way_in");
  }
  if (constraint === "members_email_unique") return taken("email", attempt.email, "another member of the organization");
  if (!constraint?.startsWith("directory_users_")) return error;
  const like = { userName: attempt.userName, externalId: null, email: attempt.email };
  const alike = await findAlikeUsers(scope.db, scope.organization.id, like);
  const others = alike.filter((user) => user.id !== attempt.id);
  const other = others.find((user) => user.sameUserName) ?? others[0];
  if (other) return refuseTaken(other, attempt);
  const [holder] = await selectHolder(scope.db, scope.organization.id, attempt.email);
  return taken("email", attempt.email, holder ? naming(holder) : "another user");
}

/** The user of the member with this address, which the directory has given another address since. */
const selectHolder = statement<{ id: string; userName: string }, [string, string]>(`
  SELECT u.id, u.user_name AS "userName" FROM members m
  JOIN directory_users u ON u.organization_id = m.organization_id AND u.member_id = m.id
  WHERE m.organization_id = $1 AND m.email_key = lower(btrim($2) COLLATE "C")`);

/** 409 `uniqueness`, naming the user that has the name or the address already. */
export function refuseTaken(other: AlikeUser, attempt: Attempt): Refusal {
  if (other.sameUserName) return taken("userName", attempt.userName, naming(other));
  return taken("email", attempt.email, naming(other));
}

function naming(user: { readonly id: string; readonly userName: string }): string {
  return `the user ${JSON.stringify(user.userName)} with the id ${user.id}`;
}

function taken(what: "userName" | "email", value: string, owner: string): Refusal {
  return new Refusal(409, "uniqueness", `The ${what} ${JSON.stringify(value)} belongs to ${owner}.`);
}

/** As `explainConflict`, of a change to a group by its mapping: 400 `mutability` for the last owner, or the last way in while SSO is enforced; audited. */
export async function explainGroupConflict(
  scope: Scope,
  error: unknown,
  group: { readonly id: string; readonly displayName: string },
): Promise<unknown> {
  const constraint = violatedConstraint(error);
  const enforced = constraint === "members_way_in";
  if (constraint !== "members_last_owner" && !enforced) return error;
  const which = enforced
    ? "owner who can come in while Single Sign-On is enforced"
    : "active owner of the organization";
  const sentence =
    `By the mapping of groups to roles, this would take the role from the last ${which}: ` +
    "make somebody else an owner first. Nothing was changed.";
  const target = { kind: "directory_group", id: group.id, name: group.displayName };
  await recordEvent(scope, {
    action: "directory_group.refused",
    target,
    detail: { reason: enforced ? "last way in" : "last owner" },
  });
  return new Refusal(400, "mutability", sentence);
}

async function refuseLastOwner(scope: Scope, attempt: Attempt, enforced: boolean): Promise<Refusal> {
  const who = JSON.stringify(attempt.userName);
  const sentence = enforced
    ? `${who} is the last owner who can come in while Single Sign-On is enforced, and stays so: ` +
      "let another owner sign in through it, or make recovery codes, first."
    : `${who} is the last active owner of the organization and stays so: make somebody else an owner first.`;
  const target = { kind: "directory_user", ...(attempt.id && { id: attempt.id }), name: attempt.userName };
  await recordEvent(scope, {
    action: "directory_user.refused",
    target,
    detail: { reason: enforced ? "last way in" : "last owner" },
  });
  return new Refusal(400, "mutability", sentence);
}
