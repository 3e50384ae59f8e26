import { type RawBuilder, sql } from "kysely";
import type { AttributePath } from "../../protocols/scim/attribute-path.ts";
import { ENTERPRISE_URN, GROUP_URN, type ResourceType, USER, USER_URN } from "../../protocols/scim/schema.ts";

/** One value in SQL, NULL where there is none: text, boolean or timestamptz, as the attribute's type says. */
export interface Field {
  readonly value: RawBuilder<unknown>;
  /** The same in lower case, from a column that has an index. */
  readonly folded?: RawBuilder<unknown>;
  /** The uuid of which the value is the text. */
  readonly uuid?: RawBuilder<unknown>;
  /** A time that is never before the value, from a column that has an index. */
  readonly indexed?: RawBuilder<unknown>;
}

/** Where an attribute of a resource is kept. */
export interface Place {
  /** `FROM … WHERE …` with a row for each of several values. Without it, the resource's own row has the one value. */
  readonly rows?: RawBuilder<unknown>;
  /** The order of several values, the one to sort by first; without it they are in their own order. */
  readonly firstBy?: RawBuilder<unknown>;
  /** Whether there is a value that has sub-attributes. */
  readonly isObject: RawBuilder<boolean>;
  /** Whether any sub-attribute of the value is not empty. */
  readonly isPresent: RawBuilder<boolean>;
  /** The value's sub-attribute, or the value itself. */
  readonly field: (sub: string | undefined) => Field;
}

/** Of which resources, and the SCIM base URL that their references begin with. */
interface Context {
  readonly type: ResourceType;
  readonly baseUrl: string;
}

/** Where the attribute that a path begins with is kept; see `user-rows.ts` and `renderUser`, `renderGroup`. */
export function placeOf(path: AttributePath, context: Context): Place {
  const column = path.urn === undefined ? COLUMNS[context.type][path.attribute] : undefined;
  if (column !== undefined) return { isObject: sql`false`, isPresent: sql`false`, field: () => column };
  switch (path.attribute) {
    case "schemas":
      return schemas(context.type);
    case "meta":
      return computed(meta(context));
    case "members":
      return members(context);
    case "groups":
      return groups(context);
    default:
      return stored(path);
  }
}

const COLUMNS: Readonly<Record<ResourceType, Readonly<Record<string, Field>>>> = {
  User: {
    id: { value: sql`u.id::text`, uuid: sql`u.id` },
    externalId: { value: sql`u.external_id` },
    userName: { value: sql`u.user_name`, folded: sql`u.user_name_key` },
    active: { value: sql`u.active` },
  },
  Group: {
    id: { value: sql`g.id::text`, uuid: sql`g.id` },
    externalId: { value: sql`g.external_id` },
    displayName: { value: sql`g.display_name`, folded: sql`g.display_name_key` },
  },
};

function schemas(type: ResourceType): Place {
  const extended = sql`CASE WHEN u.attributes -> ${sql.lit(ENTERPRISE_URN)} IS NOT NULL
    THEN ARRAY[${sql.lit(USER_URN)}, ${sql.lit(ENTERPRISE_URN)}] ELSE ARRAY[${sql.lit(USER_URN)}] END`;
  const list = type === "User" ? extended : sql`ARRAY[${sql.lit(GROUP_URN)}]`;
  const rows = sql`FROM unnest(${list}) AS s(urn) WHERE true`;
  return { rows, isObject: sql`false`, isPresent: sql`true`, field: () => ({ value: sql`s.urn` }) };
}

/** Times are shown in milliseconds, while a column may hold microseconds. */
function meta({ type, baseUrl }: Context): Readonly<Record<string, Field>> {
  const row = sql.raw(type === "User" ? "u" : "g");
  return {
    resourceType: { value: sql`${sql.lit(type)}::text` },
    created: { value: sql`date_trunc('milliseconds', ${row}.created_at)` },
    lastModified: { value: sql`date_trunc('milliseconds', ${row}.updated_at)`, indexed: sql`${row}.updated_at` },
    location: { value: sql`(${`${baseUrl}/${type}s/`}::text || ${row}.id::text)` },
    version: { value: sql`('W/"' || ${row}.version::text ${type === "User" ? GROUPS_DIGEST : sql``} || '"')` },
  };
}

