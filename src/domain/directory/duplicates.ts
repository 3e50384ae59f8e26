import { inTransaction, statement, violatedConstraint } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { MemberOrigin, Role } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";

/** One of two members who may be the same person. */
export interface Alike {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly source: MemberOrigin;
  readonly joinedAt: Date;
  /** The directory user's `userName`, where the directory knows this member. */
  readonly userName: string | null;
}

/** Why two members may be one person. */
export type Likeness = "plus-address" | "git-login" | "local-part" | "name";

/** Two active members who are likely one person, the older one first. */
export interface LikelyPair {
  readonly older: Alike;
  readonly younger: Alike;
  readonly reasons: readonly Likeness[];
}

/** Addresses of offices, not of people. */
const OFFICES =
  "'admin','billing','contact','dev','hello','help','hr','info','it','mail','me','no-reply','noreply','office'," +
  "'operations','ops','root','sales','security','support','team','test'";

/** A value that more people share than this says nothing about them. */
const MOST_ALIKE = 5;

const alike = (key: string, reason: Likeness, condition: string) => `
  SELECT a.id AS one, b.id AS other, '${reason}' AS reason FROM (
    SELECT ${key} AS key, array_agg(id) AS ids FROM people WHERE ${condition}
    GROUP BY 1 HAVING count(*) BETWEEN 2 AND ${MOST_ALIKE}
  ) same, unnest(ids) AS a (id), unnest(ids) AS b (id) WHERE a.id < b.id`;

const shown = (who: string) => `json_build_object('id', ${who}.id, 'name', ${who}.name, 'email', ${who}.email,
  'role', ${who}.role, 'source', ${who}.origin, 'joinedAt', ${who}.joined_at, 'userName', ${who}.user_name)`;

/** The same login at two git hosts; at one host it would be the same account. */
const SAME_LOGIN = `
  SELECT least(a.member_id, b.member_id) AS one, greatest(a.member_id, b.member_id) AS other, 'git-login' AS reason
  FROM git_connections a
  JOIN git_connections b ON b.organization_id = $1 AND lower(b.login) = lower(a.login) AND b.member_id <> a.member_id
    AND a.provider < b.provider
  WHERE a.organization_id = $1
    AND a.member_id IN (SELECT id FROM people) AND b.member_id IN (SELECT id FROM people)`;

const selectPairs = statement<{ one: JsonAlike; other: JsonAlike; reasons: Likeness[] }, [string, number]>(`
  WITH people AS MATERIALIZED (
    SELECT m.id, m.name, m.email, m.role, m.origin, m.joined_at, u.user_name,
      lower(regexp_replace(btrim(m.name), '\\s+', ' ', 'g')) AS name_key,
      regexp_replace(split_part(m.email_key, '@', 1), '\\+.*$', '') AS local_part,
      regexp_replace(m.email_key, '\\+[^@]*@', '@') AS bare
    FROM members m
    LEFT JOIN directory_users u ON u.organization_id = m.organization_id AND u.member_id = m.id
    WHERE m.organization_id = $1 AND m.state = 'active'
  ), found AS (
    ${alike("bare", "plus-address", "true")}
    UNION ALL ${alike("local_part", "local-part", `length(local_part) > 2 AND local_part NOT IN (${OFFICES})`)}
    UNION ALL ${alike("name_key", "name", "name_key LIKE '% %'")}
    UNION ALL ${SAME_LOGIN}
  ), pairs AS (
    SELECT one, other, array_agg(DISTINCT reason) AS reasons
    FROM found GROUP BY one, other
  )
  SELECT ${shown("a")} AS one, ${shown("b")} AS other, reasons
  FROM pairs JOIN people a ON a.id = pairs.one JOIN people b ON b.id = pairs.other
  WHERE (a.user_name IS NULL OR b.user_name IS NULL) AND NOT EXISTS (
    SELECT FROM distinct_people d WHERE d.organization_id = $1 AND d.member_id = pairs.one AND d.other_member_id = pairs.other)
  ORDER BY cardinality(reasons) DESC, 'plus-address' = ANY (reasons) DESC, 'name' = ANY (reasons),
    a.user_name IS NULL AND b.user_name IS NULL, pairs.one, pairs.other LIMIT $2`);

type JsonAlike = Omit<Alike, "joinedAt"> & { readonly joinedAt: string };

/**
 * Likely pairs: the same address but for a plus-part, the same login at two git hosts, the same part before the @, the same
 * name; active members only, at most
 * one of whom the directory knows, for two directory users are two people to the directory. What an admin said to be two
 * people is left out. Looks at every member of the organization.
 */
export async function listLikelyPairs(
  scope: Pick<Scope, "db" | "organization">,
  limit: number,
): Promise<readonly LikelyPair[]> {
  const rows = await selectPairs(scope.db, scope.organization.id, limit);
  return rows.map(({ one, other, reasons }) => {
    const [older, younger] = inOrder(dated(one), dated(other));
    return { older, younger, reasons };
  });
}

function dated(alike: JsonAlike): Alike {
  return { ...alike, joinedAt: new Date(alike.joinedAt) };
}

/** The older member first; of two who joined at one moment the lower id. */
export function inOrder<T extends Pick<Alike, "id" | "joinedAt">>(one: T, other: T): [T, T] {
  const difference = one.joinedAt.getTime() - other.joinedAt.getTime() || (one.id < other.id ? -1 : 1);
  return difference < 0 ? [one, other] : [other, one];
}

/** Answers the addresses of the two, for whoever reads of it. */
const insertDistinct = statement<{ one: string; other: string }, [string, string, string, Date, string]>(`
  WITH told AS (
    INSERT INTO distinct_people (organization_id, member_id, other_member_id, decided_at, decided_by)
    VALUES ($1, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid), $4, $5)
    ON CONFLICT DO NOTHING RETURNING member_id
  )
  SELECT a.email AS one, b.email AS other FROM told
  JOIN members a ON a.organization_id = $1 AND a.id = $2 JOIN members b ON b.organization_id = $1 AND b.id = $3`);

/** Remembers that two members are two people. 404 `member` where one of them is not here; the same twice is nothing new. */
export function keepApart(scope: Scope, oneId: string, otherId: string): Promise<void> {
  if (!isId(oneId) || !isId(otherId) || oneId === otherId) throw noSuchPair();
  return inTransaction(scope.db, async (db) => {
    try {
      const [told] = await insertDistinct(db, scope.organization.id, oneId, otherId, scope.now, scope.actor.name);
      if (!told) return;
      const target = { kind: "member", id: oneId, name: told.one };
      const detail = { other: { id: otherId, email: told.other } };
      await recordEvent({ ...scope, db }, { action: "member.kept_apart", target, detail });
    } catch (error) {
      throw violatedConstraint(error) ? noSuchPair() : error;
    }
  });
}

/** 404 `member`: one of the two is not here, or they are one. */
export function noSuchPair(): Refusal {
  return new Refusal(404, "member", "One of these two is not a member here any more.");
}
