import { statement } from "../../db/database.ts";
import type { VerifiedAssertion } from "../../protocols/saml/response.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { findPerson, type Person } from "./person.ts";
import { readIntegration } from "./sign-in.ts";

/** What would become of the person whom an assertion names. */
export interface Rehearsal {
  readonly refusal: Refusal | undefined;
  /** "would be signed in as Ada Park, admin". */
  readonly words: string;
  /** Where there is such a member now. */
  readonly memberId: string | undefined;
}

/** Thrown to take back everything that finding the person has written. */
const UNDO = Symbol("undo");

/**
 * What a sign-in would do with the person whom the assertion names, found out by doing it and taking all of it back: nothing
 * is written, and nothing that decides on people is told twice.
 */
export async function rehearse(scope: Scope, assertion: VerifiedAssertion): Promise<Rehearsal> {
  let person: Person | undefined;
  try {
    await scope.db.transaction().execute(async (db) => {
      const inside = { ...scope, db };
      person = await findPerson(inside, assertion, await readIntegration(inside, assertion));
      throw UNDO;
    });
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error, words: "", memberId: undefined };
    if (error !== UNDO || !person) throw error;
  }
  const { memberId = "", email = "", role = "member" } = person ?? {};
  const [member] = await selectMember(scope.db, scope.organization.id, memberId);
  const words = member
    ? `${email}: would be signed in as ${member.name}, ${role}`
    : `${email}: would become a member just in time, as ${role}`;
  return { refusal: undefined, words, memberId: member && memberId };
}

const selectMember = statement<{ name: string }, [string, string]>(
  "SELECT name FROM members WHERE organization_id = $1 AND id = $2",
);
