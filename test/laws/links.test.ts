import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

const ROOT = process.cwd();

test("every link from one of our documents to another leads to a page and a heading that are there", () => {
  const broken = documents().flatMap((file) => brokenLinks(file).map((link) => `${relative(ROOT, file)}: ${link}`));
  assert.deepEqual(broken, []);
});

function documents(): string[] {
  const top = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "STYLE.md"].map((name) => join(ROOT, name));
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" });
  return [...top, ...docs.filter((name) => name.endsWith(".md")).map((name) => join(ROOT, "docs", name))];
}

function brokenLinks(file: string): string[] {
  const links = [...readFileSync(file, "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(file, link));
}

function leadsSomewhere(file: string, link: string): boolean {
  const [path = "", heading] = link.split("#");
  const target = path === "" ? file : join(dirname(file), path);
  try {
    if (heading === undefined) return isThere(target);
    return headings(readFileSync(target, "utf8")).includes(heading);
  } catch {
    return false;
  }
}

function isThere(target: string): boolean {
  try {
    readFileSync(target);
  } catch {
    readdirSync(target);
  }
  return true;
}

/** The names that GitHub gives to headings. */
function headings(text: string): string[] {
  const titles = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => title);
  return titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}
