/**
 * The names of the attributes in the tree of a response that hold one email address each: where the email may be, when it is
 * not where we looked. The tree is what was stored for people to read, so nothing is taken for granted.
 */
export function emailAttributes(tree: unknown): readonly string[] {
  const names: string[] = [];
  visit(tree, names);
  return [...new Set(names)].slice(0, 5);
}

function visit(node: unknown, names: string[]): void {
  const { name, attributes, children } = fieldsOf(node);
  const list = Array.isArray(children) ? children : [];
  const called = fieldsOf(attributes)["Name"];
  if (typeof name === "string" && /(?:^|:)Attribute$/.test(name) && typeof called === "string") {
    const [value, second] = list.map((child) => fieldsOf(child)["text"]);
    if (second === undefined && typeof value === "string" && /^[^\s@]+@[^\s@]+$/.test(value)) names.push(called);
  }
  for (const child of list) visit(child, names);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
