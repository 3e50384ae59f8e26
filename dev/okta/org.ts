import { randomBytes } from "node:crypto";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { KeyPair } from "./saml/keys.ts";
import type { Exchange } from "./scim/exchange.ts";

/** "wizard" apps (made with the SAML wizard) only GET and PUT; "catalogue" apps PATCH. */
type Generation = "wizard" | "catalogue";

/** The settings of the one app in this Okta, as an admin pastes them from the service. */
export interface AppSettings {
  /** Single Sign-On URL: where the signed responses are posted. */
  readonly acsUrl: string;
  /** Audience URI (SP entity ID). */
  readonly audience: string;
  /** SCIM base URL; empty for an app without provisioning (the service makes people at their first sign-in). */
  readonly scimBaseUrl: string;
  readonly scimToken: string;
  readonly generation: Generation;
  /** Import Groups asks one more question in the connector test. Default false. */
  readonly importGroups?: boolean;
  /** What Okta sends as `userName` and as the NameID. Default "email". */
  readonly applicationUsername?: "email" | "login";
  /** What the lookup filter names, for example `userName` (default), `emails.value` or `emails[type eq "work"].value`. */
  readonly lookupAttribute?: string;
  /** How the filter's spaces are encoded; Okta has been seen with both. Default "%20". */
  readonly lookupSpaces?: "%20" | "+";
}

/** What provisioning last did for a person: `assigned` means assigned to an app that has no provisioning. */
type AppStatus = "not assigned" | "working" | "assigned" | "provisioned" | "deactivated" | "failed";

export interface Person {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly login: string;
  /** Sent as it is; first and last name if left out. In Okta it is an attribute of its own and does not follow them. */
  readonly displayName?: string;
  readonly title?: string;
  readonly department?: string;
  readonly status: "active" | "deactivated";
  readonly app: {
    readonly assigned: boolean;
    readonly status: AppStatus;
    /** The id that the service gave this person; undefined until it did. */
    readonly remoteId: string | undefined;
    /** The sentence of the last failure; undefined when the last task went well. */
    readonly error: string | undefined;
  };
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly memberIds: readonly string[];
  readonly push: {
    readonly status: "not pushed" | "working" | "active" | "failed";
    readonly remoteId: string | undefined;
    readonly error: string | undefined;
    /** The remote ids that the service was last told of. */
    readonly sent: ReadonlySet<string>;
  };
}

/** How long this Okta waits; the tests replace it. */
interface Pace {
  /** Between two requests of one task. */
  readonly pause: () => Promise<void>;
  /** Before a request is tried again, in milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** The longest silence that is borne, in milliseconds. */
  readonly timeoutMs: number;
}

/** One simulated Okta org, in memory. People and groups are replaced whole when they change. */
export interface Org {
  readonly appId: string;
  readonly issuer: string;
  /** What signs now, and what will once an admin activates it. */
  keys: KeyPair;
  nextKeys: KeyPair;
  readonly pace: Pace;
  readonly people: Map<string, Person>;
  readonly groups: Map<string, Group>;
  readonly log: Exchange[];
  readonly turns: Map<string, Promise<unknown>>;
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  readonly stopping: AbortController;
  app: AppSettings | undefined;
  exchanges: number;
}

/** A new, empty org. The issuer's last part is the app's id, so that a fixed issuer gives a fixed Single Sign-On URL. */
export function newOrg(
  input: Pick<Org, "keys" | "nextKeys" | "pace" | "stopping"> & { readonly issuer: string | undefined },
): Org {
  const issuer = input.issuer ?? `http://www.okta.com/${oktaId("exk")}`;
  return {
    appId: /\/(exk\w+)$/.exec(issuer)?.[1] ?? oktaId("exk"),
    issuer,
    keys: input.keys,
    nextKeys: input.nextKeys,
    pace: input.pace,
    people: new Map(),
    groups: new Map(),
    log: [],
    turns: new Map(),
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true }),
    stopping: input.stopping,
    app: undefined,
    exchanges: 0,
  };
}

/** An id in Okta's shape: three letters that say the kind, then 17 letters and digits. */
export function oktaId(prefix: "00u" | "00g" | "exk"): string {
  const random = BigInt(`0x${randomBytes(20).toString("hex")}`).toString(36);
  return prefix + random.slice(0, 17).padStart(17, "0");
}

/** The person with this id. Throws if there is none. */
export function personById(org: Org, id: string): Person {
  const person = org.people.get(id);
  if (person === undefined) throw new Error(`There is no person ${id} in this Okta`);
  return person;
}

/** The group with this id. Throws if there is none. */
export function groupById(org: Org, id: string): Group {
  const group = org.groups.get(id);
  if (group === undefined) throw new Error(`There is no group ${id} in this Okta`);
  return group;
}

/** `Ada Park`. */
export function nameOf(person: Person): string {
  return `${person.firstName} ${person.lastName}`;
}

/** Runs tasks of the same person or group one after the other, as Okta does. */
export function inTurn<T>(org: Org, key: string, task: () => Promise<T>): Promise<T> {
  const before = org.turns.get(key) ?? Promise.resolve();
  const mine = before.then(task, task);
  const settled = mine.then(
    () => undefined,
    () => undefined,
  );
  org.turns.set(key, settled);
  void settled.then(() => {
    if (org.turns.get(key) === settled) org.turns.delete(key);
  });
  return mine;
}
