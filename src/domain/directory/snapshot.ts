import type { Db } from "../../db/database.ts";
import { Refusal } from "../../refusal.ts";

/** So many streams are written at once, each on a connection of its own: slow clients leave the others to everybody else. */
const AT_ONCE = 4;
/** How long one waits for its turn, and how long for a client that does not read, in milliseconds. */
const PATIENCE = { turn: 5_000, client: 20_000 };

/**
 * What `read` reads, piece by piece, all of one moment, in a stream: no piece is read before the one before it was taken, so
 * that memory does not grow with what is read. Answers when the first piece is there, so that what goes wrong before is a
 * refusal. A client that takes nothing for 20 seconds is cut off. 503 `overloaded` while too many others are served.
 */
export async function streamSnapshot<T>(
  db: Db,
  read: (trx: Db) => AsyncIterable<T>,
  patience = PATIENCE,
): Promise<ReadableStream<T>> {
  const done = await waitForTurn(patience.turn);
  const { stream, give, close, fail } = pipe<T>(patience.client);
  const begun = Promise.withResolvers<void>();
  db.transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (trx) => {
      for await (const piece of read(trx)) {
        begun.resolve();
        await give(piece);
      }
    })
    .then(close)
    .catch(fail)
    .finally(done)
    .then(begun.resolve, begun.reject);
  await begun.promise;
  return stream;
}

function pipe<T>(patience: number) {
  let controller: TransformStreamDefaultController<T> | undefined;
  const { readable: stream, writable } = new TransformStream<T, T>({
    start(made) {
      controller = made;
    },
  });
  const writer = writable.getWriter();
  // Whoever is cut off is told by `give`.
  writer.closed.catch(() => {});
  const fail = (error: unknown): never => {
    controller?.error(error);
    throw error;
  };
  const give = async (piece: T) => {
    const slow = setTimeout(() => controller?.error(new Error("the client reads too slowly")), patience);
    await writer.write(piece).finally(() => clearTimeout(slow));
  };
  return { stream, give, close: () => writer.close(), fail };
}

let running = 0;
const waiting: (() => void)[] = [];

/** Answers how to give the turn on. */
async function waitForTurn(patience: number): Promise<() => void> {
  if (running < AT_ONCE) running++;
  else await takeTurn(patience);
  return () => {
    const next = waiting.shift();
    if (next) next();
    else running--;
  };
}

function takeTurn(patience: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = () => {
      clearTimeout(late);
      resolve();
    };
    const late = setTimeout(() => {
      waiting.splice(waiting.indexOf(turn), 1);
      reject(new Refusal(503, "overloaded", "The service is busy: try again in a moment."));
    }, patience);
    waiting.push(turn);
  });
}
