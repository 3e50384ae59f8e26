import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The path of a file of this folder that the compiler does not copy (certificate, style sheet, browser script). The
 * compiled code runs from `dist/dev/okta`, so the file is found from the folder of the nearest package.json above.
 */
export function sourceFile(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    if (dirname(folder) === folder) throw new Error(`no package.json above ${fileURLToPath(import.meta.url)}`);
    folder = dirname(folder);
  }
  return join(folder, "dev", "okta", name);
}
