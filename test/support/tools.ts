import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { getuid } from "node:process";

/** What npm cannot bring, and the Debian package that does. */
const TOOLS = [
  { command: "chromium", packages: "chromium" },
  { command: "xmlsec1", packages: "xmlsec1" },
  { command: "openssl", packages: "openssl" },
] as const;

/** Installs what is missing where we are root on Debian; elsewhere says in a sentence what would be skipped. */
export function bringTools(): void {
  const missing = TOOLS.filter((tool) => !commandPath(tool.command));
  if (missing.length === 0) return;
  const packages = missing.map((tool) => tool.packages);
  const debian = existsSync("/etc/debian_version") && getuid?.() === 0;
  if (debian) {
    process.stderr.write(`Installing ${packages.join(" and ")} from Debian …\n`);
    spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore" });
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { stdio: "ignore" });
  }
  for (const { command, packages: wanted } of TOOLS.filter((tool) => !commandPath(tool.command))) {
    process.stderr.write(
      `Tests that need ${command} are skipped: install ${wanted} (on Debian: apt-get install ${wanted}).\n`,
    );
  }
}

/** Where a program lies on the PATH, if it does. */
export function commandPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":").concat("/usr/bin");
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}
