import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The longest path of a socket in bytes: `sun_path` of unix(7) on Linux; shorter on macOS and the BSDs. */
const LONGEST_PATH = process.platform === "linux" ? 107 : 103;

const SHORT_NAME = "semaphore-okta-";

/**
 * Makes an empty folder of mode 0700 for the socket `file`: `socket` in the data folder, or, where that path is too
 * long for a socket, a new one in the folder for temporary files, to which `socket` is then a link.
 */
export function makeSocketFolder(dataDir: string, file: string): string {
  removeSocketFolder(dataDir);
  const usual = join(dataDir, "socket");
  if (fits(join(usual, file))) {
    mkdirSync(usual, { mode: 0o700 });
    return usual;
  }
  const temporary = fits(join(tmpdir(), `${SHORT_NAME}123456`, file)) ? tmpdir() : "/tmp";
  const short = mkdtempSync(join(temporary, SHORT_NAME));
  symlinkSync(short, usual);
  return short;
}

/** Removes the folder and the sockets in it, also after a process that could not. */
export function removeSocketFolder(dataDir: string): void {
  const usual = join(dataDir, "socket");
  const found = lstatSync(usual, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) {
    const short = readlinkSync(usual);
    if (short.includes(SHORT_NAME)) emptyAndRemove(short);
    rmSync(usual);
  } else if (found) {
    emptyAndRemove(usual);
  }
}

/** Only sockets and their locks, and not recursively: a temporary folder may have become somebody else's by now. */
function emptyAndRemove(folder: string): void {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const sockets = readdirSync(folder).filter((name) => name.startsWith(".s.PGSQL."));
  for (const name of sockets) rmSync(join(folder, name), { force: true });
  rmdirSync(folder);
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_PATH;
}
