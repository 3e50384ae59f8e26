import { Refusal } from "../refusal.ts";
import { routeOf } from "./api/v1/contract/operation.ts";
import { answerDocs } from "./api/v1/docs.tsx";
import { answerOpenApi } from "./api/v1/openapi.ts";
import { api } from "./api/v1/operations.ts";
import type { Context } from "./edge/context.ts";
import type { Door, Route } from "./edge/doors.ts";
import { metrics } from "./health.ts";

/** Whoever runs the service, with the operator token. */
const operator: Door = { operator: true };

const operations: readonly Route[] = api.flatMap((part) => part.operations).map(routeOf);

/** The operator API and the metrics, at the apex. Its description holds no secret: those two doors are open. */
export const apiRoutes: readonly Route[] = [
  ...operations,
  { method: "GET", path: "/api/v1/openapi.json", door: { open: "apex" }, answer: answerOpenApi },
  { method: "GET", path: "/api/v1/docs", door: { open: "apex" }, answer: answerDocs },
  { method: "ALL", path: "/api/v1", door: operator, answer: refuseUnknown },
  { method: "ALL", path: "/api/v1/*", door: operator, answer: refuseUnknown },
  { method: "GET", path: "/metrics", door: operator, answer: metrics },
];

/** Whatever else is asked below `/api/v1`: 405 `method` where another method would do, else 404 `address`. */
function refuseUnknown(c: Context): never {
  const here = operations.filter(({ path }) => pattern(path).test(c.req.path)).map(({ method }) => method);
  const wanted = here.join(", ");
  if (wanted) throw new Refusal(405, "method", `This address takes ${wanted}.`, { check: "method", wanted });
  throw new Refusal(404, "address", "The operator API has no such address: /api/v1/docs lists all.");
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`);
}
