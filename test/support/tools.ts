import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { getuid } from "node:process";

/** What npm cannot bring: how it is seen to be there, and the Debian packages that bring it. */
const TOOLS = [
  { name: "chromium", isThere: () => commandPath("chromium") !== undefined, packages: ["chromium"] },
  { name: "xmlsec1", isThere: () => commandPath("xmlsec1") !== undefined, packages: ["xmlsec1"] },
  { name: "openssl", isThere: () => commandPath("openssl") !== undefined, packages: ["openssl"] },
  {
    name: "SimpleSAMLphp",
    isThere: () => simpleSamlPhp() !== undefined,
    packages: ["simplesamlphp", "php-cli", "php-xml", "php-mbstring"],
  },
] as const;

/** Installs what is missing where we are root on Debian; elsewhere says in a sentence what would be skipped. */
export function bringTools(): void {
  const missing = TOOLS.filter((tool) => !tool.isThere());
  if (missing.length === 0) return;
  const debian = existsSync("/etc/debian_version") && getuid?.() === 0;
  if (debian) {
    process.stderr.write(`Installing ${missing.map((tool) => tool.name).join(" and ")} from Debian …\n`);
    const install = ["install", "-y", "-qq", "--no-install-recommends", ...missing.flatMap((tool) => tool.packages)];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore", env });
    spawnSync("apt-get", install, { stdio: "ignore", env });
  }
  for (const { name, packages } of TOOLS.filter((tool) => !tool.isThere())) {
    const wanted = packages.join(" ");
    process.stderr.write(
      `Tests that need ${name} are skipped: install ${wanted} (on Debian: apt-get install ${wanted}).\n`,
    );
  }
}

/** Where SimpleSAMLphp's pages lie, as Debian's package puts them, if they and PHP are there. */
export function simpleSamlPhp(): string | undefined {
  const pages = "/usr/share/simplesamlphp/www";
  return existsSync(pages) && commandPath("php") !== undefined ? pages : undefined;
}

/** Where a program lies on the PATH, if it does. */
export function commandPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":").concat("/usr/bin");
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}
