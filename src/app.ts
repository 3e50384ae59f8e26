import { Hono } from "hono";
import { Refusal } from "./refusal.ts";
import { serveAsset } from "./web/assets.ts";
import type { Env, Parts } from "./web/edge/context.ts";
import { hang, type Route } from "./web/edge/doors.ts";
import { secure } from "./web/edge/headers.ts";
import { refuse } from "./web/edge/refusals.tsx";
import { findTenant, receive } from "./web/edge/request.ts";
import { health, readiness } from "./web/health.ts";
import { apexRoutes, organizationRoutes } from "./web/routes.ts";

/** The whole service as one function, from request to answer. */
export interface App {
  fetch(request: Request, bindings?: Env["Bindings"]): Response | Promise<Response>;
}

/** Makes the service of its parts. The host decides whose doors a request stands before. */
export function createApp(parts: Parts): App {
  const doors = {
    apex: doorsOf(parts, apexRoutes),
    organization: doorsOf(parts, organizationRoutes),
    nowhere: doorsOf(parts, []),
  };
  return {
    fetch(request, bindings) {
      const tenant = findTenant(parts, request, bindings);
      return doors[tenant.kind].fetch(request, { ...bindings, slug: "slug" in tenant ? tenant.slug : undefined });
    },
  };
}

function doorsOf(parts: Parts, routes: readonly Route[]): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(refuse);
  app.notFound((c) =>
    refuse(new Refusal(404, "address", "There is nothing at this address. Check what you typed."), c),
  );
  app.use(receive(parts), secure);
  app.get("/healthz", health);
  app.get("/readyz", readiness);
  app.get("/assets/:name", serveAsset);
  hang(app, routes);
  return app;
}
