import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type OktaOrg, startOkta } from "../../dev/okta/server.ts";
import { ask, emptyFolder, freePort, type Program, startMain } from "../durability/program.ts";

/** The service as it is started by hand, on a database of its own, and a simulated Okta that knows nothing of it. */
export interface Setting {
  readonly service: Program;
  readonly okta: OktaOrg;
  /** Where the service keeps its data. */
  readonly folder: string;
  /** `http://acme.localhost:PORT`, once there is such an organization. */
  readonly acme: string;
  /** The operator API; refuses to go on after anything but 2xx. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as a client would, without types.
  operator(method: string, path: string, body?: unknown): Promise<any>;
}

/** Starts both. `more` adds settings of the service, which may depend on where it will be. */
export async function startSetting(
  t: TestContext,
  more: (apex: string) => Promise<Readonly<Record<string, string>>> = async () => ({}),
): Promise<Setting> {
  const port = await freePort();
  const token = "the-operator-of-the-browser-tests";
  const folder = emptyFolder(t);
  const own = { DATA_DIR: folder, OPERATOR_TOKEN: token, SUPPORT_EMAIL: "help@example.test" };
  const env = { ...own, ...(await more(`http://localhost:${port}`)) };
  const service = await startMain(t, port, env);
  const okta = await startOkta({ port: port + 1, demo: true });
  t.after(() => okta.stop());
  return {
    service,
    okta,
    folder,
    acme: `http://acme.localhost:${port}`,
    async operator(method, path, body) {
      const answer = await ask(`${service.origin}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      assert.ok(answer.status < 300, `${method} ${path} answered ${answer.status}: ${answer.text}`);
      return answer.text === "" ? undefined : answer.json();
    },
  };
}
