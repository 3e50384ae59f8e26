import type { Role } from "../../db/tables.ts";
import { changeRoleByHand } from "../../domain/members/by-hand.ts";
import { identify } from "../../domain/people/identity.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { readForm } from "../edge/size.ts";
import { ROLE_WORDS } from "../ui/people/words.ts";
import { showPersonPage } from "./person.tsx";

/** `POST /people/:id/role`: grants a role by hand. What is refused is said beside the choice. */
export async function changeRole(c: Context): Promise<Response> {
  const person = await identify(c.var.scope, c.req.param("id") ?? "");
  const chosen = (await readForm(c)).get("role") ?? "";
  if (!person.member) throw new Refusal(409, "member", "This person is not a member, so they have no role.");
  try {
    await changeRoleByHand(c.var.scope, person.member.id, checkedRole(chosen));
  } catch (error) {
    if (!(error instanceof Refusal) || error.status === 404) throw error;
    const status = error.status as 403 | 409 | 422;
    return showPersonPage(c, person, { status, sentence: error.message, role: chosen });
  }
  return c.redirect(`/people/${person.member.id}?saved`, 303);
}

/** One of our roles; 422 `role` for anything else. */
export function checkedRole(text: string): Role {
  const role = (Object.keys(ROLE_WORDS) as Role[]).find((each) => each === text);
  if (role) return role;
  throw new Refusal(422, "role", "Choose a role: owner, admin or member.");
}
