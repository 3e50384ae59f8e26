import { z } from "zod";
import { type Mapping, readMapping } from "../../../../../domain/directory/mapping.ts";
import { replaceMapping } from "../../../../../domain/directory/save-mapping.ts";
import { operation, organizationScope, reply } from "../../contract/operation.ts";
import { text } from "../../contract/schemas.ts";

/** A line, with the name as it is sent or as it is shown. */
const lineWith = (name: z.ZodString, id: z.ZodString) =>
  z.strictObject({
    kind: z.enum(["group", "role"]).meta({ description: "What `name` is at the identity provider." }),
    name: name.meta({ description: "Of a group, pushed or asserted, or of a role. ASCII case does not matter." }),
    role: z.enum(["owner", "admin", "member"]).nullable().optional(),
    groupId: id
      .nullable()
      .optional()
      .meta({ description: "A group of the organization's own. Either this or `role`." }),
  });

const settings = {
  defaultRole: z.enum(["admin", "member"]).meta({ description: "Of people to whom no line gives a role." }),
  absentAttribute: z
    .enum(["unchanged", "empty"])
    .meta({ description: "What an assertion without the groups or the role attribute means." }),
};

const mapping = z
  .strictObject({ lines: z.array(lineWith(z.string(), z.string()).meta({ id: "MappingLine" })), ...settings })
  .meta({ id: "Mapping" });

const wanted = z
  .strictObject({ lines: z.array(lineWith(text(200), text(100)).meta({ id: "NewMappingLine" })).max(500), ...settings })
  .meta({ id: "NewMapping" });

const path = "/api/v1/organizations/:slug/okta-integration/mapping";

const getMapping = operation({
  method: "GET",
  path,
  name: "getMapping",
  summary: "Show which groups and roles of the identity provider lead to which of ours.",
  answers: { 200: mapping },
  async run({ c }) {
    return reply(200, shown(await readMapping(await organizationScope(c))));
  },
});

const putMapping = operation({
  method: "PUT",
  path,
  name: "replaceMapping",
  summary: "Replace the whole mapping. Everybody has what it says before this answers.",
  body: wanted,
  answers: { 200: mapping },
  refusals: { 409: "It would take the last owner away." },
  async run({ c, body: { lines, ...rest } }) {
    const scope = await organizationScope(c);
    await replaceMapping(scope, { ...rest, rules: lines });
    return reply(200, shown(await readMapping(scope)));
  },
});

/** `/api/v1/organizations/:slug/okta-integration/mapping` */
export const mappingOperations = [getMapping, putMapping];

function shown({ rules, ...rest }: Mapping) {
  return { ...rest, lines: rules.map(({ kind, name, role, groupId }) => ({ kind, name, role, groupId })) };
}
