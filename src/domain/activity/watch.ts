import type { Db } from "../../db/database.ts";
import { firstId } from "../../db/id.ts";
import type { Logger } from "../../observe/log.ts";
import type { Scope } from "../../scope.ts";
import type { FoundFilter } from "./filter.ts";
import { type ListedRequest, listRequests } from "./requests.ts";

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
  readonly tell: (rows: readonly ListedRequest[], some: boolean) => void;
  /** Nothing more will be told: the service stops. */
  readonly end: () => void;
}

interface Watcher extends Watching {
  /** The ids that were in sight lately: what is in sight and is not among them is new. */
  known: ReadonlySet<string>;
}

/** Those who watch the same, for whom one look is enough. */
interface Lookout {
  readonly watchers: Set<Watcher>;
  stop(): void;
}

export interface ActivityWatch {
  /** Begins to watch; answers how to leave, or nothing where no seat is free. */
  follow(watching: Watching): (() => void) | undefined;
  /** Ends every watch, and lets nobody in any more. */
  stop(): void;
}

/**
 * Tells watchers of an organization's requests as they are recorded. It asks for the newest rows about once a second, and
 * only while somebody watches: a notification in each transaction (NOTIFY) would let all of the database's commits wait for
 * one another. Between two looks no connection is held.
 */
export function watchActivity(db: Db, clock: () => Date, log: Logger): ActivityWatch {
  const lookouts = new Map<string, Lookout>();
  const watchers = new Set<Watcher>();
  let stopped = false;

  const ago = (milliseconds: number) => firstId(new Date(clock().getTime() - milliseconds));
  const look = async ({ organization, filter }: Watching, after?: string) => {
    const floor = ago(LOOK_BACK);
    const from = after !== undefined && after < floor ? after : floor;
    return (await listRequests({ db, organization }, filter, { after: from, limit: MOST_AT_ONCE })).requests;
  };
  const lookoutOf = (watcher: Watcher): Lookout => {
    const key = JSON.stringify([watcher.organization.id, watcher.filter]);
    const forget = () => ago(2 * LOOK_BACK);
    const lookout =
      lookouts.get(key) ??
      startLookout(
        () => look(watcher),
        forget,
        log,
        () => lookouts.delete(key),
      );
    lookouts.set(key, lookout);
    return lookout;
  };

  return {
    follow(watching) {
      const ofSession = [...watchers].filter((each) => each.sessionId === watching.sessionId);
      if (stopped || watchers.size >= SEATS.process || ofSession.length >= SEATS.session) return undefined;
      const watcher: Watcher = { ...watching, known: new Set() };
      watchers.add(watcher);
      let lookout: Lookout | undefined;
      const begin = async () => {
        const rows = await look(watcher, watching.after);
        if (!watchers.has(watcher)) return;
        watcher.known = new Set(rows.map(({ id }) => id));
        const { after } = watching;
        tell(
          watcher,
          rows.filter(({ id }) => after !== undefined && id > after),
        );
        lookout = lookoutOf(watcher);
        lookout.watchers.add(watcher);
      };
      begin().catch((error: unknown) => {
        log.warn({ err: error }, "an activity stream did not begin");
        watcher.end();
      });
      return () => {
        if (!watchers.delete(watcher)) return;
        lookout?.watchers.delete(watcher);
        if (lookout?.watchers.size === 0) lookout.stop();
      };
    },
    stop() {
      stopped = true;
      for (const watcher of watchers) watcher.end();
    },
  };
}

/**
 * Looks once a second, one look after another, and tells each watcher what they do not know yet. Ids below `forget` are out
 * of sight for good.
 */
function startLookout(
  look: () => Promise<readonly ListedRequest[]>,
  forget: () => string,
  log: Logger,
  onStop: () => void,
): Lookout {
  const watchers = new Set<Watcher>();
  let looking = false;
  const lookOnce = async () => {
    if (looking) return;
    looking = true;
    try {
      const rows = await look();
      for (const watcher of watchers) {
        const news = rows.filter(({ id }) => !watcher.known.has(id));
        const still = [...watcher.known].filter((id) => id > forget());
        watcher.known = new Set([...still, ...rows.map(({ id }) => id)]);
        tell(watcher, news);
      }
    } catch (error) {
      // The database may be gone for a moment: the next look finds what came meanwhile.
      log.debug({ err: error }, "a look at the activity failed");
    }
    looking = false;
  };
  const timer = setInterval(lookOnce, LOOK);
  timer.unref();
  return {
    watchers,
    stop() {
      clearInterval(timer);
      onStop();
    },
  };
}

function tell(watcher: Watcher, news: readonly ListedRequest[]): void {
  if (news.length > 0) watcher.tell([...news].reverse(), news.length === MOST_AT_ONCE);
}
