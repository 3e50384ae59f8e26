import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";

/** One file that browsers load, read once at start. `url` carries the hash of the content, so it may be cached for ever. */
export interface AssetFile {
  readonly body: Buffer<ArrayBuffer>;
  readonly contentType: string;
  readonly version: string;
  readonly url: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Every file of `src/web/assets` by its name. Whoever serves `/assets/:name` answers from here and from nowhere else. */
export const assets: ReadonlyMap<string, AssetFile> = readAssets(assetFolder());

/**
 * The address of an asset with its version, such as `/assets/app.js?v=1f0c9b2ad4`.
 * Throws for a name that does not exist: a page with a missing stylesheet is a mistake of ours.
 */
export function asset(name: string): string {
  const file = assets.get(name);
  if (!file) throw new Error(`No asset is named ${name}`);
  return file.url;
}

function readAssets(folder: string): Map<string, AssetFile> {
  const files = new Map<string, AssetFile>();
  for (const name of readdirSync(folder)) {
    const contentType = CONTENT_TYPES[extname(name)];
    if (!contentType) continue;
    const body = readFileSync(join(folder, name));
    const version = createHash("sha256").update(body).digest("hex").slice(0, 10);
    files.set(name, { body, contentType, version, url: `/assets/${name}?v=${version}` });
  }
  return files;
}

/** The compiler copies only code to `dist/`, so the assets are read where they were written: under the package's root. */
function assetFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("The package's root was not found, and with it src/web/assets");
    folder = parent;
  }
  return join(folder, "src/web/assets");
}
