import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isProduct, type Source, sources, withoutComments } from "./sources.ts";

const everything = sources("src", "dev", "test", "bench");
const product = everything.filter((file) => file.path.startsWith("src/") && isProduct(file));

function below(folder: string): readonly Source[] {
  const found = product.filter((file) => file.path.startsWith(`${folder}/`));
  assert.ok(found.length > 0, `there are files in ${folder}`);
  return found;
}

/** Each import of ours that is not one of these, as a sentence. */
function strays(files: readonly Source[], allowed: readonly RegExp[], skipTypes = false): string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ ours, typesOnly }) => ours && !(skipTypes && typesOnly))
      .filter(({ target }) => !allowed.some((pattern) => pattern.test(target)))
      .map(({ target }) => `${path} imports ${target}`),
  );
}

describe("protocols/ knows standards", () => {
  for (const standard of ["saml", "scim"]) {
    test(`${standard} uses itself and the refusal alone`, () => {
      const allowed = [new RegExp(`^src/protocols/${standard}/`), /^src\/refusal\.ts$/];
      assert.deepEqual(strays(below(`src/protocols/${standard}`), allowed), []);
    });
  }

  test("it asks no package, no network, no file and no clock", () => {
    const pure = ["node:crypto", "node:util", "node:zlib"];
    const bad = below("src/protocols").flatMap(({ path, imports, text }) => [
      ...imports
        .filter(({ ours, target }) => !ours && !pure.includes(target))
        .map(({ target }) => `${path}: ${target}`),
      ...(/\bnew Date\(\)|\bDate\.now\(|\bperformance\.now\(/.test(withoutComments(text)) ? [`${path}: a clock`] : []),
    ]);
    assert.deepEqual(bad, []);
  });
});

/** A folder uses only itself and those before it. */
const ORDER = [
  "jobs",
  "audit",
  "activity",
  "organizations",
  "members",
  "sessions",
  "git",
  "integration",
  "directory",
  "sso",
  "people",
];

describe("domain/ knows our product", () => {
  test("it uses the database, the protocols, the refusal and the scope, and of the log its type", () => {
    const allowed = [/^src\/(?:domain|db|protocols)\//, /^src\/(?:refusal|scope)\.ts$/];
    const files = below("src/domain");
    assert.deepEqual(strays(files, allowed, true), []);
    assert.deepEqual(strays(files, [...allowed, /^src\/observe\/log\.ts$/]), []);
  });

  test("it speaks SQL and no HTTP: of packages it uses those of the database alone", () => {
    const packages = below("src/domain").flatMap(({ imports }) => imports.filter(({ ours }) => !ours));
    const named = new Set(packages.map(({ target }) => target).filter((target) => !target.startsWith("node:")));
    assert.deepEqual(
      [...named].filter((name) => !["kysely", "pg"].includes(name)),
      [],
    );
    assert.ok(!packages.some(({ target }) => /^node:(?:http|https|net|fs)/.test(target)));
  });

  test("each of its folders has its place in the order", () => {
    const folders = new Set(below("src/domain").map(({ path }) => path.split("/")[2] ?? ""));
    assert.deepEqual(
      [...folders].filter((folder) => !ORDER.includes(folder)),
      [],
    );
  });

  for (const [place, folder] of ORDER.entries()) {
    const before = ORDER.slice(0, place + 1);
    test(`${folder} uses no folder of the domain but ${before.join(", ")}`, () => {
      const files = product.filter((file) => file.path.startsWith(`src/domain/${folder}/`));
      const allowed = [new RegExp(`^src/domain/(?:${before.join("|")})/`), /^src\/(?!domain\/)/];
      assert.deepEqual(strays(files, allowed), []);
    });
  }
});

describe("db/ is below everything", () => {
  test("it uses itself alone", () => assert.deepEqual(strays(below("src/db"), [/^src\/db\//, /^src\/root\.ts$/]), []));
});

describe("outbound/ asks other people's servers", () => {
  test("it uses itself and the refusal, and of the configuration and the tables their types", () => {
    const types = /^src\/(?:config|db\/tables)\.ts$/;
    const files = below("src/outbound");
    assert.deepEqual(strays(files, [/^src\/(?:outbound\/|refusal\.ts$)/], true), []);
    assert.deepEqual(strays(files, [/^src\/(?:outbound\/|refusal\.ts$)/, types]), []);
  });

  test("nothing else calls out: a limit of time and of size is on every such call", () => {
    const callers = product.filter(
      ({ text, imports }) =>
        /(?<![.\w])fetch\(\w/.test(withoutComments(text)) || imports.some(({ target }) => target === "node:https"),
    );
    assert.ok(callers.length > 0);
    assert.deepEqual(
      callers.map(({ path }) => path).filter((path) => !/^src\/(?:outbound\/|app\.ts$)/.test(path)),
      [],
    );
  });
});

describe("web/ asks the domain", () => {
  test("it uses the domain, the protocols and itself, and of the database a transaction and what an id is", () => {
    const allowed = [/^src\/(?:web|domain|protocols)\//, /^src\/(?:refusal|scope|root)\.ts$/];
    assert.deepEqual(strays(below("src/web"), [...allowed, /^src\/db\/(?:database|id)\.ts$/], true), []);
    const asked = below("src/web")
      .flatMap(({ imports }) => imports)
      .filter(({ target, typesOnly }) => target.startsWith("src/db/") && !typesOnly)
      .flatMap(({ names }) => names.filter((name) => !name.startsWith("type ")));
    assert.deepEqual(
      [...new Set(asked)].filter((name) => !["inTransaction", "isId"].includes(name)),
      [],
    );
  });

  test("it holds no SQL, but for the question whether the database answers", () => {
    const sql = below("src/web").filter(
      ({ text, imports }) =>
        imports.some(({ target }) => target === "kysely" || target === "pg") ||
        /\.(?:selectFrom|insertInto|updateTable|deleteFrom)\(/.test(text),
    );
    assert.deepEqual(
      sql.map(({ path }) => path),
      ["src/web/health.ts"],
    );
  });

  test("its components ask nobody: of the domain they know types, and which addresses an organization has", () => {
    const names = below("src/web/ui")
      .flatMap(({ imports }) => imports)
      .filter(({ target, typesOnly }) => target.startsWith("src/domain/") && !typesOnly)
      .flatMap((each) => each.names.filter((name) => !name.startsWith("type ")));
    assert.deepEqual(
      [...new Set(names)].filter((name) => name !== "endpoints"),
      [],
    );
  });
});

describe("the parts", () => {
  test("meet in app.ts, door.ts, service.ts, reseal.ts, main.ts and cli.ts, which nothing else in src/ uses", () => {
    const top = /^src\/(?:app|door|service|reseal|main|cli)\.ts$/;
    const users = product.filter(({ path }) => !top.test(path));
    const found = users.flatMap(({ path, imports }) =>
      imports.filter(({ target }) => top.test(target)).map(() => path),
    );
    assert.deepEqual(found, []);
  });

  test("are only put together there: none of them holds SQL or markup", () => {
    for (const { path, text } of product.filter(({ path }) => /^src\/[a-z-]+\.ts$/.test(path))) {
      assert.ok(!/\bSELECT\b|\bINSERT INTO\b|\.selectFrom\(|<html/.test(text), path);
    }
  });

  test("take the environment from config.ts: main.ts only hands it over", () => {
    const readers = product.filter(({ text }) =>
      /process\.env|\{[^}]*\benv\b[^}]*\} from "node:process"/.test(withoutComments(text)),
    );
    assert.deepEqual(
      readers.map(({ path }) => path),
      ["src/main.ts"],
    );
    const main = readers[0]?.text ?? "";
    assert.deepEqual(
      main.match(/.{0,12}process\.env.{0,2}/g)?.map((use) => use.trim()),
      ["readConfig(process.env,"],
    );
  });
});

describe("around the product", () => {
  test("nothing in src/ uses dev/, test/ or bench/", () => {
    const files = everything.filter(({ path }) => path.startsWith("src/"));
    assert.deepEqual(strays(files, [/^src\//]), []);
  });

  test("the simulated Okta uses nothing of src/: it plays somebody else's product", () => {
    const files = everything.filter(({ path }) => path.startsWith("dev/okta/"));
    assert.ok(files.length > 10);
    assert.deepEqual(strays(files, [/^dev\/okta\//]), []);
  });

  test("nor do the simulated git hosts", () => {
    const files = everything.filter(({ path }) => path.startsWith("dev/git/"));
    assert.ok(files.length > 5);
    assert.deepEqual(strays(files, [/^dev\/git\//]), []);
  });

  test("fixtures are for tests", () => {
    const found = product.flatMap(({ path, imports }) =>
      imports.filter(({ target }) => target.includes("/fixtures/")).map(() => path),
    );
    assert.deepEqual(found, []);
  });
});
