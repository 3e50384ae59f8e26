import type { RecordedEvent } from "./events.ts";

/** Who did it, as a sentence begins. */
export function who({ actor }: RecordedEvent): string {
  if (actor.kind === "directory") return "The directory";
  if (actor.kind === "operator") return "The operator";
  if (actor.kind === "system") return "The service";
  return actor.kind === "visitor" ? "Somebody who was not signed in" : actor.name;
}

/** To whom or what, as a sentence ends. */
export function whom({ target }: RecordedEvent): string {
  return target?.name ?? target?.id ?? "something";
}

export function said({ detail }: RecordedEvent, name: string): string | undefined {
  const value = detail[name];
  return value === undefined || value === null ? undefined : String(value);
}

/** The address of another member whom the detail names, such as whoever was merged. */
export function addressIn({ detail }: RecordedEvent, name: string): string {
  const { email } = objectOf(detail[name]);
  return typeof email === "string" ? email : "another member";
}

export function roleOf(role: string | undefined): string {
  const words: Readonly<Record<string, string>> = { owner: "an owner", admin: "an admin", member: "a member" };
  return words[role ?? ""] ?? "a member";
}

export const WAYS: Readonly<Record<string, string>> = {
  sso: "through Single Sign-On",
  link: "by a one-time link",
  setup: "by the set-up link",
  git: "with a git account",
  recovery: "with a recovery code",
};

/** The git account, as people at its host know it. */
export function accountOf(event: RecordedEvent): string {
  const login = said(event, "login");
  return login ? `@${login}` : "an account";
}

/** How much of the account is open to us. */
export function accessOf(event: RecordedEvent): string {
  const words: Readonly<Record<string, string>> = { email: "its email only", public: "its public repositories" };
  return words[said(event, "access") ?? ""] ?? "all its repositories";
}

/** The git host, as people call it. */
export function hostOf(event: RecordedEvent): string {
  const names: Readonly<Record<string, string>> = { github: "GitHub", bitbucket: "Bitbucket", gitlab: "GitLab" };
  return names[said(event, "provider") ?? ""] ?? "The git host";
}

export function joined(event: RecordedEvent): string {
  if (said(event, "member") === "linked") return "and linked them to the member with the same email";
  return "who became a member";
}

/** `title, name of `, from the names of what differs. */
export function whatOf({ detail }: RecordedEvent): string {
  const [before, after] = [objectOf(detail["before"]), objectOf(detail["after"])];
  const named = Object.keys(after).filter((name) => after[name] !== before[name]);
  const others = Array.isArray(detail["attributes"]) ? detail["attributes"].map(String) : [];
  const all = [...named, ...others].map((name) => name.split(":").at(-1));
  return all.length > 0 ? `${all.slice(0, 3).join(", ")}${all.length > 3 ? " and more" : ""} of ` : "";
}

/** What somebody changed of a member by hand: `made x an admin`, `changed the email of x to y`. */
export function changed(event: RecordedEvent): string {
  const change = objectOf(event.detail["change"]);
  const parts = [
    change["role"] !== undefined && `made ${whom(event)} ${roleOf(String(change["role"]))}`,
    change["email"] !== undefined && `changed the email of ${whom(event)} to ${change["email"]}`,
    change["name"] !== undefined && `changed the name of ${whom(event)} to ${change["name"]}`,
    change["state"] === "deactivated" && `deactivated ${whom(event)}`,
    change["state"] === "active" && `reactivated ${whom(event)}`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(", and ") : `changed ${whom(event)}`;
}

export function membersCame(event: RecordedEvent): string {
  const [added, removed] = [Number(event.detail["added"] ?? 0), Number(event.detail["removed"] ?? 0)];
  const parts = [added > 0 && `${added} came`, removed > 0 && `${removed} went`].filter((part) => part !== false);
  return parts.length > 0 ? `: ${parts.join(", ")}` : "";
}

export function settingsOf({ detail }: RecordedEvent): string {
  const words: Readonly<Record<string, string>> = {
    name: `the name to ${detail["name"]}`,
    plan: `the plan to ${detail["plan"]}`,
    ssoEnforced: detail["ssoEnforced"] ? "Single Sign-On to enforced" : "Single Sign-On to not enforced",
  };
  const parts = Object.keys(detail).flatMap((name) => words[name] ?? []);
  return parts.length > 0 ? parts.join(", and ") : "the settings";
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** Who came into a group or went. */
export function memberOf({ detail }: RecordedEvent): string {
  return String(objectOf(detail["member"])["email"] ?? "a member");
}

/** When the sessions end that enforcement ends. */
export function graceOf(event: RecordedEvent): string {
  const minutes = Number(said(event, "graceMinutes") ?? 0);
  if (minutes === 0) return "at once";
  return minutes === 60 ? "an hour later" : "a day later";
}
