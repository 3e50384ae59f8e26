import { z } from "zod";
import type { ApiPart } from "../operations.ts";
import type { Operation } from "./operation.ts";
import { nothing, problem } from "./schemas.ts";

/** A JSON Schema as the document holds it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

interface Content {
  readonly [mediaType: string]: { readonly schema: JsonSchema };
}

/** An operation as the document describes it. */
export interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: "path" | "query";
    readonly required: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly headers?: object; readonly content?: Content }>
  >;
}

/** The OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly securitySchemes: object };
  readonly [member: string]: unknown;
}

/** Describes the operator API (OpenAPI 3.1, JSON Schema 2020-12). `origin` is where it is served. */
export function describe(parts: readonly ApiPart[], origin: string, productName: string): OpenApiDocument {
  const schemas: Record<string, JsonSchema> = {};
  const paths: Record<string, Record<string, DescribedOperation>> = {};
  for (const { title, operations } of parts) {
    for (const operation of operations) {
      const template = operation.path.replace(/:(\w+)/g, "{$1}");
      paths[template] ??= {};
      paths[template][operation.method.toLowerCase()] = described(operation, title, schemas);
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: `${productName} operator API`, version: "1", description: "For whoever runs the service." },
    servers: [{ url: origin }],
    security: [{ operatorToken: [] }],
    tags: parts.map(({ title }) => ({ name: title })),
    paths,
    components: { schemas, securitySchemes: { operatorToken: { type: "http", scheme: "bearer" } } },
  };
}

function described(operation: Operation, tag: string, schemas: Record<string, JsonSchema>): DescribedOperation {
  const { name, summary, body } = operation;
  return {
    operationId: name,
    summary,
    tags: [tag],
    parameters: [...pathParameters(operation), ...queryParameters(operation)],
    ...(body && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: { "application/json": { schema: jsonSchema(body, "input", schemas) } },
      },
    }),
    responses: { ...successes(operation, schemas), ...refusals(operation, schemas) },
  };
}

function pathParameters({ path }: Operation) {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name = ""]) => {
    return { name, in: "path" as const, required: true, schema: { type: "string" } };
  });
}

function queryParameters({ query }: Operation) {
  const { properties = {}, required = [] } = query ? jsonSchema(query, "input", {}) : {};
  return Object.entries(properties).map(([name, schema]) => {
    return { name, in: "query" as const, required: required.includes(name), schema };
  });
}

const OUTCOMES: Readonly<Record<string, string>> = {
  200: "Done.",
  201: "Made.",
  202: "Begun.",
  204: "Done; there is nothing to say.",
};

function successes({ answers }: Operation, schemas: Record<string, JsonSchema>) {
  const location = { description: "The address of what was made.", schema: { type: "string", format: "uri" } };
  const entries = Object.entries(answers).map(([status, schema]) => {
    const response = {
      description: OUTCOMES[status] ?? "",
      ...((status === "201" || status === "202") && { headers: { Location: location } }),
      ...(schema !== nothing && {
        content: { "application/json": { schema: jsonSchema(schema, "output", schemas) } },
      }),
    };
    return [status, response] as const;
  });
  return Object.fromEntries(entries);
}

function refusals(operation: Operation, schemas: Record<string, JsonSchema>) {
  const takesValues = operation.body ?? operation.query;
  const sentences: Record<number, string> = {
    401: "The operator token is missing or not valid.",
    422: takesValues ? "A value is wrong, or not known; each is named." : "A query parameter is not known.",
    ...(operation.path.includes(":") && { 404: "There is nothing with this name or id." }),
    ...(operation.body && {
      400: "The body is not JSON.",
      413: "The body is larger than 1 MiB.",
      415: "The body is not sent as application/json.",
    }),
    ...operation.refusals,
  };
  const content = { "application/problem+json": { schema: jsonSchema(problem, "output", schemas) } };
  return Object.fromEntries(
    Object.entries(sentences).map(([status, description]) => [status, { description, content }]),
  );
}

/** The JSON Schema of a value; schemas with an id are put into `schemas` and referred to. */
function jsonSchema(schema: z.ZodType, io: "input" | "output", schemas: Record<string, JsonSchema>): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io,
    // The pattern that stands for `format: date-time` is longer than all the rest; so are the bounds of what is any number.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format) delete jsonSchema.pattern;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const moved = JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/'));
  const { $schema: _, $defs = {}, ...own } = moved;
  for (const [name, { id: __, ...definition }] of Object.entries<JsonSchema>($defs)) schemas[name] = definition;
  return own;
}
