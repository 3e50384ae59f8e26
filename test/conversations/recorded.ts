import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/root.ts";
import type { ScimAnswer, TestOrganization } from "../support/organization.ts";

interface Step {
  readonly request: { method: string; path: string; headers?: Record<string, string>; body?: unknown };
  readonly expect: {
    readonly status: readonly number[];
    readonly headers?: Record<string, string>;
    readonly json?: unknown;
    readonly absent?: readonly string[];
  };
}

/** What Okta sends, and what it takes for an answer. `@integer`, `@text`, `@list`, `@same` stand for any such value. */
const recorded = JSON.parse(readFileSync(join(projectRoot, "test/conversations/okta-requests.json"), "utf8")) as {
  readonly headers: Record<string, string>;
  readonly steps: Record<string, Step>;
};

/** Says the recorded steps to one organization, and holds each answer against what Okta takes for one. */
export function conversation(org: TestOrganization) {
  const ids: Record<string, string> = {};
  const say = async (name: string, changes: object = {}) => {
    const step = recorded.steps[name];
    assert.ok(step, `there is no recorded step ${name}`);
    const { method, path, headers, body } = JSON.parse(filled(JSON.stringify(step.request), ids)) as Step["request"];
    const sent = body === undefined ? undefined : { ...body, ...changes };
    const answer = await org.scim(method, path, sent, { ...recorded.headers, ...headers });
    check(name, step, sent, answer, ids);
    return answer;
  };
  const keeping = async (id: string, name: string, changes: object = {}) => {
    ids[id] = (await say(name, changes)).body.id;
    return ids as Record<string, string> & { userId: string; userId2: string; groupId: string };
  };
  /** A lookup that finds somebody now: all else is as recorded. */
  const found = async (name: string) => {
    const { request } = recorded.steps[name] ?? assert.fail(name);
    const { status, body } = await org.scim(request.method, request.path);
    assert.deepEqual([status, body.totalResults, body.itemsPerPage, body.startIndex], [200, 1, 1, 1]);
    return body.Resources;
  };
  return Object.assign(say, { keeping, found });
}

function check(name: string, { expect }: Step, sent: unknown, answer: ScimAnswer, ids: Record<string, string>): void {
  const { status, headers, body } = answer;
  assert.ok(expect.status.includes(status), `${name}: ${status} ${JSON.stringify(body)}`);
  if (expect.json !== undefined) checkValue(name, JSON.parse(filled(JSON.stringify(expect.json), ids)), body, sent);
  for (const [field, wanted] of Object.entries(expect.headers ?? {})) {
    if (wanted === "@location") assert.equal(headers.get(field), body.meta.location);
    else assert.ok(headers.get(field)?.startsWith(wanted), `${name}: ${field} is ${headers.get(field)}`);
  }
  for (const absent of expect.absent ?? [])
    assert.ok(!JSON.stringify(body ?? {}).includes(absent), `${name}: ${absent}`);
  if (body?.meta?.location) assert.ok(URL.canParse(body.meta.location));
}

function checkValue(where: string, wanted: unknown, got: unknown, sent: unknown): void {
  if (wanted === "@integer") assert.ok(Number.isInteger(got), where);
  else if (wanted === "@text") assert.ok(typeof got === "string" && got !== "", where);
  else if (wanted === "@list") assert.ok(Array.isArray(got), where);
  else if (wanted === "@same")
    assert.equal(got, (sent as Record<string, unknown>)[where.split(".").at(-1) ?? ""], where);
  else if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) assert.deepEqual(got, wanted, where);
  else {
    for (const [name, value] of Object.entries(wanted)) {
      checkValue(`${where}.${name}`, value, (got as Record<string, unknown>)[name], sent);
    }
  }
}

function filled(text: string, ids: Record<string, string>): string {
  return Object.entries(ids).reduce((so, [name, id]) => so.replaceAll(`\${${name}}`, id), text);
}
