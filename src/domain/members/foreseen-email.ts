import { inTransaction, statement, violatedConstraint } from "../../db/database.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { addressKey, checkedAddress } from "./address.ts";
import { getMember, type Member } from "./members.ts";

/** The address under which a directory will push a member, as an admin foresees it and the member has yet to confirm. */
export interface ForeseenEmail {
  readonly email: string;
  readonly foreseenBy: string;
  readonly foreseenAt: Date;
}

const selectForeseen = statement<ForeseenEmail, [string, string]>(`
  SELECT email, foreseen_by AS "foreseenBy", foreseen_at AS "foreseenAt" FROM foreseen_emails
  WHERE organization_id = $1 AND member_id = $2`);

/** The address that is foreseen for a member, if any. */
export async function findForeseenEmail(
  scope: Pick<Scope, "db" | "organization">,
  memberId: string,
): Promise<ForeseenEmail | undefined> {
  return (await selectForeseen(scope.db, scope.organization.id, memberId))[0];
}

const selectOthers = statement<{ taken: boolean; pushed: boolean; connected: boolean }, [string, string, string]>(`
  SELECT EXISTS (SELECT FROM members WHERE organization_id = $1 AND email_key = $2 AND id <> $3) AS taken,
    EXISTS (SELECT FROM directory_users WHERE organization_id = $1 AND (email_key = $2 OR user_name_key = $2)) AS pushed,
    EXISTS (SELECT FROM directory_users WHERE organization_id = $1 AND member_id = $3) AS connected`);

/**
 * Foresees under which address the directory will push this member, so that the push links them instead of making a second
 * one. It counts once the member confirms: whoever could set it alone could sign in as the member. Refuses an address that is none
 * (422), one that somebody has (409 `email-taken`) or that was pushed already (409 `pushed`), and members that need none
 * (409 `directory`).
 */
export function foreseeEmail(scope: Scope, memberId: string, text: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const member = await getMember(inside, memberId);
    const email = checkedAddress(text);
    await refuseUnforeseeable(inside, member, email);
    try {
      await upsertForeseen(db, scope.organization.id, memberId, email, scope.actor.name, scope.now);
    } catch (error) {
      if (violatedConstraint(error) !== "foreseen_emails_unique") throw error;
      throw new Refusal(409, "email-taken", `Another member is to confirm ${email} already.`);
    }
    const target = { kind: "member", id: memberId, name: member.email };
    await recordEvent(inside, { action: "member.email_foreseen", target, detail: { email } });
  });
}

const upsertForeseen = statement<never, [string, string, string, string, Date]>(`
  INSERT INTO foreseen_emails (organization_id, member_id, email, foreseen_by, foreseen_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (organization_id, member_id) DO UPDATE SET email = $3, foreseen_by = $4, foreseen_at = $5`);

async function refuseUnforeseeable(scope: Scope, member: Member, email: string): Promise<void> {
  const [others] = await selectOthers(scope.db, scope.organization.id, addressKey(email), member.id);
  if (member.source !== "manual" || others?.connected) {
    throw new Refusal(409, "directory", "The directory knows this member already: there is nothing to foresee.");
  }
  if (member.state !== "active") throw new Refusal(409, "deactivated", "This member is deactivated.");
  if (addressKey(member.email) === addressKey(email)) {
    throw new Refusal(409, "email-taken", "That is the member's address already: a push with it links them.");
  }
  if (others?.pushed) {
    throw new Refusal(
      409,
      "pushed",
      `The directory pushed ${email} already. Look under Duplicates, and merge the two.`,
    );
  }
  if (others?.taken) throw new Refusal(409, "email-taken", `A member with the email ${email} is here already.`);
}

const deleteForeseen = statement<{ email: string; email_key: string }, [string, string, string]>(`
  DELETE FROM foreseen_emails WHERE organization_id = $1 AND member_id = $2 AND email_key = $3
  RETURNING email, email_key`);

/** Takes back what was foreseen; nothing where there was nothing. */
export function withdrawEmail(scope: Scope, memberId: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const member = await getMember(inside, memberId);
    const foreseen = await findForeseenEmail(inside, memberId);
    if (!foreseen) return;
    await deleteForeseen(db, scope.organization.id, memberId, addressKey(foreseen.email));
    const target = { kind: "member", id: memberId, name: member.email };
    await recordEvent(inside, { action: "member.email_withdrawn", target, detail: { email: foreseen.email } });
  });
}

const moveEmail = statement<never, [string, string, string, Date]>(`
  UPDATE members SET email = $3, email_confirmed_at = $4 WHERE organization_id = $1 AND id = $2`);

/**
 * The member's own answer to the address that is foreseen for them. Theirs: it becomes their email, and a git provider moves
 * it no more. Not theirs: it is forgotten. Refuses another address than the one that is foreseen now (409 `foreseen`), and
 * one that somebody got meanwhile (409 `email-taken`).
 */
export function answerForeseenEmail(scope: Scope, memberId: string, email: string, theirs: boolean): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const member = await getMember(inside, memberId);
    const [row] = await deleteForeseen(db, scope.organization.id, memberId, addressKey(email));
    if (!row) throw new Refusal(409, "foreseen", "This address was taken back, or another one took its place.");
    if (theirs) await takeEmail(inside, memberId, row.email);
    const target = { kind: "member", id: memberId, name: member.email };
    const action = theirs ? "member.email_confirmed" : "member.email_declined";
    await recordEvent(inside, { action, target, detail: { before: member.email, email: row.email } });
  });
}

async function takeEmail(scope: Scope, memberId: string, email: string): Promise<void> {
  try {
    await moveEmail(scope.db, scope.organization.id, memberId, email, scope.now);
  } catch (error) {
    if (violatedConstraint(error) !== "members_email_unique") throw error;
    const sentence = `Somebody with the email ${email} is here meanwhile. Ask an admin to merge the two under Duplicates.`;
    throw new Refusal(409, "email-taken", sentence);
  }
}
