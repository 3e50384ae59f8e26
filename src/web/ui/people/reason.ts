import type { Reason } from "../../../domain/directory/explain.ts";

/** Why the mapping reaches somebody, as a sentence goes on: `for they are in the pushed group Admins`. */
export function reasonText({ via, name, assertedAt }: Reason): string {
  const when = assertedAt ? `, as the sign-in of ${assertedAt.toISOString().slice(0, 10)} said` : "";
  const words = {
    "pushed-group": `because they are in the pushed group ${name}`,
    "groups-attribute": `because they are in the group ${name} at the identity provider${when}`,
    "role-attribute": `because their role at the identity provider is ${name}${when}`,
    "pushed-role": `because the directory pushed the role ${name}`,
    default: "because that is the default role of the integration",
  } as const;
  return words[via];
}
