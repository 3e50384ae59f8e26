import { Card, CardHeader } from "../../../ui/card.tsx";
import { Table } from "../../../ui/table.tsx";
import type { JsonSchema } from "../contract/document.ts";

interface FieldsProps {
  readonly name: string;
  readonly schema: JsonSchema;
}

/** A card with the fields of one object; other places of the page link to it by its name. */
export function FieldsCard({ name, schema }: FieldsProps) {
  return (
    <div id={name}>
      <Card flush={true}>
        <CardHeader title={name} />
        <FieldsTable name={name} schema={schema} />
      </Card>
    </div>
  );
}

const COLUMNS = [{ label: "Field" }, { label: "Holds" }, { label: "Meaning" }];

function FieldsTable({ name, schema }: FieldsProps) {
  const rows = Object.entries(schema.properties ?? {}).map(([field, value]) => {
    const optional = schema.required?.includes(field) ? "" : ", optional";
    return [<code>{field}</code>, <Kind schema={value} after={optional} />, value.description ?? ""];
  });
  return <Table caption={`The fields of ${name}`} columns={COLUMNS} rows={rows} />;
}

/** What a value is, in a few words, with a link where that is an object of its own. */
export function Kind({ schema, after = "" }: { readonly schema: JsonSchema; readonly after?: string }) {
  const { $ref, anyOf, items, properties, type } = schema;
  if ($ref) {
    const name = $ref.slice($ref.lastIndexOf("/") + 1);
    return (
      <>
        <a href={`#${name}`}>{name}</a>
        {after}
      </>
    );
  }
  const choices = anyOf as readonly JsonSchema[] | undefined;
  const [first, ...others] = choices ?? [];
  if (first) return <Kind schema={first} after={`${others.map((other) => ` or ${other.type}`).join("")}${after}`} />;
  if (items) {
    return (
      <>
        list of <Kind schema={items as JsonSchema} after={after} />
      </>
    );
  }
  const listed = properties?.["items"]?.["items"] as JsonSchema | undefined;
  if (listed) {
    return (
      <>
        A page of <Kind schema={listed} after={after} />
      </>
    );
  }
  if (properties) return <>{`{${Object.keys(properties).join(", ")}}${after}`}</>;
  return <>{`${valueKind(schema, type)}${after}`}</>;
}

function valueKind(schema: JsonSchema, type: JsonSchema["type"]): string {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (schema["const"] !== undefined) return JSON.stringify(schema["const"]);
  if (schema["format"] === "date-time") return "time";
  return Array.isArray(type) ? type.join(" or ") : String(type ?? "anything");
}
