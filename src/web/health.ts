import { sql } from "kysely";
import type { Context } from "./edge/context.ts";

/** `GET /healthz`: the process answers. */
export function health(c: Context): Response {
  return c.text("ok\n");
}

/** `GET /readyz`: the database answers, and its migrations have run. */
export async function readiness(c: Context): Promise<Response> {
  try {
    await sql`SELECT 1 FROM installation`.execute(c.var.parts.db);
    return c.text("ready\n");
  } catch {
    return c.text("the database does not answer\n", 503);
  }
}

/** `GET /metrics`, for Prometheus. */
export async function metrics(c: Context): Promise<Response> {
  return c.text(await c.var.parts.metrics.read());
}
