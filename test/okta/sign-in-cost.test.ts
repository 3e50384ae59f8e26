import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization } from "../support/organization.ts";
import { roundTrips } from "../support/round-trips.ts";
import { startTestService } from "../support/service.ts";
import { push } from "./people.ts";
import { clickTile } from "./provider.ts";

const service = await startTestService();
after(() => service.stop());

// The table of docs/architecture.md says so too.
test("a sign-in by the tile costs 10 round trips, the first one 13, and no row is written that all sign-ins meet in", async () => {
  const org = await newOrganization(service);
  const { userName } = await push(org);
  const signIn = () => roundTrips(async () => assert.equal((await clickTile(service, org, userName)).status, 303));
  const [first, second] = [await signIn(), await signIn()];
  assert.deepEqual([first.length, second.length], [13, 10]);
  const noted = (statements: readonly string[]) => statements.some((text) => /UPDATE integrations/.test(text));
  assert.deepEqual([noted(first), noted(second)], [true, false]);
  service.clock.advance(1_000);
  assert.ok(noted(await signIn()), "it is noted once a second");
});