/** What `versionTag` puts behind a user's version: a digest of the groups that `USER_GROUPS` shows. */
const GROUPS_DIGEST = sql`|| coalesce('-' || (SELECT left(encode(sha256(convert_to(string_agg(
    vg.id::text || vg.display_name, ',' ORDER BY vg.display_name_key), 'UTF8')), 'hex'), 8)
  FROM group_memberships vm
  JOIN directory_groups vg ON vg.organization_id = vm.organization_id AND vg.id = vm.group_id
  WHERE vm.organization_id = u.organization_id AND vm.directory_user_id = u.id), '')`;

function members({ baseUrl }: Context): Place {
  const rows = sql`FROM group_memberships gm WHERE gm.organization_id = g.organization_id AND gm.group_id = g.id`;
  const fields = {
    value: { value: sql`gm.directory_user_id::text`, uuid: sql`gm.directory_user_id` },
    $ref: { value: sql`(${`${baseUrl}/Users/`}::text || gm.directory_user_id::text)` },
    display: { value: sql`gm.display` },
    type: { value: sql`'User'::text` },
  };
  return { rows, ...computed(fields) };
}

function groups({ baseUrl }: Context): Place {
  const rows = sql`FROM group_memberships gm
    JOIN directory_groups ug ON ug.organization_id = gm.organization_id AND ug.id = gm.group_id
    WHERE gm.organization_id = u.organization_id AND gm.directory_user_id = u.id`;
  const fields = {
    value: { value: sql`gm.group_id::text`, uuid: sql`gm.group_id` },
    $ref: { value: sql`(${`${baseUrl}/Groups/`}::text || gm.group_id::text)` },
    display: { value: sql`ug.display_name`, folded: sql`ug.display_name_key` },
    type: { value: sql`'direct'::text` },
  };
  return { rows, ...computed(fields) };
}

/** An object that is always there, with some sub-attribute that is never empty. */
function computed(fields: Readonly<Record<string, Field>>): Place {
  const nothing = { value: sql`NULL::text` };
  const field = (sub: string | undefined) => (sub === undefined ? nothing : (fields[sub] ?? nothing));
  return { isObject: sql`true`, isPresent: sql`true`, field };
}

/** Names are the schema's, so they may stand in the text: the same filter with another value is the same statement. */
function stored({ urn, attribute }: AttributePath): Place {
  const container = urn === undefined ? sql`u.attributes` : sql`u.attributes -> ${sql.lit(urn)}`;
  const inside = sql`${container} -> ${sql.lit(attribute)}`;
  if (urn === undefined && USER.byName.get(attribute)?.multiValued === true) return storedList(inside);
  const itself = { value: sql`(${container} ->> ${sql.lit(attribute)})` };
  const { isObject, isPresent, field } = storedObject(inside);
  return { isObject, isPresent, field: (sub) => (sub === undefined ? itself : field(sub)) };
}

function storedList(list: RawBuilder<unknown>): Place {
  const rows = sql`FROM jsonb_array_elements(CASE WHEN jsonb_typeof(${list}) = 'array' THEN ${list} END)
    WITH ORDINALITY AS v(item, place) WHERE true`;
  const firstBy = sql`(v.item ->> 'primary') = 'true' DESC NULLS LAST, v.place`;
  return { rows, firstBy, ...storedObject(sql`v.item`) };
}

function storedObject(object: RawBuilder<unknown>): Place {
  const isObject = sql<boolean>`(jsonb_typeof(${object}) = 'object')`;
  const isPresent = sql<boolean>`EXISTS (SELECT FROM jsonb_each_text(CASE WHEN ${isObject} THEN ${object} END) AS p(name, value)
    WHERE p.value <> '')`;
  return { isObject, isPresent, field: (sub) => storedField(object, sub) };
}

function storedField(object: RawBuilder<unknown>, sub: string | undefined): Field {
  if (sub === undefined) return { value: sql`(${object} #>> '{}')` };
  const text = sql`(${object} ->> ${sql.lit(sub)})`;
  // The only boolean within an object (RFC 7643 §2.4). Whatever else were stored there, a cast would raise an error.
  if (sub === "primary") return { value: sql`CASE ${text} WHEN 'true' THEN true WHEN 'false' THEN false END` };
  return { value: text };
}
