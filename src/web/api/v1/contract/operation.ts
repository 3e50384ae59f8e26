import { z } from "zod";
import { inTransaction } from "../../../../db/database.ts";
import { findOrganization, holdOrganization } from "../../../../domain/organizations/organizations.ts";
import { Refusal } from "../../../../refusal.ts";
import type { Actor, Scope } from "../../../../scope.ts";
import { type Context, scopeFor } from "../../../edge/context.ts";
import type { Route } from "../../../edge/doors.ts";
import { pointingAt, readBody, readQuery } from "./input.ts";

/** What can come back: the status and its schema. */
type Answers = Readonly<Record<number, z.ZodType>>;

/** One of the answers: typed by its status. `location` is a path below `BASE_URL`. */
type Reply<A extends Answers> = {
  [Status in keyof A & number]: { status: Status; body: z.output<A[Status]>; location?: string };
}[keyof A & number];

/** A request whose body and query have been checked. */
interface Call<Body, Query> {
  readonly c: Context;
  readonly body: Body;
  readonly query: Query;
}

/** One operation: what it takes, what it answers, and what it does. Routes and OpenAPI are both made from this. */
export interface Definition<Body extends z.ZodType, Query extends z.ZodType, A extends Answers> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The whole path at the apex; `:name` stands for one segment. */
  readonly path: `/api/v1/${string}`;
  /** The operation's id in the OpenAPI document. */
  readonly name: string;
  readonly summary: string;
  readonly body?: Body;
  readonly query?: Query;
  readonly answers: A;
  /** Refusals of its own, by status; those that every operation has are added. */
  readonly refusals?: Readonly<Record<number, string>>;
  run(call: Call<z.output<Body>, z.output<Query>>): Promise<Reply<A>>;
}

/** An operation, whatever its types. */
export type Operation = Omit<Definition<z.ZodType, z.ZodType, Answers>, "run"> & {
  readonly run: (call: Call<never, never>) => Promise<{ status: number; body: unknown; location?: string }>;
};

/** Describes an operation, with the types of what it takes and answers checked against its schemas. */
export function operation<Body extends z.ZodType, Query extends z.ZodType, const A extends Answers>(
  definition: Definition<Body, Query, A>,
): Operation {
  return definition as unknown as Operation;
}

/** An answer with its status; `location` is the path of what was made. */
export function reply<const Status extends number, Body>(status: Status, body: Body, location?: string) {
  return { status, body, ...(location !== undefined && { location }) };
}

/** The operator, as the audit log names them. */
export const OPERATOR: Actor = { kind: "operator", name: "operator" };

/** The operator's scope in the organization that `:slug` names; 404 `organization` if there is none. */
export async function organizationScope(c: Context, db = c.var.parts.db): Promise<Scope> {
  const slug = pathValue(c, "slug");
  const { settings } = c.var.parts;
  const organization = /^[a-z0-9-]{1,63}$/.test(slug) ? await findOrganization(db, settings, slug) : undefined;
  if (!organization) throw new Refusal(404, "organization", "There is no organization with this slug.");
  return scopeFor(c, organization, OPERATOR);
}

/**
 * The same for steps that change it: the organization is held until they end, so that of two changes at one moment each
 * sees the other, and nothing is added to what is being deleted.
 */
export function changeInOrganization<T>(c: Context, steps: (scope: Scope) => Promise<T>): Promise<T> {
  return inTransaction(c.var.parts.db, async (db) => {
    const { organization } = await organizationScope(c, db);
    await holdOrganization(db, organization.id);
    return steps({ ...(await organizationScope(c, db)), db });
  });
}

/** What stands in the path for `:name`. */
export function pathValue(c: Context, name: string): string {
  return c.req.param(name) ?? "";
}

/** The operation behind the operator's door. */
export function routeOf(operation: Operation): Route {
  const { method, path } = operation;
  return { method, path, door: { operator: true }, answer: (c) => perform(c, operation) };
}

async function perform(c: Context, operation: Operation): Promise<Response> {
  const query = readQuery(c, operation.query ?? z.strictObject({})) as never;
  const body = (operation.body && (await readBody(c, operation.body))) as never;
  const fields = Object.keys(body ?? {});
  const reply = await pointingAt("#", fields, () => operation.run({ c, body, query }));
  if (reply.location) c.header("Location", c.var.parts.config.baseUrl.origin + reply.location);
  c.status(reply.status as 200);
  return reply.body === undefined ? c.body(null) : c.json(reply.body);
}
