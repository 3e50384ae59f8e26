import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { projectRoot } from "../../src/root.ts";
import { apexRoutes, organizationRoutes } from "../../src/web/routes.ts";
import { isProduct, sources } from "./sources.ts";

/** Files under web/ that are no address: the map, and what stands behind several addresses. */
const NO_ADDRESS = [
  /^(?:routes|page-routes|api-routes)\.ts$/,
  /^(?:edge|ui)\//,
  // `/healthz`, `/readyz` and `/metrics`, and `/assets/:name`: on any host, hung in by app.ts.
  /^(?:health|assets)\.ts$/,
  // The page at `/`, of an organization and of the apex.
  /^(?:home|apex)\.tsx$/,
  // Behind `/setup` and the line that main.ts prints.
  /^setup-token\.ts$/,
  // One person, at `/people/:id`, and beside a role that was refused.
  /^people\/person\.tsx$/,
  // How each SCIM answer is made and written down, a list and a large group among them, what is known of the server, and the
  // base URL itself.
  /^okta\/scim\/(?:exchange|recording|discovery|search|listing|large-groups)\.ts$/,
  // How the operator API describes itself.
  /^api\/v1\/(?:operations\.ts|contract\/|docs\/)/,
  /\/(?:schemas|metadata)\.ts$/,
];

const web = sources("src/web")
  .filter(isProduct)
  .map(({ path }) => path.replace("src/web/", ""));
const urls = [...organizationRoutes, ...apexRoutes].map(({ path }) =>
  path
    .toLowerCase()
    .replace(/\/:\w+|\/\*|\/\.search/g, "")
    .replace(/^\//, "")
    .replace(/\.json$/, ""),
);

describe("the path of a file under web/ is the path of its URL", () => {
  for (const path of web.filter((each) => !NO_ADDRESS.some((pattern) => pattern.test(each)))) {
    test(`there is a URL for ${path}`, () => assert.ok(urls.includes(path.replace(/\.tsx?$/, "")), path));
  }

  const files = new Set(web.map((path) => path.replace(/\.tsx?$/, "")));
  for (const url of new Set(urls)) {
    test(`there is a file for /${url}`, () => {
      const found =
        url === ""
          ? files.has("home") && files.has("apex")
          : files.has(url) || OTHERWISE.some((pattern) => pattern.test(url));
      assert.ok(found, url);
    });
  }
});

/** URLs that are answered by a file of another name. */
const OTHERWISE = [
  /^okta\/scim(?:$|\/(?:serviceproviderconfig|resourcetypes|schemas|me)$)/,
  // The misprint, answered where the endpoints are known.
  /^okta\/scrim$/,
  /^api\/v1$/,
  /^metrics$/,
  // A noun of the integration, answered with it.
  /\/okta-integration\/disconnect-preview$/,
];

test("no file is named after nothing", () => {
  const empty =
    /^(?:utils?|helpers?|common|managers?|handlers?|data|shared|misc|lib|core|base|index|types|constants|services?)$/;
  const names = sources("src", "dev", "test", "bench").map(({ path }) => path);
  const found = names.filter(
    (path) =>
      path !== "src/service.ts" &&
      path !== "test/support/service.ts" &&
      path.split("/").some((part) => empty.test(part.replace(/(?:\.test)?\.tsx?$/, ""))),
  );
  assert.deepEqual(found, []);
});

describe("a file can be read in one sitting", () => {
  const all = sources("src", "dev", "test", "bench");
  const product = all.filter(({ path }) => path.startsWith("src/") || path.startsWith("dev/")).filter(isProduct);
  const sizes = product.map(({ lines }) => lines).sort((one, other) => one - other);

  test("half of them have at most 80 lines", () => assert.ok((sizes[Math.floor(sizes.length / 2)] ?? 0) <= 80));

  test("nine in ten have at most 200", () => assert.ok((sizes[Math.floor(sizes.length * 0.9)] ?? 0) <= 200));

  test("none has more than 400", () => {
    assert.deepEqual(
      all.filter(({ lines }) => lines > 400).map(({ path, lines }) => `${path}: ${lines}`),
      [],
    );
  });

  test("all the code for browsers together has less than 150 lines", () => {
    const folder = join(projectRoot, "src/web/assets");
    const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
    const lines = scripts.map((name) => readFileSync(join(folder, name), "utf8").split("\n").length);
    assert.ok(lines.length > 0 && lines.reduce((sum, each) => sum + each, 0) <= 150);
    assert.ok(scripts.every((name) => statSync(join(folder, name)).size < 10_000));
  });
});

test("no test is skipped or alone, and nothing is left to do", () => {
  const words = new RegExp(
    ["TO", "DO\\b|FIX", "ME\\b|\\b(?:test|describe|it)\\.(?:sk", "ip|on", "ly|to", "do)\\("].join(""),
  );
  const found = sources("src", "dev", "test", "bench").filter(({ text }) => words.test(text));
  assert.deepEqual(
    found.map(({ path }) => path),
    [],
  );
});
