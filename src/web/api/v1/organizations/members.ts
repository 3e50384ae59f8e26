import { z } from "zod";
import {
  addMember,
  changeMember,
  getMember,
  listMembers,
  type Member,
  removeMember,
} from "../../../../domain/members/members.ts";
import { changeInOrganization, operation, organizationScope, pathValue, reply } from "../contract/operation.ts";
import { page, pageOf, pageQuery } from "../contract/page.ts";
import { id, nothing, text, time } from "../contract/schemas.ts";

const role = z.enum(["owner", "admin", "member"]);
const state = z.enum(["active", "deactivated"]);

const member = z
  .strictObject({
    id,
    email: z.string(),
    name: z.string(),
    role,
    state,
    source: z.enum(["manual", "scim", "jit"]).meta({ description: "Who made this member: a person, or a directory." }),
    connected: z.boolean().meta({ description: "Active here, and active in the directory." }),
    joinedAt: time,
  })
  .meta({ id: "Member" });

const newMember = z.strictObject({ email: text(1000), name: text(1000), role }).meta({ id: "NewMember" });

const memberChange = z
  .strictObject({
    email: text(1000).optional(),
    name: text(1000).optional(),
    role: role.optional(),
    state: state.optional(),
  })
  .meta({ id: "MemberChange" });

const memberQuery = pageQuery.extend({
  q: text(200).optional().meta({ description: "A part of the name or the email, in any case." }),
});

const postMember = operation({
  method: "POST",
  path: "/api/v1/organizations/:slug/members",
  name: "addMember",
  summary: "Add a member by hand.",
  body: newMember,
  answers: { 201: member },
  refusals: { 409: "A member with this email is there already." },
  async run({ c, body }) {
    const added = await changeInOrganization(c, (scope) => addMember(scope, body));
    return reply(201, shown(added), `/api/v1/organizations/${pathValue(c, "slug")}/members/${added.id}`);
  },
});

const getMembers = operation({
  method: "GET",
  path: "/api/v1/organizations/:slug/members",
  name: "listMembers",
  summary: "List members in the order in which they joined, the deactivated too.",
  query: memberQuery,
  answers: { 200: pageOf(member) },
  async run({ c, query: { q, cursor, limit } }) {
    const rows = await listMembers(await organizationScope(c), { q, after: cursor, limit: limit + 1 });
    return reply(200, page(rows, limit, shown));
  },
});

const getOneMember = operation({
  method: "GET",
  path: "/api/v1/organizations/:slug/members/:id",
  name: "getMember",
  summary: "Read a member.",
  answers: { 200: member },
  async run({ c }) {
    return reply(200, shown(await getMember(await organizationScope(c), pathValue(c, "id"))));
  },
});

const patchMember = operation({
  method: "PATCH",
  path: "/api/v1/organizations/:slug/members/:id",
  name: "changeMember",
  summary: "Change a member's email, name, role or state. Deactivating ends their sessions at once.",
  body: memberChange,
  answers: { 200: member },
  refusals: { 409: "The last active owner; an email that is taken; a name or email that the directory keeps." },
  async run({ c, body }) {
    const changed = await changeMember(await organizationScope(c), pathValue(c, "id"), body);
    return reply(200, shown(changed));
  },
});

const deleteMember = operation({
  method: "DELETE",
  path: "/api/v1/organizations/:slug/members/:id",
  name: "removeMember",
  summary: "Remove a member and end their sessions.",
  answers: { 204: nothing },
  refusals: { 409: "The last active owner stays." },
  async run({ c }) {
    await removeMember(await organizationScope(c), pathValue(c, "id"));
    return reply(204, undefined);
  },
});

/** `/api/v1/organizations/:slug/members` */
export const memberOperations = [postMember, getMembers, getOneMember, patchMember, deleteMember];

function shown(member: Member) {
  const { id, email, name, role, state, source, connected, joinedAt } = member;
  return { id, email, name, role, state, source, connected, joinedAt: joinedAt.toISOString() };
}
