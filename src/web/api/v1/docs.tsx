import type { Context } from "../../edge/context.ts";
import { shellOf } from "../../edge/shell.ts";
import { Card, CardHeader } from "../../ui/card.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { PageHeading, Section } from "../../ui/heading.tsx";
import { Page, renderPage } from "../../ui/page.tsx";
import type { DescribedOperation, OpenApiDocument } from "./contract/document.ts";
import { FieldsCard, Kind } from "./docs/fields.tsx";
import { openApiOf } from "./openapi.ts";

/** `GET /api/v1/docs`: the operator API described for people. It holds no secret, so anybody may read it. */
export async function answerDocs(c: Context): Promise<Response> {
  const document = openApiOf(c);
  const operations = operationsOf(document);
  const page = (
    <Page title="Operator API" shell={shellOf(c)} width="wide">
      <PageHeading
        title="Operator API"
        lead="For whoever runs the service: organizations, their people and their Okta integrations, as JSON."
      />
      <Basics origin={c.var.parts.config.baseUrl.origin} />
      {[...new Set(operations.map(({ tag }) => tag))].map((tag) => (
        <Section title={tag}>
          {operations
            .filter((operation) => operation.tag === tag)
            .map((operation) => (
              <OperationCard {...operation} />
            ))}
        </Section>
      ))}
      <Section title="Objects" hint="What is sent and answered.">
        {Object.entries(document.components.schemas).map(([name, schema]) => (
          <FieldsCard name={name} schema={schema} />
        ))}
      </Section>
    </Page>
  );
  return c.html(await renderPage(page));
}

/** Refusals that the top of the page tells of, once for all operations. */
const EVERYWHERE: readonly string[] = ["400", "401", "413", "415", "422"];

interface PlacedOperation {
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly operation: DescribedOperation;
}

function operationsOf(document: OpenApiDocument): PlacedOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      return { method: method.toUpperCase(), path, tag: operation.tags[0] ?? "", operation };
    }),
  );
}

function Basics({ origin }: { readonly origin: string }) {
  return (
    <Card>
      <Facts>
        <Fact label="Address">
          <code>{origin}/api/v1</code>
        </Fact>
        <Fact label="Token" hint="The service prints at its start where the token is.">
          <code>Authorization: Bearer OPERATOR_TOKEN</code>
        </Fact>
        <Fact label="Lists" hint="nextCursor is null on the last page.">
          <code>?cursor=&amp;limit=</code> answers <code>{"{items, nextCursor}"}</code>
        </Fact>
        <Fact label="Refusals" hint="Besides those that stand at an operation.">
          <a href="#Problem">Problem documents</a> (RFC 9457): 401 without the token, 400 and 415 for a body that is not
          JSON, 413 for one over 1 MiB, 422 for wrong values, with <code>errors</code> that points at each
        </Fact>
        <Fact label="For machines">
          <a href="/api/v1/openapi.json">OpenAPI 3.1 document</a>
        </Fact>
      </Facts>
    </Card>
  );
}

function OperationCard({ method, path, operation }: PlacedOperation) {
  const query = operation.parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
  const body = operation.requestBody?.content["application/json"]?.schema;
  return (
    <Card>
      <CardHeader title={`${method} ${path}`} hint={operation.summary} />
      <Facts>
        {query.length > 0 && (
          <Fact label="Query">
            <code>{query.join(", ")}</code>
          </Fact>
        )}
        {body && (
          <Fact label="Body">
            <Kind schema={body} />
          </Fact>
        )}
        {Object.entries(operation.responses)
          .filter(([status]) => !EVERYWHERE.includes(status))
          .map(([status, { description, content }]) => {
            const answer = content?.["application/json"]?.schema;
            return (
              <Fact label={status}>
                {description} {answer && <Kind schema={answer} />}
              </Fact>
            );
          })}
      </Facts>
    </Card>
  );
}
