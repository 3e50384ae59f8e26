import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { locateBinaries } from "../../src/db/embedded/binaries.ts";
import { readPidFile } from "../../src/db/embedded/pid-file.ts";
import { dataFolder, emptyFolder, query } from "./embedded-folder.ts";
import { startOwner, startProcess } from "./embedded-process.ts";

const NOBODY = 65534;

/** A chroot to the same files: the kernel makes no user namespace in one (unshare(2), EPERM). */
const inChroot = (folder: string): string[] => {
  const script = 'mount --rbind / "$0" && exec chroot "$0" "$@"';
  return ["unshare", "--mount", "sh", "-c", script, folder];
};

/** Nobody, who may read all files, so that the sources can be in a closed folder. */
const enterAll = ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"];
const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", ...enterAll];

const canMount = spawnSync("sh", ["-c", "unshare --mount true"]).status === 0 && process.getuid?.() === 0;
const options = {
  skip: canMount ? false : "needs root who may mount: run the tests as root to see PostgreSQL run as another user",
};

test("as root, PostgreSQL runs in a user namespace and its files stay root's", options, async (t) => {
  const dataDir = await dataFolder(t);
  const owner = await startOwner(dataDir);
  t.after(() => owner.stop());
  assert.equal(statSync(join(dataDir, "postgres")).uid, 0);
  assert.match(statusOf(dataDir), /^CapEff:\t0+$/m);
});

test(
  "where the kernel forbids that, it runs as nobody, also in a folder that is closed to them",
  options,
  async (t) => {
    const root = emptyFolder(t);
    const dataDir = join(emptyFolder(t), "data");
    const owner = await startOwner(dataDir, inChroot(root));
    t.after(() => owner.stop());
    assert.deepEqual(await query(owner.connection, "select 1"), [1]);
    assert.equal(statSync(dirname(dataDir)).mode & 0o077, 0);
    assert.equal(statSync(join(dataDir, "postgres")).uid, NOBODY);
    assert.match(statusOf(dataDir), /^Uid:\t65534\t65534\t65534\t65534$/m);
  },
);

test("a database goes from root to nobody when the kernel changes its mind, and stays nobody's", options, async (t) => {
  const dataDir = await dataFolder(t);
  for (const prefix of [[], inChroot(emptyFolder(t)), []]) {
    const owner = await startOwner(dataDir, prefix);
    const rows = await query(owner.connection, "select 1");
    await owner.stop();
    assert.deepEqual(rows, [1]);
  }
  assert.equal(statSync(join(dataDir, "postgres", "base")).uid, NOBODY);
});

test("a database that belongs to another user already runs as that user", options, async (t) => {
  const dataDir = await dataFolder(t);
  const [, , daemon] = /^daemon:([^:]*):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8")) ?? [];
  execFileSync("chown", ["-R", "daemon", join(dataDir, "postgres")]);
  const owner = await startOwner(dataDir);
  t.after(() => owner.stop());
  assert.deepEqual(await query(owner.connection, "select 1"), [1]);
  assert.equal(String(statSync(owner.connection.host).uid), daemon);
});

test("root who may become nobody else is told in one sentence what to do", options, async (t) => {
  const prefix = [...inChroot(emptyFolder(t)), "setpriv", "--bounding-set=-setuid,-setgid"];
  const { answer } = await startProcess(join(emptyFolder(t), "data"), prefix);
  assert.ok("refused" in answer);
  assert.match(
    answer.refused,
    /^PostgreSQL does not run as root, and .* start this as another user, or set DATABASE_URL\.$/,
  );
});

test("who is not root runs it as themselves", options, async (t) => {
  const dataDir = join(emptyFolder(t), "data");
  mkdirSync(dataDir);
  chownSync(dataDir, NOBODY, NOBODY);
  const owner = await startOwner(dataDir, asNobody);
  t.after(() => owner.stop());
  assert.deepEqual(await query(owner.connection, "select 1"), [1]);
  assert.equal(statSync(join(dataDir, "postgres")).uid, NOBODY);
});

test("who is not root is not let at another's database", options, async (t) => {
  const dataDir = await dataFolder(t);
  chmodSync(dataDir, 0o777);
  const { answer } = await startProcess(dataDir, asNobody);
  assert.ok("refused" in answer);
  assert.match(
    answer.refused,
    /^The embedded PostgreSQL does not run on this system as this user in \S+: see that the folder is yours/,
  );
});

test("libraries whose links npm did not make are found all the same", options, async (t) => {
  const { initdb } = locateBinaries(join(emptyFolder(t), "lib"));
  const libraries = join(dirname(initdb), "..", "lib");
  const upper = emptyFolder(t);
  const script = `
    mount -t tmpfs tmpfs "$1" && cd "$1" && mkdir upper work &&
    mount -t overlay overlay -o "lowerdir=$0,upperdir=upper,workdir=work" "$0" &&
    find "$0" -type l -delete && shift && exec "$@"`;
  const dataDir = join(emptyFolder(t), "data");
  const owner = await startOwner(dataDir, ["unshare", "--mount", "sh", "-c", script, libraries, upper]);
  t.after(() => owner.stop());
  assert.deepEqual(await query(owner.connection, "select 1"), [1]);
});

/** proc_pid_status(5) of the postmaster. */
function statusOf(dataDir: string): string {
  return readFileSync(`/proc/${readPidFile(join(dataDir, "postgres")).pid}/status`, "utf8");
}
