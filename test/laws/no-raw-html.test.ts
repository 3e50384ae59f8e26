import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../../src/root.ts";
import { sources, withoutComments } from "./sources.ts";

/** Each way past the escaping of hono/jsx. */
const WAYS = [/dangerouslySetInnerHTML/, /(?<![.\w])raw\(/, /(?<![.\w])html`/, /from "hono\/html"/, /from "hono\/css"/];

for (const folder of ["src/web", "dev"]) {
  test(`no page in ${folder} writes HTML that was not escaped`, () => {
    const found = sources(folder).flatMap(({ path, text }) =>
      WAYS.filter((way) => way.test(withoutComments(text))).map((way) => `${path}: ${way.source}`),
    );
    assert.deepEqual(found, []);
  });
}

test("no handler answers text as HTML past the renderer", () => {
  const found = sources("src/web").filter(({ text }) => /c\.html\((?!await renderPage\()/.test(text));
  assert.deepEqual(
    found.map(({ path }) => path),
    [],
  );
});

test("no browser script makes markup or code of text", () => {
  const ways =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function\(/;
  for (const folder of ["src/web/assets", "dev/okta/assets"]) {
    for (const name of readdirSync(join(projectRoot, folder)).filter((each) => each.endsWith(".js"))) {
      assert.ok(!ways.test(readFileSync(join(projectRoot, folder, name), "utf8")), name);
    }
  }
});
