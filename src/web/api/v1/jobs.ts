import { z } from "zod";
import { getJob, type Job } from "../../../domain/jobs/jobs.ts";
import { operation, pathValue, reply } from "./contract/operation.ts";
import { id } from "./contract/schemas.ts";

/** Long work, such as the disconnect of a large organization. */
export const job = z
  .strictObject({ id, state: z.enum(["queued", "running", "completed", "failed"]), done: z.int(), total: z.int() })
  .meta({ id: "Job" });

const getOneJob = operation({
  method: "GET",
  path: "/api/v1/jobs/:id",
  name: "getJob",
  summary: "See how far a job is.",
  answers: { 200: job },
  async run({ c }) {
    return reply(200, shownJob(await getJob(c.var.parts.db, pathValue(c, "id"))));
  },
});

/** `/api/v1/jobs` */
export const jobOperations = [getOneJob];

/** A job as it is answered. */
export function shownJob({ id, state, done, total }: Job) {
  return { id, state, done, total };
}
