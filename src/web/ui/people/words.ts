/** Roles, origins and standings as people read them. */
export const ROLE_WORDS = { owner: "Owner", admin: "Admin", member: "Member" } as const;
export const SOURCE_WORDS = { manual: "By hand", scim: "SCIM", jit: "Just in time" } as const;
export const STANDING_WORDS = {
  connected: "Connected",
  unconnected: "Not connected",
  deactivated: "Deactivated",
  "directory-deactivated": "Deactivated in the directory",
} as const;
export const GIT_HOST_WORDS = { github: "GitHub", bitbucket: "Bitbucket", gitlab: "GitLab" } as const;
