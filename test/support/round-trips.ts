import { AsyncLocalStorage } from "node:async_hooks";
import { Client } from "pg";

/** What is asked of PostgreSQL on behalf of one request, and of nobody else's. */
const asked = new AsyncLocalStorage<string[]>();

const query = Client.prototype.query;
// biome-ignore lint/suspicious/noExplicitAny: the driver's `query` has eight overloads; all of them are counted.
Client.prototype.query = function counted(this: Client, ...args: any[]): any {
  const [first] = args;
  asked.getStore()?.push(typeof first === "string" ? first : first.text);
  return Reflect.apply(query, this, args);
} as typeof query;

/** The statements that a request sends, each one round trip. */
export async function roundTrips(request: () => Promise<unknown>): Promise<readonly string[]> {
  const statements: string[] = [];
  await asked.run(statements, request);
  return statements;
}
