import assert from "node:assert/strict";
import { after, before } from "node:test";
import { z } from "zod";
import { BASE_URL, startTestService, type TestService } from "../../support/service.ts";

/** What came back, with the body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON, or undefined where there is no body. */
  // biome-ignore lint/suspicious/noExplicitAny: each test asserts on what it reads; the document's schema was checked before.
  readonly body: any;
}

/** The operator, talking to a service; every answer is held against the OpenAPI document that the service gives. */
export interface Operator {
  readonly service: TestService;
  /** A request to `/api/v1` + `path`, with the token; `body` is sent as JSON. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Any other request to the API: what it answers is held against the document too. */
  send(path: string, init: RequestInit): Promise<Answer>;
  /** An organization of the test's own with an owner; answers its slug. */
  organization(plan?: string): Promise<string>;
  /** Each answer so far, as `GET /api/v1/organizations 200`. */
  readonly seen: ReadonlySet<string>;
}

/** Starts a service for the file's tests, and stops it after them. */
export function operatorOf(environment: Record<string, string> = {}): Operator {
  let service: TestService | undefined;
  let document: Document | undefined;
  const seen = new Set<string>();
  before(async () => {
    service = await startTestService(environment);
    document = (await (await service.fetch(`${BASE_URL}/api/v1/openapi.json`)).json()) as Document;
  });
  after(() => service?.stop());
  const running = () => {
    assert.ok(service && document);
    return { service, document };
  };
  const send: Operator["send"] = async (path, init) => {
    const response = await running().service.fetch(`${BASE_URL}/api/v1${path}`, init);
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
    const name = hold(running().document, init.method ?? "GET", `/api/v1${path}`, answer);
    if (name) seen.add(`${name} ${answer.status}`);
    return answer;
  };
  let organizations = 0;
  const operator: Operator = {
    get service() {
      return running().service;
    },
    seen,
    send,
    call: (method, path, body) =>
      send(path, {
        method,
        headers: { ...authorization(running().service), "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    async organization(plan = "scaleup") {
      const slug = `acme-${++organizations}`;
      const owner = { email: `owner@${slug}.example`, name: "Olga Owner" };
      const made = await operator.call("POST", "/organizations", { slug, name: "Acme", plan, owner });
      assert.equal(made.status, 201);
      return slug;
    },
  };
  return operator;
}

/** The header that carries the operator token. */
export function authorization(service: TestService) {
  return { authorization: `Bearer ${service.parts.config.operatorToken}` };
}

/** The refusals that a problem document names, as `pointer: detail`. */
export function errorsOf(answer: Answer): string[] {
  return (answer.body.errors ?? []).map(
    (error: { pointer?: string; parameter?: string }) => error.pointer ?? error.parameter,
  );
}

/** The part of an OpenAPI document that answers are held against. */
interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, Media> }> }>>;
  readonly components: { readonly schemas: Record<string, object> };
}
interface Media {
  readonly schema: object;
}

/** Fails unless the document describes this answer; answers the operation's name, or undefined for an unknown address. */
function hold(document: Document, method: string, address: string, answer: Answer): string | undefined {
  const path = Object.keys(document.paths).find((template) => matches(template, address));
  const operation = path && document.paths[path]?.[method.toLowerCase()];
  if (!operation) return undefined;
  const name = `${method} ${path}`;
  const response = operation.responses[String(answer.status)];
  assert.ok(response, `${name} answered ${answer.status}, which the document does not name`);
  const [type, media] = Object.entries(response.content ?? {})[0] ?? [];
  if (!media) assert.equal(answer.body, undefined, `${name} ${answer.status} has no body`);
  else {
    assert.equal(answer.headers.get("content-type")?.split(";")[0], type);
    const result = schemaOf(document, media.schema).safeParse(answer.body);
    assert.ok(result.success, `${name} ${answer.status}: ${result.error?.message}`);
  }
  return name;
}

function matches(template: string, address: string): boolean {
  const [path = ""] = address.split("?");
  return new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
}

function schemaOf(document: Document, schema: object): z.ZodType {
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(whole.replaceAll("#/components/schemas/", "#/$defs/")));
}
