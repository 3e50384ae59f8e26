import { touchedMembers } from "../../../../domain/integration/disconnect-list.ts";
import type { Context } from "../../../edge/context.ts";
import { answerCsv } from "../../../edge/csv.ts";

const HEAD = ["Name", "Email", "Role", "State", "Created by the integration", "Id"];

/** `GET /settings/okta/disconnect/people.csv`: everybody whom a disconnect touches, as a file. */
export function downloadTouched(c: Context): Promise<Response> {
  return answerCsv(
    c,
    "disconnect",
    HEAD,
    (trx) => touchedMembers(trx, c.var.organization.id),
    ({ name, email, role, state, created, id }) => [name, email, role, state, created ? "yes" : "no", id],
  );
}
