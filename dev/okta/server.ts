import { randomInt } from "node:crypto";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type ServerType, serve } from "@hono/node-server";
import { connect, type ImportResult, importAll, type TestConnectorResult, testConnector } from "./connector.ts";
import { addDemoPeople } from "./demo-people.ts";
import { addGroup, pushGroup, pushNow, renameGroup, setGroupMembers, unlinkGroup } from "./groups.ts";
import { type AppSettings, type Group, groupById, newOrg, type Org, type Person, personById } from "./org.ts";
import { addPerson, assign, deactivate, type NewPerson, reactivate, retry, unassign, updatePerson } from "./people.ts";
import { demoKeys, type KeyPair, nextKeys } from "./saml/keys.ts";
import type { Exchange } from "./scim/exchange.ts";
import { type ResponseOverrides, signedResponse } from "./sign-in.ts";
import { webOf } from "./web/routes.tsx";

export interface OktaOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** "okta" pauses 200 to 290 ms between the requests of one task, as the real one does. Default "instant". */
  readonly speed?: "instant" | "okta";
  /** Default `http://www.okta.com/exk…` with a new id. A fixed one keeps the Single Sign-On URL the same as well. */
  readonly issuer?: string;
  /** Default the fixed demo pair. */
  readonly keys?: KeyPair;
  /** Starts with a few people, not assigned, and two groups. */
  readonly demo?: boolean;
  /** Takes the place of the clock where a request waits to be tried again, in milliseconds. For tests. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** The longest silence of the service that is borne, in milliseconds. Default 60,000, as Okta's. */
  readonly timeoutMs?: number;
}

/** One simulated Okta org. What fails against the service does not throw here: it is in the person, the group, the log. */
export interface OktaOrg {
  /** Where its pages are: `/` for a person, `/admin` for the admin. */
  readonly url: string;
  readonly ssoUrl: string;
  readonly issuer: string;
  /** PEM, of the pair that signs now. */
  readonly certificate: string;
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  /** Oldest first. */
  readonly log: readonly Exchange[];
  person(id: string): Person;
  group(id: string): Group;
  connect(app: AppSettings): Promise<TestConnectorResult>;
  testConnector(): Promise<TestConnectorResult>;
  import(): Promise<ImportResult>;
  addPerson(person: NewPerson): Person;
  assign(personId: string, options?: { lookup?: boolean }): Promise<Person>;
  unassign(personId: string): Promise<Person>;
  updatePerson(personId: string, changes: Partial<NewPerson>): Promise<Person>;
  deactivate(personId: string): Promise<Person>;
  reactivate(personId: string): Promise<Person>;
  retry(personId: string): Promise<Person>;
  addGroup(group: { name: string; memberIds?: readonly string[] }): Group;
  setGroupMembers(groupId: string, memberIds: readonly string[]): Promise<Group>;
  renameGroup(groupId: string, name: string): Promise<Group>;
  pushGroup(groupId: string): Promise<Group>;
  pushNow(groupId: string): Promise<Group>;
  unlinkGroup(groupId: string): Promise<Group>;
  /** The base64 `SAMLResponse` for a person, whether or not they may sign in. */
  signedResponse(personId: string, overrides?: ResponseOverrides): string;
  stop(): Promise<void>;
}

/** Starts one simulated Okta org on its own port. Throws if the port is taken. */
export async function startOkta(options: OktaOptions = {}): Promise<OktaOrg> {
  const stopping = new AbortController();
  const pace = paceOf(options, stopping.signal);
  const org = newOrg({
    issuer: options.issuer,
    keys: options.keys ?? demoKeys(),
    nextKeys: nextKeys(),
    pace,
    stopping,
  });
  if (options.demo === true) addDemoPeople(org);
  const listening = await listen(org, options.host ?? "127.0.0.1", options.port ?? 0);
  const url = `http://localhost:${(listening.address() as AddressInfo).port}`;
  return {
    url,
    ssoUrl: `${url}/app/semaphore/${org.appId}/sso/saml`,
    issuer: org.issuer,
    get certificate() {
      return org.keys.certificate;
    },
    get people() {
      return [...org.people.values()];
    },
    get groups() {
      return [...org.groups.values()];
    },
    log: org.log,
    ...acts(org),
    stop: () => stop(org, listening),
  };
}

function paceOf(options: OktaOptions, signal: AbortSignal): Org["pace"] {
  const wait = options.wait ?? ((milliseconds: number) => sleep(milliseconds, undefined, { signal }));
  const pause = (): Promise<void> => (options.speed === "okta" ? wait(randomInt(200, 291)) : Promise.resolve());
  return { wait, pause, timeoutMs: options.timeoutMs ?? 60_000 };
}

function listen(org: Org, hostname: string, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: webOf(org).fetch, hostname, port }, () => resolve(server));
    server.on("error", reject);
  });
}

function acts(org: Org) {
  return {
    person: (id) => personById(org, id),
    group: (id) => groupById(org, id),
    connect: (app) => connect(org, app),
    testConnector: () => testConnector(org),
    import: () => importAll(org),
    addPerson: (person) => addPerson(org, person),
    assign: (id, how) => assign(org, id, how),
    unassign: (id) => unassign(org, id),
    updatePerson: (id, changes) => updatePerson(org, id, changes),
    deactivate: (id) => deactivate(org, id),
    reactivate: (id) => reactivate(org, id),
    retry: (id) => retry(org, id),
    addGroup: (group) => addGroup(org, group),
    setGroupMembers: (id, memberIds) => setGroupMembers(org, id, memberIds),
    renameGroup: (id, name) => renameGroup(org, id, name),
    pushGroup: (id) => pushGroup(org, id),
    pushNow: (id) => pushNow(org, id),
    unlinkGroup: (id) => unlinkGroup(org, id),
    signedResponse: (id, overrides) => signedResponse(org, id, overrides),
  } satisfies Partial<OktaOrg>;
}

/** Requests under way and waits are cut short; what they were part of ends as failed. */
async function stop(org: Org, listening: ServerType): Promise<void> {
  org.stopping.abort(new Error("The simulated Okta was stopped"));
  await Promise.all(org.turns.values());
  org.http.destroy();
  org.https.destroy();
  await new Promise<void>((resolve) => {
    listening.close(() => resolve());
    if ("closeAllConnections" in listening) listening.closeAllConnections();
  });
}
