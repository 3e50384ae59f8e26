import { Card, CardHeader } from "../card.tsx";

interface ResponseTreeProps {
  readonly tree: Readonly<Record<string, unknown>> | null;
  /** Whether a trusted signature covers it. */
  readonly signed: boolean;
}

/** The response as a tree to fold and unfold, without signatures, keys and encrypted values. */
export function ResponseTree({ tree, signed }: ResponseTreeProps) {
  const hint = signed
    ? "Without signatures, keys and encrypted values."
    : "Not verified: anybody may have written this. Without signatures, keys and encrypted values.";
  return (
    <Card flush={true}>
      <CardHeader title="What the response says" hint={hint} />
      {tree === null ? (
        <p class="empty">It could not be read as XML, or it is not kept.</p>
      ) : (
        // What scrolls must be reachable with the keyboard.
        <section class="tree" aria-label="What the response says" tabindex={0}>
          <ul>
            <Element element={tree} depth={0} />
          </ul>
        </section>
      )}
    </Card>
  );
}

interface ElementProps {
  readonly element: Readonly<Record<string, unknown>>;
  readonly depth: number;
}

/** The tree was stored long ago, perhaps by an older version: what is not as expected is left out. */
function Element({ element, depth }: ElementProps) {
  const children = Array.isArray(element["children"]) ? element["children"].filter(isObject) : [];
  const more = Number(element["more"] ?? 0);
  if (children.length === 0 && more === 0) {
    return (
      <li>
        <Opening element={element} />
      </li>
    );
  }
  return (
    <li>
      <details open={depth < 3 && !/Signature$/.test(String(element["name"]))}>
        <summary>
          <Opening element={element} />
        </summary>
        <ul>
          {children.map((child) => (
            <Element element={child} depth={depth + 1} />
          ))}
          {more > 0 && <li class="hint">and {more} more, which are not shown</li>}
        </ul>
      </details>
    </li>
  );
}

function Opening({ element }: { readonly element: Readonly<Record<string, unknown>> }) {
  const attributes = isObject(element["attributes"]) ? Object.entries(element["attributes"]) : [];
  return (
    <>
      <strong>{String(element["name"] ?? "")}</strong>
      {attributes.map(([name, value]) => (
        <>
          {" "}
          <span class="tree-attribute">
            {name}=<code>{String(value)}</code>
          </span>
        </>
      ))}
      {element["text"] !== undefined && (
        <>
          {" "}
          <code>{String(element["text"])}</code>
        </>
      )}
    </>
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
