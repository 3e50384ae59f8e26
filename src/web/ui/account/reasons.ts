import type { Reason } from "../../../domain/directory/explain.ts";

/** Where a role or a group comes from, within a sentence: `the group Admins, pushed by Okta`. */
export function reasonText({ via, name }: Reason, provider: string): string {
  if (via === "pushed-group") return `the group ${name}, pushed by ${provider}`;
  if (via === "pushed-role") return `the role ${name}, pushed by ${provider}`;
  if (via === "groups-attribute") return `the group ${name}, named when you signed in`;
  if (via === "role-attribute") return `the role ${name}, named when you signed in`;
  return "the default for everybody";
}
