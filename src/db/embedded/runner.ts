import { spawnSync } from "node:child_process";
import { lchownSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";

/** As whom PostgreSQL runs: it refuses root, and a user id without a passwd entry. */
export interface Runner {
  /** PostgreSQL's major version, such as `18`. */
  readonly major: string;
  /** The command that runs `program` so. It becomes the program: one process, one id. */
  command(program: string, args: readonly string[]): [file: string, args: string[]];
  /** Gives the folder and all in it to the user that PostgreSQL runs as. */
  own(folder: string): void;
}

interface Candidate {
  readonly prefix: readonly string[];
  readonly owner?: User;
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Chooses how to run the programs on `folder`, which exists, and tries it: `postgres` runs and may write there.
 *
 * As root, a user namespace comes first: root has another number in it, and the files stay root's. Where the kernel
 * forbids that, an unprivileged user, who is left the capability to enter folders that are closed to others. A folder
 * that belongs to such a user already stays theirs. Who is not root runs it on their own folders only. Throws one
 * sentence when nothing works.
 */
export function chooseRunner(binaries: Binaries, folder: string): Runner {
  for (const candidate of candidates(folder)) {
    const major = tryOut(candidate, binaries, folder);
    if (major !== undefined) return runner(candidate, major);
  }
  throw new Error(
    process.getuid?.() === 0
      ? `PostgreSQL does not run as root, and this system allows neither a user namespace nor a change to an unprivileged user in ${folder}: start this as another user, or set DATABASE_URL.`
      : `The embedded PostgreSQL does not run on this system as this user in ${folder}: see that the folder is yours, or set DATABASE_URL to a PostgreSQL server.`,
  );
}

function candidates(folder: string): Candidate[] {
  const owner = statSync(folder).uid;
  const us = process.getuid?.() ?? owner;
  if (us !== 0) return us === owner ? [{ prefix: [] }] : [];
  const users = unprivilegedUsers();
  const user = users.find(({ uid }) => uid === owner) ?? users.find(({ name }) => name === "nobody") ?? users[0];
  if (user === undefined) return [];
  const { uid, gid } = user;
  const namespace = { prefix: ["unshare", "--user", `--map-user=${uid}`, `--map-group=${gid}`, "--"] };
  const enterAll = ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"];
  const change = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", ...enterAll, "--"];
  const unprivileged = { prefix: change, owner: user };
  return owner === 0 ? [namespace, unprivileged] : [unprivileged];
}

/** The users of the passwd file that are not root. Its columns: name, password, user id, group id. */
function unprivilegedUsers(): User[] {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const users = lines.map((line) => line.split(":"));
  return users
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0);
}

/** The major version that `postgres` says it has, or nothing if it does not run or cannot write to the folder. */
function tryOut({ prefix }: Candidate, { postgres, environment }: Binaries, folder: string): string | undefined {
  const shell = ["/bin/sh", "-c", '[ -w "$0" ] && exec "$1" -V', folder, postgres];
  const [file = "", ...args] = process.platform === "win32" ? [postgres, "-V"] : [...prefix, ...shell];
  const { stdout } = spawnSync(file, args, { encoding: "utf8", ...(environment && { env: environment }) });
  return /PostgreSQL\) (\d+)/.exec(stdout ?? "")?.[1];
}

function runner({ prefix, owner }: Candidate, major: string): Runner {
  return {
    major,
    command(program, args) {
      const [file = "", ...rest] = [...prefix, program, ...args];
      return [file, rest];
    },
    own(folder) {
      if (owner !== undefined && statSync(folder).uid !== owner.uid) changeOwner(folder, owner);
    },
  };
}

/** The folder itself comes last: after a crash half-way it is still known to be another's. */
function changeOwner(folder: string, { uid, gid }: User): void {
  for (const name of readdirSync(folder, { recursive: true })) lchownSync(join(folder, name.toString()), uid, gid);
  lchownSync(folder, uid, gid);
}
