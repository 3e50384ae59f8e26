import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of the project: where `migrations/` and the assets lie, whether we run compiled or not. */
export const projectRoot = findRoot(import.meta.dirname);

function findRoot(folder: string): string {
  return existsSync(join(folder, "migrations")) ? folder : findRoot(dirname(folder));
}
