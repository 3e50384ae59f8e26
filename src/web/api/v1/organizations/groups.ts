import { z } from "zod";
import { type GroupSummary, listGroupSummaries } from "../../../../domain/directory/all-groups.ts";
import { makeOwnGroup } from "../../../../domain/directory/own-groups.ts";
import { operation, organizationScope, reply } from "../contract/operation.ts";
import { page, pageOf, pageQuery } from "../contract/page.ts";
import { id, text } from "../contract/schemas.ts";

const group = z
  .strictObject({
    id,
    name: z.string(),
    source: z
      .enum(["scim", "manual"])
      .meta({ description: "`scim`: the directory keeps the group. `manual`: it is the organization's own." }),
    memberCount: z.int(),
  })
  .meta({ id: "Group" });

const getGroups = operation({
  method: "GET",
  path: "/api/v1/organizations/:slug/groups",
  name: "listGroups",
  summary: "List the groups that the directory pushed, and the organization's own.",
  query: pageQuery,
  answers: { 200: pageOf(group) },
  async run({ c, query: { cursor, limit } }) {
    const rows = await listGroupSummaries(await organizationScope(c), { after: cursor, limit: limit + 1 });
    return reply(200, page(rows, limit, shown));
  },
});

const postGroup = operation({
  method: "POST",
  path: "/api/v1/organizations/:slug/groups",
  name: "makeGroup",
  summary: "Make a group of the organization's own, with nobody in it.",
  body: z.strictObject({ name: text(200) }).meta({ id: "NewGroup" }),
  answers: { 201: group },
  refusals: { 409: "A group of the organization's own has this name already." },
  async run({ c, body }) {
    const made = await makeOwnGroup(await organizationScope(c), body);
    return reply(201, shown({ ...made, source: "manual", memberCount: 0 }));
  },
});

/** `/api/v1/organizations/:slug/groups` */
export const groupOperations = [getGroups, postGroup];

function shown({ id, name, source, memberCount }: GroupSummary) {
  return { id, name, source, memberCount };
}
