import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { ask, emptyFolder, freePort, type Program, runProgram, startProgram } from "../test/durability/program.ts";

test("the demo prints links that lead where it says, and goes on from there at the next start", async (t) => {
  const folder = emptyFolder(t);
  const port = await freePort();
  const start = () =>
    startProgram(t, { file: "dev/demo.js", env: { DATA_DIR: folder }, port, ready: /Ctrl-C stops the demo/ });

  const first = await start();
  const cookie = await signInByPrintedLink(first);
  const settings = await ask(first.printed(/Okta settings of Acme +(\S+)/), { headers: { cookie } });
  assert.equal(settings.status, 200);
  assert.match(settings.text, /Connected members/);
  const people = await ask(`http://acme.localhost:${port}/people`, { headers: { cookie } });
  for (const email of ["olive.owner@example.test", "Grace.Holm@Example.Test", "sam.field@example.test"]) {
    assert.ok(people.text.includes(email), `${email} is a member`);
  }
  const admin = await ask(first.printed(/the admin's page +(\S+)/));
  assert.match(admin.text, /Ada Park/);
  assert.match(admin.text, /Test Connector/);
  const dashboard = await ask(first.printed(/a person's dashboard +(\S+)/));
  assert.match(dashboard.text, /choose a person/);
  const ssoUrl = /id="sso-url"[^>]*value="([^"]+)"/.exec(admin.text)?.[1] ?? "";
  assert.ok(settings.text.includes(ssoUrl), "Okta's address is in the settings");
  assert.equal(await first.end("SIGINT"), "0");

  const second = await start();
  const again = await signInByPrintedLink(second);
  const connected = await ask(second.printed(/Okta settings of Acme +(\S+)/), { headers: { cookie: again } });
  assert.ok(connected.text.includes(ssoUrl), "Okta's address is the same at the next start");
  assert.equal(
    connected.text.match(/Revoke/g)?.length,
    settings.text.match(/Revoke/g)?.length,
    "tokens do not pile up",
  );
  assert.equal(await second.end("SIGTERM"), "0");
});

for (const [whose, distance] of [
  ["the service's", 0],
  ["the simulated Okta's", 1],
  ["the simulated git hosts'", 2],
] as const) {
  test(`if ${whose} port is taken, the demo says so in one sentence and ends`, async (t) => {
    const port = await freePort();
    const stranger = createServer().listen(port + distance, "127.0.0.1");
    t.after(() => stranger.close());
    const { code, output } = await runProgram("dev/demo.js", { PORT: String(port), DATA_DIR: emptyFolder(t) });
    assert.equal(code, 1);
    assert.match(output, new RegExp(`^Port ${port + distance} is taken: stop what listens there`, "m"));
    assert.doesNotMatch(output, /\n +at /);
  });
}

/** Opens the link, then presses its button. */
async function signInByPrintedLink(demo: Program): Promise<string> {
  const link = new URL(demo.printed(/Sign in as the owner, once +(\S+)/));
  const shown = await ask(link.href);
  assert.match(shown.text, /Olive Owner/);
  const pressed = await ask(`${link.origin}/sign-in/link`, {
    method: "POST",
    headers: { origin: link.origin, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ token: link.searchParams.get("token") ?? "" }).toString(),
  });
  assert.equal(pressed.status, 303);
  return [pressed.headers["set-cookie"]]
    .flat()
    .map((cookie) => cookie?.split(";")[0])
    .join("; ");
}
