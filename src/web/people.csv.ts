import { recordEvent } from "../domain/audit/events.ts";
import { type Member, memberPages } from "../domain/members/members.ts";
import type { Context } from "./edge/context.ts";
import { answerCsv } from "./edge/csv.ts";
import { readMemberFilter } from "./people.tsx";

const HEAD = ["Name", "Email", "Role", "State", "Source", "Connected", "Active in the directory", "Joined", "Id"];

/** `GET /people.csv`, with the filters of `/people`: everybody under them as a file. That somebody took it is an event. */
export async function downloadPeople(c: Context): Promise<Response> {
  const filter = readMemberFilter(c);
  if (c.req.method === "GET") await recordEvent(c.var.scope, { action: "people.exported", detail: { ...filter } });
  return answerCsv(c, "people", HEAD, (trx) => memberPages(trx, c.var.organization, filter), cells);
}

function cells(member: Member) {
  const { name, email, role, state, source, connected, activeInDirectory, joinedAt, id } = member;
  return [name, email, role, state, source, yes(connected), yes(activeInDirectory), joinedAt, id];
}

function yes(fact: boolean | null): string {
  return fact === null ? "" : fact ? "yes" : "no";
}
