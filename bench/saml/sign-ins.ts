import { type Ask, type Load, load } from "../load.ts";
import type { Setting } from "../setting.ts";
import { median, type Row } from "../table.ts";
import { oktaResponse } from "./responses.ts";

const ROUNDS = 5;
const PEOPLE = 50;
const TOTAL = 200;

/**
 * Whole sign-ins of people whom the directory pushed and who have been here before: the post of Okta's response, up to the
 * redirect, beside one request that commits one INSERT. In turn, round by round.
 */
export async function signIns(setting: Setting): Promise<Row[]> {
  const org = await setting.organization();
  for (let at = 0; at < PEOPLE; at++) await load(org, 1, 1, (_, send) => send(push(at)).then(() => {}));
  const url = `http://${org.host}`;
  const posts = (count: number): Ask[] =>
    Array.from({ length: count }, (_, at) => signIn(oktaResponse({ url, acsUrl: `${url}/okta/auth` }, email(at))));
  const through = (responses: readonly Ask[], concurrency: number): Promise<Load> =>
    load(org, responses.length, concurrency, (index, send) => send(responses[index] ?? push(0)).then(() => {}));
  await through(posts(PEOPLE), 4);
  const rows = [];
  for (const concurrency of [1, 8]) {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const responses = posts(TOTAL);
      const before = [setting.floor.cpu(), setting.service.cpu()] as const;
      const floor = await load(setting.floorTarget, TOTAL, concurrency, (_, send) => send(insert()).then(() => {}));
      const ours = await through(responses, concurrency);
      const cpu = (setting.service.cpu() - before[1]) / Math.max(0.01, setting.floor.cpu() - before[0]);
      rounds.push({ floor, ours, cpu });
    }
    rows.push(row(concurrency, rounds));
  }
  return rows;
}

interface Round {
  readonly floor: Load;
  readonly ours: Load;
  /** Processor time of our process, as a multiple of the floor's. */
  readonly cpu: number;
}

function row(concurrency: number, rounds: readonly Round[]): Row {
  return {
    name: `whole sign-in, ${concurrency} at once (floor: one commit)`,
    floor: `${median(rounds.map(({ floor }) => floor.median)).toFixed(2)} ms`,
    ours: `${median(rounds.map(({ ours }) => ours.median)).toFixed(2)} ms`,
    ratio: median(rounds.map(({ floor, ours }) => floor.perSecond / ours.perSecond)),
    cpu: median(rounds.map(({ cpu }) => cpu)),
    note: "times the floor",
  };
}

const email = (at: number): string => `person${at % PEOPLE}@example.test`;

const push = (at: number): Ask => ({
  method: "POST",
  path: "/okta/scim/Users",
  body: JSON.stringify({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: email(at),
    name: { givenName: "Ada", familyName: `Park${at}` },
    emails: [{ primary: true, value: email(at), type: "work" }],
    active: true,
  }),
  expect: 201,
});

const signIn = (xml: string): Ask => ({
  method: "POST",
  path: "/okta/auth",
  body: new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString("base64") }).toString(),
  type: "application/x-www-form-urlencoded",
  expect: 303,
});

let inserted = 0;
const insert = (): Ask => {
  inserted += 1;
  const body = JSON.stringify({ member: email(inserted), method: "sso" });
  return { method: "POST", path: `/sign-in-${process.pid}-${inserted}`, body, expect: 201 };
};
