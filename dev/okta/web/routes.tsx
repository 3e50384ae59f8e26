import { setTimeout as sleep } from "node:timers/promises";
import { Hono } from "hono";
import { pushGroup, pushNow, unlinkGroup } from "../groups.ts";
import type { Org } from "../org.ts";
import { assign, deactivate, reactivate, retry, unassign } from "../people.ts";
import { Admin } from "./admin.tsx";
import {
  activateNext,
  addGroupForm,
  addPersonForm,
  appForm,
  groupForm,
  importUsers,
  personForm,
  testApp,
} from "./admin-forms.ts";
import type { Notice } from "./app.tsx";
import { asset } from "./assets.ts";
import { Dashboard, Stopped } from "./dashboard.tsx";
import { done, guard, page } from "./guard.ts";
import { personOf, signInAs, sso } from "./sso.tsx";

const APP_ACTS = {
  "/admin/app": appForm,
  "/admin/app/test": testApp,
  "/admin/app/import": importUsers,
  "/admin/app/activate": activateNext,
};
const PERSON_ACTS = { assign, unassign, deactivate, reactivate, retry };
const GROUP_ACTS = { push: pushGroup, "push-now": pushNow, unlink: unlinkGroup };
const STILL_WAITING: Notice = { ok: false, sentence: "The service has not answered yet. The log below will say more." };

/** The URL map of one simulated Okta. Every POST ends in a redirect to a page. */
export function webOf(org: Org): Hono {
  const web = new Hono();
  const tile = `/app/semaphore/${org.appId}/sso/saml`;
  let notice: Notice | undefined;

  web.use(guard);
  web.onError((error, c) => page(c, <Stopped title="This did not work" sentence={error.message} />, { status: 400 }));
  web.get("/assets/:file", asset);

  web.get("/", (c) => page(c, <Dashboard org={org} person={personOf(c, org)} tile={tile} />));
  web.post("/sign-in-as", (c) => signInAs(c, org));
  web.get(tile, (c) => sso(c, org));

  web.get("/admin", (c) => {
    const shown = notice;
    notice = undefined;
    return page(c, <Admin org={org} ssoUrl={new URL(tile, c.req.url).href} notice={shown} />);
  });
  for (const [path, act] of Object.entries(APP_ACTS)) {
    web.post(path, async (c) => {
      notice = await Promise.race([act(c, org), sleep(10_000, STILL_WAITING, { ref: false })]);
      return c.redirect("/admin#app", 303);
    });
  }
  web.post("/admin/people", (c) => addPersonForm(c, org));
  web.post("/admin/people/:id", (c) => personForm(c, org));
  for (const [name, act] of Object.entries(PERSON_ACTS)) {
    web.post(`/admin/people/:id/${name}`, (c) => done(c, act(org, c.req.param("id") ?? "")));
  }
  web.post("/admin/groups", (c) => addGroupForm(c, org));
  web.post("/admin/groups/:id", (c) => groupForm(c, org));
  for (const [name, act] of Object.entries(GROUP_ACTS)) {
    web.post(`/admin/groups/:id/${name}`, (c) => done(c, act(org, c.req.param("id") ?? "")));
  }
  return web;
}
