import { isId } from "../../../../db/id.ts";
import type { Activity } from "../../../../domain/activity/activity.ts";
import { findFilter } from "../../../../domain/activity/filter.ts";
import { allows } from "../../../../domain/members/permissions.ts";
import { sessionById } from "../../../../domain/sessions/sessions.ts";
import { Refusal } from "../../../../refusal.ts";
import type { Context } from "../../../edge/context.ts";
import { eventStream } from "../../../edge/event-stream.ts";
import { ActivityRow } from "../../../ui/activity/activity-row.tsx";
import { readFilter } from "../activity.tsx";

const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store",
  // nginx would keep back what is to arrive at once.
  "X-Accel-Buffering": "no",
};

/**
 * `GET /settings/okta/activity/stream?…&after=`: the rows of who signs in and what is asked from now on, as they arrive (Server-Sent Events,
 * HTML Living Standard §9.2). It ends with the session: nothing is sent before the session is looked at again.
 */
export async function streamActivity(c: Context): Promise<Response> {
  if (c.req.method === "HEAD") return c.body(null, 200, HEADERS);
  const filter = await findFilter(c.var.scope, readFilter(c));
  const known = c.req.header("last-event-id") ?? c.req.query("after") ?? "";
  const after = isId(known) ? known.toLowerCase() : undefined;
  const { organization, session } = c.var;
  const stream = eventStream(() => mayStillWatch(c));
  const write = eventWriter(after);
  const leave = c.var.parts.watch.follow({
    organization,
    filter,
    sessionId: session.id,
    after,
    tell: (rows, some) => stream.send(() => write(rows, some)),
    end: stream.end,
  });
  if (!leave) {
    stream.end();
    throw new Refusal(429, "streams", "Too many pages are open that follow the activity: close some of them.");
  }
  stream.whenOver(leave);
  return c.body(stream.body, 200, HEADERS);
}

/** The session may have ended, and its member may have another role by now. */
async function mayStillWatch(c: Context): Promise<boolean> {
  const { parts, organization, session } = c.var;
  const now = await sessionById({ db: parts.db, organization, now: parts.clock() }, session.id);
  return now !== undefined && allows(now.role, "organization.okta.view");
}

/** Each row as an event of its own, under the youngest id so far: from there the browser goes on when it comes again. */
function eventWriter(after = "") {
  let youngest = after;
  return async (rows: readonly Activity[], some: boolean): Promise<string> => {
    const events = some ? ["event: more\ndata: there is more than is sent\n\n"] : [];
    for (const line of rows) {
      if (line.id > youngest) youngest = line.id;
      const html = String(await (<ActivityRow line={line} />).toString());
      // A line break ends a field, and an empty line the event: each line is a field of its own.
      const data = html.split(/\r\n|\r|\n/).map((part) => `data: ${part}\n`);
      events.push(`event: request\nid: ${youngest}\n${data.join("")}\n`);
    }
    return events.join("");
  };
}
