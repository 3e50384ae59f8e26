import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { projectRoot } from "../../src/root.ts";

/** A source file, read as text: TypeScript 7 has no compiler that could be asked. */
export interface Source {
  /** From the root of the project: `src/web/okta/auth.tsx`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

export interface Import {
  /** From the root of the project for our own files, else as it is written. */
  readonly target: string;
  readonly ours: boolean;
  /** Of types alone: it leaves nothing in the running program. */
  readonly typesOnly: boolean;
  readonly names: readonly string[];
}

/** Every file below these folders that the compiler reads, in the order of its path. */
export function sources(...folders: string[]): readonly Source[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => readSource(join(folder, name))),
    )
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** What is part of the product: neither tests nor what only tests use. */
export function isProduct({ path }: Source): boolean {
  return !/\.test\.tsx?$/.test(path) && !path.includes("/fixtures/");
}

/** The file without its comments, in which words are not code. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

function readSource(path: string): Source {
  const text = readFileSync(join(projectRoot, path), "utf8");
  return { path, text, lines: text.split("\n").length - 1, imports: importsOf(path, text) };
}

const STATIC = /^(?:import|export)\s+(type\s+)?(?:([\w*{}\s,$]+?)\s+from\s+)?"([^"]+)";/gm;
const DYNAMIC = /\bimport\(\s*"([^"]+)"\s*\)/g;

function importsOf(path: string, text: string): Import[] {
  const here = dirname(path);
  const code = withoutComments(text);
  const written = [...code.matchAll(STATIC)].map(([, type, clause = "", target = ""]) => {
    const names = clause
      .replace(/[{}]/g, "")
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean);
    return { target, typesOnly: Boolean(type) || (names.length > 0 && names.every(isType)), names };
  });
  const late = [...code.matchAll(DYNAMIC)].map(([, target = ""]) => ({ target, typesOnly: false, names: [] }));
  return [...written, ...late].map(({ target, typesOnly, names }) => {
    const ours = target.startsWith(".");
    return { target: ours ? normalize(join(here, target)) : target, ours, typesOnly, names };
  });
}

function isType(name: string): boolean {
  return name.startsWith("type ");
}
