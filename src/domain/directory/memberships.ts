import { sql } from "kysely";
import { type Db, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { Filter } from "../../protocols/scim/filter-tree.ts";
import type { GroupChange } from "../../protocols/scim/patch.ts";
import type { GroupMember } from "../../protocols/scim/resource.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { endpoints } from "../integration/integration.ts";
import { memberCondition } from "./filter-sql.ts";

/** How many memberships came and went, how many are shown under another name, and who they are, the first of many. */
export interface Difference {
  readonly added: number;
  readonly removed: number;
  readonly renamed: number;
  readonly whoCame: readonly Who[];
  readonly whoWent: readonly Who[];
}

/** A directory user as a group shows it. */
interface Who {
  readonly id: string;
  readonly name: string | null;
}

/** Before anything has changed. */
export const NO_DIFFERENCE: Difference = { added: 0, removed: 0, renamed: 0, whoCame: [], whoWent: [] };

/** What two changes of one group come to. */
export function together(one: Difference, other: Difference): Difference {
  return {
    added: one.added + other.added,
    removed: one.removed + other.removed,
    renamed: one.renamed + other.renamed,
    whoCame: [...one.whoCame, ...other.whoCame].slice(0, WHO),
    whoWent: [...one.whoWent, ...other.whoWent].slice(0, WHO),
  };
}

/** So many are named. */
const WHO = 200;
/** Some of the rows of a part of a statement that returns memberships, for whoever reads of the change. */
const who = (rows: string) => `coalesce((
    SELECT json_agg(json_build_object('id', s.directory_user_id, 'name', coalesce((
      SELECT u.attributes ->> 'displayName' FROM directory_users u
      WHERE u.organization_id = $1 AND u.id = s.directory_user_id), s.display)))
    FROM (SELECT directory_user_id, display FROM ${rows} LIMIT ${WHO}) s), '[]')`;

type MembershipChange = Extract<GroupChange, { kind: `${string}Members${string}` }>;
/** A scope whose `db` is the transaction that holds the group. */
type Inside = Pick<Scope, "db" | "organization">;

/**
 * Changes the members of a group that the transaction holds, each change in one set statement: the cost is that of the change,
 * and of a replacement that of comparing the group once. A member who is not a directory user of the organization is
 * refused by name (400 `invalidValue`), and then nothing is changed.
 */
export function changeMembers(inside: Inside, groupId: string, change: MembershipChange): Promise<Difference> {
  switch (change.kind) {
    case "addMembers":
      return write(addMembers, inside, groupId, change.members);
    case "replaceMembers":
      return write(replaceMembers, inside, groupId, change.members);
    case "removeMembers":
      return remove(inside, groupId, change.values);
    case "removeMembersMatching":
      return removeMatching(inside, groupId, change.filter);
  }
}

/**
 * Who is not in the group as wanted. Each member is looked up by itself, so that the size of the group does not matter. Scalar
 * subqueries stay what they are: a join would be planned without knowing how many come. A member without a display name is
 * shown as the directory shows the user; NULL for who is none.
 */
const DIFFERING = `
  looked_up AS MATERIALIZED (
    SELECT w.id, w.display, (
      SELECT coalesce(m.display, '') FROM group_memberships m
      WHERE m.organization_id = $1 AND m.group_id = $2 AND m.directory_user_id = w.id
    ) AS before FROM unnest($3::uuid[], $4::text[]) AS w (id, display)
  ), differing AS MATERIALIZED (
    SELECT w.id, w.display, (
      SELECT coalesce(u.attributes ->> 'displayName', u.user_name) FROM directory_users u
      WHERE u.organization_id = $1 AND u.id = w.id
    ) AS shown FROM looked_up w WHERE w.before IS NULL OR w.before <> w.display
  )`;

/** What both statements end with: `differing` is written, or nothing where somebody of it is missing. */
const WRITTEN = `
  missing AS MATERIALIZED (SELECT id FROM differing WHERE shown IS NULL),
  written AS (
    INSERT INTO group_memberships (organization_id, group_id, directory_user_id, display)
    SELECT $1, $2, id, coalesce(display, shown) FROM differing WHERE NOT EXISTS (SELECT FROM missing)
    ON CONFLICT (organization_id, group_id, directory_user_id) DO UPDATE SET display = excluded.display
    RETURNING xmax = 0 AS new, directory_user_id, display
  )
  SELECT (SELECT count(*) FILTER (WHERE new)::int FROM written) AS added,
    (SELECT count(*) FILTER (WHERE NOT new)::int FROM written) AS renamed, ${who("written WHERE new")} AS "whoCame",
    (SELECT count(*)::int FROM missing) AS missing, ARRAY(SELECT id::text FROM missing LIMIT 5) AS names`;

interface Outcome extends Difference {
  readonly missing: number;
  readonly names: readonly string[];
}
type Values = [organizationId: string, groupId: string, ids: string[], displays: (string | null)[]];

const addMembers = statement<Outcome, Values>(`WITH ${DIFFERING}, ${WRITTEN}, 0 AS removed, '[]'::json AS "whoWent"`);

/** What is NOT IN a subquery is found through a hash of it, whatever the planner knows, where a join might compare all pairs. */
const replaceMembers = statement<Outcome, Values>(`
  WITH ${DIFFERING}, gone AS (
    DELETE FROM group_memberships m
    WHERE m.organization_id = $1 AND m.group_id = $2 AND m.directory_user_id NOT IN (SELECT id FROM looked_up)
      AND NOT EXISTS (SELECT FROM differing WHERE shown IS NULL)
    RETURNING m.directory_user_id, m.display
  ), ${WRITTEN}, (SELECT count(*)::int FROM gone) AS removed, ${who("gone")} AS "whoWent"`);

async function write(
  statement: (db: Db, ...values: Values) => Promise<Outcome[]>,
  { db, organization }: Inside,
  groupId: string,
  members: readonly GroupMember[],
): Promise<Difference> {
  // Once each, in whatever case their ids are written.
  const once = new Map(members.map((member) => [member.value.toLowerCase(), member.display ?? null]));
  const ids = [...once.keys()];
  const strangers = ids.filter((id) => !isId(id));
  if (strangers.length > 0) throw missing(strangers, strangers.length);
  const [outcome] = await statement(db, organization.id, groupId, ids, [...once.values()]);
  if (outcome === undefined) return NO_DIFFERENCE;
  if (outcome.missing > 0) throw missing(outcome.names, outcome.missing);
  return outcome;
}

function missing(names: readonly string[], count: number): Refusal {
  const shown = names.slice(0, 5).map((value) => JSON.stringify(value.slice(0, 100)));
  const more = count > shown.length ? ` and ${count - shown.length} more` : "";
  const sentence = `No user here has the id ${shown.join(", ")}${more}: push the user before the group. Nothing was changed.`;
  return new Refusal(400, "invalidValue", sentence);
}

/** What a statement that deletes memberships, as `gone`, says of them. */
const GONE = `SELECT (SELECT count(*)::int FROM gone) AS removed, ${who("gone")} AS "whoWent"`;
type Gone = Pick<Difference, "removed" | "whoWent">;

const deleteMembers = statement<Gone, [string, string, string[]]>(`
  WITH gone AS (
    DELETE FROM group_memberships
    WHERE organization_id = $1 AND group_id = $2 AND directory_user_id = ANY ($3::uuid[])
    RETURNING directory_user_id, display
  ) ${GONE}`);

/** Whoever is not in the group is out of it already: no error (RFC 7644 §3.5.2.2). */
async function remove({ db, organization }: Inside, groupId: string, ids: readonly string[]): Promise<Difference> {
  const [outcome] = await deleteMembers(db, organization.id, groupId, ids.filter(isId));
  return { ...NO_DIFFERENCE, ...outcome };
}

async function removeMatching({ db, organization }: Inside, groupId: string, filter: Filter): Promise<Difference> {
  const condition = memberCondition(filter, endpoints(organization).scimBaseUrl);
  const { rows } = await sql<{ id: string }>`SELECT gm.directory_user_id AS id FROM group_memberships gm
    WHERE gm.organization_id = ${organization.id} AND gm.group_id = ${groupId} AND ${condition}`.execute(db);
  return remove(
    { db, organization },
    groupId,
    rows.map(({ id }) => id),
  );
}
