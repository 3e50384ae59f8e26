import { randomBytes } from "node:crypto";
import type { Feature } from "./check.ts";
import { holds, Mismatch, same } from "./check.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into as a client would, without types.
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, undefined if there is none or it is no JSON. */
  readonly body: Json;
}

export const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
export const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";
const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** The SCIM server that is examined, and what was made there and is to be taken away again. */
export class Server {
  readonly base: string;
  /** Stands at the beginning of every name that is made, so that nobody else's are met. */
  readonly mark = `conformance-${randomBytes(4).toString("hex")}`;
  readonly features = new Set<Feature>();
  config: Json = {};
  readonly #token: string;
  readonly #made = new Set<string>();
  #count = 0;

  constructor(base: string, token: string) {
    this.base = base.replace(/\/+$/, "");
    this.#token = token;
  }

  /** Reads what the server says of itself. */
  async discover(): Promise<void> {
    this.config = (await this.ask("GET", "/ServiceProviderConfig")).body ?? {};
    for (const name of ["patch", "bulk", "filter", "sort", "etag"] as const) {
      if (this.config[name]?.supported === true) this.features.add(name);
    }
    if (this.config.pagination?.cursor === true) this.features.add("cursor");
    const types: Json[] = (await this.ask("GET", "/ResourceTypes")).body?.Resources ?? [];
    if (types.some(({ schema }) => schema === GROUP)) this.features.add("groups");
    const user = types.find(({ schema }) => schema === USER);
    const extensions: Json[] = user?.schemaExtensions ?? [];
    if (extensions.some(({ schema }) => schema === ENTERPRISE)) this.features.add("enterprise");
  }

  /** Sends a request; what it makes is remembered. A header that is "" is left out. */
  async ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer> {
    const type = body === undefined ? "" : "application/scim+json";
    const all = {
      accept: "application/scim+json",
      authorization: `Bearer ${this.#token}`,
      "content-type": type,
      ...more,
    };
    const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
    const sent = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const response = await patiently(() => fetch(this.base + path, { method, headers, ...sent }));
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text, body: parsed(text) };
    this.#remember(method, path, answer);
    return answer;
  }

  /** A person whom nobody has made yet. */
  person(changes: object = {}): Json {
    const name = `${this.mark}-${++this.#count}@example.com`;
    return {
      schemas: [USER],
      userName: name,
      externalId: name,
      displayName: `Ada ${this.#count}`,
      name: { givenName: "Ada", familyName: `Park${this.#count}` },
      emails: [{ value: name, type: "work", primary: true }],
      active: true,
      ...changes,
    };
  }

  async makeUser(changes: object = {}): Promise<Json> {
    return this.#make("/Users", this.person(changes));
  }

  async makeGroup(members: readonly Json[] = [], changes: object = {}): Promise<Json> {
    const displayName = `${this.mark} group ${++this.#count}`;
    const values = members.map(({ id }) => ({ value: id }));
    return this.#make("/Groups", { schemas: [GROUP], displayName, members: values, ...changes });
  }

  async read(path: string): Promise<Json> {
    const answer = await this.ask("GET", path);
    same(`the status of GET ${path}`, answer.status, 200);
    return answer.body;
  }

  /** Sends PATCH operations, which may be answered with 200 or 204 (RFC 7644 §3.5.2), and reads what is there then. */
  async patch(path: string, ...operations: readonly object[]): Promise<Json> {
    const { status, text } = await this.tryPatch(path, ...operations);
    holds("the status of PATCH", status === 200 || status === 204, "200 or 204", `${status} ${text}`);
    return this.read(path);
  }

  tryPatch(path: string, ...operations: readonly object[]): Promise<Answer> {
    return this.ask("PATCH", path, { schemas: [PATCH_OP], Operations: operations });
  }

  /** What a query finds of a kind of resource. */
  async find(path: string, query: Readonly<Record<string, string | number>>): Promise<Json> {
    const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return this.read(`${path}?${parameters.join("&")}`);
  }

  /** Deletes what was made; answers what could not be deleted. */
  async cleanUp(): Promise<readonly string[]> {
    const left: string[] = [];
    // Groups first: some servers keep the people of a group.
    for (const path of [...this.#made].sort()) {
      const { status } = await this.ask("DELETE", path);
      if (status !== 204 && status !== 404) left.push(path);
    }
    return left;
  }

  async #make(path: string, body: object): Promise<Json> {
    const answer = await this.ask("POST", path, body);
    if (answer.status !== 201) throw new Mismatch(`the status of POST ${path}`, 201, `${answer.status} ${answer.text}`);
    return answer.body;
  }

  #remember(method: string, path: string, { status, body }: Answer): void {
    if (status === 204 && method === "DELETE") this.#made.delete(path);
    if (method !== "POST") return;
    const kind = /^\/(?:Users|Groups)(?=$|\?)/.exec(path)?.[0];
    if (kind !== undefined && status === 201 && body?.id) this.#made.add(`${kind}/${body.id}`);
    for (const { status: each, location } of path === "/Bulk" ? (body?.Operations ?? []) : []) {
      const where = /\/(?:Users|Groups)\/[^/]+$/.exec(String(location))?.[0];
      if (String(each) === "201" && where !== undefined) this.#made.add(where);
    }
  }
}

/** A server may be asked too much at once; then the same is asked again when it says (RFC 6585 §4). */
async function patiently(ask: () => Promise<Response>): Promise<Response> {
  for (let tried = 1; ; tried++) {
    const response = await ask();
    if (response.status !== 429 || tried === 5) return response;
    const seconds = Number(response.headers.get("retry-after") ?? 1);
    await new Promise((resolve) => setTimeout(resolve, Math.min(60, seconds || 1) * 1_000));
  }
}

/** Fails unless the answer is an error in SCIM's form (RFC 7644 §3.12); `scimType` where the standard has one for it. */
export function refused(what: string, answer: Answer, statuses: readonly number[], scimType?: string): void {
  const wanted = `${statuses.join(" or ")} with an error body`;
  holds(`the status of ${what}`, statuses.includes(answer.status), wanted, `${answer.status} ${answer.text}`);
  same(`schemas in the error of ${what}`, answer.body?.schemas, [ERROR]);
  same(`status in the error of ${what}`, answer.body?.status, String(answer.status));
  if (scimType !== undefined) same(`scimType in the error of ${what}`, answer.body?.scimType, scimType);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
