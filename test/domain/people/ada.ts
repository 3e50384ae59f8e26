import type { RecordedEvent } from "../../../src/domain/audit/events.ts";
import type { Facts } from "../../../src/domain/people/answer.ts";
import type { ListedAttempt } from "../../../src/domain/people/attempts.ts";
import type { Identity, MemberFacts, UserFacts } from "../../../src/domain/people/identity.ts";
import type { NamedRequest } from "../../../src/domain/people/named-requests.ts";

/** Ids in the order of time. */
const id = (n: number) => `0190a5e0-0000-7000-8000-${String(n).padStart(12, "0")}`;
export const at = (n: number) => new Date(Date.UTC(2026, 10, 27, 10, n));

const MEMBER: MemberFacts = {
  id: id(900),
  email: "ada@example.test",
  name: "Ada Park",
  role: "member",
  state: "active",
  origin: "scim",
  joinedAt: at(0),
  welcomedAt: at(1),
};
const USER: UserFacts = {
  id: id(901),
  userName: "ada@example.test",
  externalId: "00uAda",
  email: "ada@example.test",
  active: true,
  origin: "scim",
  createdAt: at(0),
  updatedAt: at(0),
};

export const person = (member?: Partial<MemberFacts>, user?: Partial<UserFacts>): Identity => ({
  name: "Ada Park",
  member: member && { ...MEMBER, ...member },
  user: user && { ...USER, ...user },
  ids: [id(900), id(901)],
  keys: ["ada@example.test"],
});

export const request = (n: number, changes: Partial<NamedRequest>): NamedRequest => ({
  id: id(n),
  at: at(n),
  method: "POST",
  status: 201,
  outcome: "added",
  summary: "Added Ada Park",
  referenceId: `REF-${n}`,
  refusal: null,
  count: 1,
  ...changes,
});
export const duplicate = (n: number) =>
  request(n, {
    status: 409,
    outcome: "refused",
    summary: "Refused to add Ada Park",
    refusal: { code: "uniqueness", sentence: 'The email "ada@example.test" belongs to the user "x".' },
  });
export const lookup = (n: number, count = 1) =>
  request(n, { method: "GET", status: 200, outcome: "read", summary: "Looked for ada", count });

export const event = (
  n: number,
  action: string,
  detail: Record<string, unknown> = {},
  actor = "olive@example.test",
): RecordedEvent => ({
  id: id(n),
  at: at(n),
  actor: { kind: actor === "SCIM" ? "directory" : "member", id: null, name: actor },
  action,
  target: { kind: "member", id: id(900), name: "ada@example.test" },
  ip: null,
  referenceId: `REF-${n}`,
  detail,
});

export const attempt = (n: number, changes: Partial<ListedAttempt> = {}): ListedAttempt => ({
  id: id(n),
  at: at(n),
  purpose: "sign-in",
  outcome: "refused",
  code: "audience",
  sentence: "This sign-in was meant for somebody else.",
  email: "ada@example.test",
  ip: null,
  referenceId: `REF-${n}`,
  ...changes,
});

export const SCIM = { provider: "Okta", provisioning: "scim", lastScimRequestAt: at(0) } as const;
export const JIT = { provider: "Okta", provisioning: "jit", lastScimRequestAt: null } as const;
export const WRONG_TOKENS = {
  unknown: 0,
  expired: 3,
  revoked: 0,
  firstAt: at(5),
  lastAt: at(30),
  lastAddress: "",
  tokenName: "Okta, May",
};
export const RULE = {
  via: "pushed-group",
  name: "Admins",
  ruleId: null,
  directoryGroupId: null,
  assertedAt: null,
} as const;

export const NOTHING: Facts = {
  asked: "ada@example.test",
  person: undefined,
  role: undefined,
  ssoEnforced: false,
  integration: SCIM,
  refusedTokens: undefined,
  requests: [],
  activityDays: 30,
  events: [],
  disconnected: undefined,
  attempts: [],
  attemptFix: undefined,
};
