export { type GroupChange, groupChanges } from "./patch-group.ts";
export { parsePatch } from "./patch-request.ts";
export { type PatchedUser, patchUser } from "./patch-user.ts";
