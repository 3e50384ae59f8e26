import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { wordsOf } from "../../../src/domain/sso/provider-words.ts";
import { EXPLAINED, explain, fixesFor } from "../../../src/domain/sso/sign-in-fixes.ts";
import { projectRoot } from "../../../src/root.ts";
import { CHECK_WORDS } from "../../../src/web/ui/activity/check-words.ts";
import { isProduct, sources } from "../../laws/sources.ts";

const PROVIDERS = ["okta", "jumpcloud", "entra", "onelogin", "google", "ping", "other"] as const;
const HERE = { audience: "https://acme.example.com", acsUrl: "https://acme.example.com/okta/auth" };

/** Files there that refuse an administrator, not somebody who signs in. */
const NO_SIGN_IN = ["mapping", "metadata", "rotation"];

/** Every code that a sign-in can be refused with, as the sources say. */
const CODES = [...new Set([...codesOfChecks(), ...codesThrown()])].sort();

function codesOfChecks(): string[] {
  const text = readFileSync(join(projectRoot, "src/protocols/saml/refusals.ts"), "utf8");
  return [...text.matchAll(/^ {2}"?([a-z0-9-]+)"?: \[\s*\d{3},/gm)].map(([, code = ""]) => code);
}

/** `integrations`, which are settings and no sign-in, refuse in their own words. */
function codesThrown(): string[] {
  const files = [
    ...sources("src/domain/sso"),
    ...sources("src/web/okta").filter(({ path }) => !path.includes("/scim/")),
  ];
  const product = files.filter(isProduct).filter(({ path }) => !NO_SIGN_IN.some((each) => path.includes(each)));
  return product.flatMap(({ text }) =>
    [...text.matchAll(/new Refusal\(\s*\d{3},\s*"([a-z-]+)"/g)].map(([, code = ""]) => code),
  );
}

describe("every code that a sign-in can be refused with", () => {
  test("is found in the sources", () => {
    assert.ok(CODES.length > 30, CODES.join());
    for (const code of ["audience", "digest", "replay", "unknown-person", "removed", "idp-initiated", "request"]) {
      assert.ok(CODES.includes(code), code);
    }
  });

  test("is explained, and nothing else is", () => {
    assert.deepEqual([...EXPLAINED].sort(), CODES);
  });

  test("has a heading in docs/sign-in-errors.md, and nothing else has one", () => {
    const text = readFileSync(join(projectRoot, "docs/sign-in-errors.md"), "utf8");
    const headings = [...text.matchAll(/^### `([^`]+)`$/gm)].map(([, code = ""]) => code);
    assert.equal(new Set(headings).size, headings.length);
    assert.deepEqual(headings.sort(), CODES);
  });

  test("is in the list of checks of docs/security.md", () => {
    const text = readFileSync(join(projectRoot, "docs/security.md"), "utf8");
    const section = text.slice(text.indexOf("## A SAML response"), text.indexOf("## SCIM"));
    for (const code of CODES) assert.ok(section.includes(`\`${code}\``), code);
  });

  test("has words for its check", () => {
    const people = ["unknown-person", "removed", "deactivated", "integration"];
    for (const code of CODES.filter((each) => !people.includes(each))) assert.ok(CHECK_WORDS[code], code);
  });

  for (const provider of PROVIDERS) {
    test(`says why and what to do in the words of ${provider}`, () => {
      for (const code of CODES) {
        const situation = { words: wordsOf(provider), wanted: "WANTED", got: "GOT", emailIn: ["mail"], ...HERE };
        const { cause, steps } = explain(code, situation);
        assert.ok(cause.endsWith(".") && steps.length > 0, code);
        assert.ok(
          steps.every((step) => /[.:)]$/.test(step)),
          `${code}: ${steps.join(" | ")}`,
        );
        assert.doesNotMatch(`${cause} ${steps.join(" ")}`, /undefined|\[object/);
        if (provider !== "okta") assert.doesNotMatch(`${cause} ${steps.join(" ")}`, /\bOkta\b(?! Integration)/, code);
      }
    });
  }
});

describe("what to do about a refusal", () => {
  const attempt = (code: string, ...checks: [check: string, wanted: string, got: string][]) => ({
    code,
    checks: checks.map(([check, wanted, got]) => ({ check, wanted, got, passed: false })),
    assertion: null,
  });

  test("names the field at the provider and the value that belongs there", () => {
    const wrong = attempt("audience", ["audience", HERE.audience, "https://x.test"]);
    const [okta] = fixesFor(wrong, { provider: "okta", ...HERE });
    assert.equal(okta?.cause, "The audience is https://x.test; it must be https://acme.example.com.");
    assert.match(okta?.steps[0] ?? "", /set Audience URI \(SP Entity ID\) to https:\/\/acme\.example\.com/);
    const [entra] = fixesFor(wrong, { provider: "entra", ...HERE });
    assert.match(entra?.steps[0] ?? "", /At Microsoft Entra ID, .*Identifier \(Entity ID\)/);
  });

  test("is said for each thing that is wrong, the verdict's first", () => {
    const wrong = attempt("audience", ["audience", "a", "b"], ["recipient", "c", "d"]);
    const codes = fixesFor(wrong, { provider: "okta", ...HERE }).map(({ code }) => code);
    assert.deepEqual(codes, ["audience", "recipient"]);
  });

  test("knows for which of several reasons a person was refused", () => {
    const wrong = attempt("removed", ["person", "a member", "ada@example.test"]);
    assert.match(fixesFor(wrong, { provider: "okta", ...HERE })[0]?.cause ?? "", /^ada@example\.test was removed/);
  });

  test("finds the email in another attribute", () => {
    const value = { name: "saml2:AttributeValue", text: "ada@example.test" };
    const mail = { name: "saml2:Attribute", attributes: { Name: "mail" }, children: [value] };
    const groups = { name: "saml2:Attribute", attributes: { Name: "groups" }, children: [value, value] };
    const assertion = { name: "saml2:Assertion", children: [groups, { name: "x", children: [mail] }] };
    const wrong = { ...attempt("name-id", ["name-id", "the format", "persistent"]), assertion };
    const [fix] = fixesFor(wrong, { provider: "entra", ...HERE });
    assert.match(fix?.steps[0] ?? "", /The email is in the attribute mail: take it from there/);
    assert.ok(fix?.setting);
  });
});
