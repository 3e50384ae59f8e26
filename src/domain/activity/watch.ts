import type { Db } from "../../db/database.ts";
import { firstId } from "../../db/id.ts";
import type { Logger } from "../../observe/log.ts";
import type { Scope } from "../../scope.ts";
import { type Activity, listActivity } from "./activity.ts";
import type { FoundFilter } from "./filter.ts";

/** How often is looked for new rows, in milliseconds, while somebody watches. */
const LOOK = 1_000;
/** An id is made as its request begins, so that a row may come to sight after younger ones: so far back is looked. */
const LOOK_BACK = 15_000;
/** At most so many rows are told at once: nobody reads faster. */
const MOST_AT_ONCE = 100;
/** So many may watch at once, in this process and in one session: a browser has six connections to a host. */
const SEATS = { process: 200, session: 4 };

/** Who watches, and what. */
interface Watching {
  readonly organization: Scope["organization"];
  readonly filter: FoundFilter;
  readonly sessionId: string;
  /** The newest id that the watcher knows; what came after it is told first. */
  readonly after: string | undefined;
  /** New rows, the oldest first. `some` says that there were more. */
  readonly tell: (rows: readonly Activity[], some: boolean) => void;
  /** Nothing more will be told: the service stops. */
  readonly end: () => void;
}

interface Watcher extends Watching {
  /** The ids that were in sight lately: what is in sight and is not among them is new. Absent before the first look. */
  known?: ReadonlySet<string>;
}

/** Those who watch the same, for whom one look is enough. */
interface Lookout {
  readonly watchers: Set<Watcher>;
  /** The newest rows; those after this id too, where it lies further back. */
  look(after?: string): Promise<readonly Activity[]>;
  stop(): void;
}

export interface ActivityWatch {
  /** Begins to watch; answers how to leave, or nothing where no seat is free. */
  follow(watching: Watching): (() => void) | undefined;
  /** Ends every watch, and lets nobody in any more. */
  stop(): void;
}

/**
 * Tells watchers of an organization's requests and sign-ins as they are recorded. It asks for the newest rows about once a second, and
 * only while somebody watches: a notification in each transaction (NOTIFY) would let all of the database's commits wait for
 * one another. Between two looks no connection is held.
 */
export function watchActivity(db: Db, clock: () => Date, log: Logger): ActivityWatch {
  const lookouts = new Map<string, Lookout>();
  const watchers = new Set<Watcher>();
  let stopped = false;
  return {
    follow(watching) {
      const ofSession = [...watchers].filter((each) => each.sessionId === watching.sessionId);
      if (stopped || watchers.size >= SEATS.process || ofSession.length >= SEATS.session) return undefined;
      const key = JSON.stringify([watching.organization.id, watching.filter]);
      const lookout = lookouts.get(key) ?? startLookout(db, clock, log, watching);
      lookouts.set(key, lookout);
      const watcher: Watcher = { ...watching };
      watchers.add(watcher);
      lookout.watchers.add(watcher);
      catchUp(watcher, lookout).catch((error: unknown) => {
        log.warn({ err: error }, "an activity stream did not begin");
        watcher.end();
      });
      return () => {
        if (!watchers.delete(watcher)) return;
        lookout.watchers.delete(watcher);
        if (lookout.watchers.size > 0) return;
        lookout.stop();
        lookouts.delete(key);
      };
    },
    stop() {
      stopped = true;
      for (const watcher of watchers) watcher.end();
    },
  };
}

/** What came since the watcher last knew. Older rows that are in sight count as known: their page has shown them. */
async function catchUp(watcher: Watcher, lookout: Lookout): Promise<void> {
  const { after } = watcher;
  const rows = await lookout.look(after);
  watcher.known = new Set(rows.map(({ id }) => id));
  tell(
    watcher,
    rows.filter(({ id }) => after !== undefined && id > after),
  );
}

/** Looks once a second, one look after another. */
function startLookout(db: Db, clock: () => Date, log: Logger, { organization, filter }: Watching): Lookout {
  const watchers = new Set<Watcher>();
  const ago = (milliseconds: number) => firstId(new Date(clock().getTime() - milliseconds));
  const look = async (after?: string) => {
    const floor = ago(LOOK_BACK);
    const from = after !== undefined && after < floor ? after : floor;
    return (await listActivity({ db, organization }, filter, { after: from, limit: MOST_AT_ONCE })).lines;
  };
  let looking = false;
  const lookOnce = async () => {
    if (looking) return;
    looking = true;
    try {
      const rows = await look();
      for (const watcher of watchers) tellNews(watcher, rows, ago(2 * LOOK_BACK));
    } catch (error) {
      // The database may be gone for a moment: the next look finds what came meanwhile.
      log.debug({ err: error }, "a look at the activity failed");
    }
    looking = false;
  };
  const timer = setInterval(lookOnce, LOOK);
  timer.unref();
  return { watchers, look, stop: () => clearInterval(timer) };
}

/** Tells a watcher what they do not know yet. Ids below `forget` are out of sight for good. */
function tellNews(watcher: Watcher, rows: readonly Activity[], forget: string): void {
  const { known } = watcher;
  if (!known) return;
  const still = [...known].filter((id) => id > forget);
  watcher.known = new Set([...still, ...rows.map(({ id }) => id)]);
  tell(
    watcher,
    rows.filter(({ id }) => !known.has(id)),
  );
}

function tell(watcher: Watcher, news: readonly Activity[]): void {
  if (news.length > 0) watcher.tell([...news].reverse(), news.length === MOST_AT_ONCE);
}
