import { type Context, Hono } from "hono";
import { pushGroup, pushNow, unlinkGroup } from "../groups.ts";
import type { Org } from "../org.ts";
import { assign, deactivate, reactivate, retry, unassign } from "../people.ts";
import { Admin } from "./admin.tsx";
import { addGroupForm, addPersonForm, appForm, groupForm, importUsers, personForm, testApp } from "./admin-forms.ts";
import type { Notice } from "./app.tsx";
import { asset } from "./assets.ts";
import { Dashboard, Stopped } from "./dashboard.tsx";
import { done, guard, page } from "./guard.ts";
import { personOf, signInAs, sso } from "./sso.tsx";

/** The URL map of one simulated Okta. Every POST ends in a redirect to a page. */
export function webOf(org: Org): Hono {
  const web = new Hono();
  const tile = `/app/semaphore/${org.appId}/sso/saml`;
  let notice: Notice | undefined;
  const noted = (work: (c: Context) => Promise<Notice>) => async (c: Context) => {
    notice = await work(c);
    return c.redirect("/admin#app", 303);
  };

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
  web.post(
    "/admin/app",
    noted((c) => appForm(c, org)),
  );
  web.post(
    "/admin/app/test",
    noted(() => testApp(org)),
  );
  web.post(
    "/admin/app/import",
    noted(() => importUsers(org)),
  );

  web.post("/admin/people", (c) => addPersonForm(c, org));
  web.post("/admin/people/:id", (c) => personForm(c, org));
  web.post("/admin/people/:id/assign", (c) => done(c, assign(org, c.req.param("id"))));
  web.post("/admin/people/:id/unassign", (c) => done(c, unassign(org, c.req.param("id"))));
  web.post("/admin/people/:id/deactivate", (c) => done(c, deactivate(org, c.req.param("id"))));
  web.post("/admin/people/:id/reactivate", (c) => done(c, reactivate(org, c.req.param("id"))));
  web.post("/admin/people/:id/retry", (c) => done(c, retry(org, c.req.param("id"))));

  web.post("/admin/groups", (c) => addGroupForm(c, org));
  web.post("/admin/groups/:id", (c) => groupForm(c, org));
  web.post("/admin/groups/:id/push", (c) => done(c, pushGroup(org, c.req.param("id"))));
  web.post("/admin/groups/:id/push-now", (c) => done(c, pushNow(org, c.req.param("id"))));
  web.post("/admin/groups/:id/unlink", (c) => done(c, unlinkGroup(org, c.req.param("id"))));
  return web;
}
