import type { Db } from "../../db/database.ts";
import { type RequestRecord, recordReads, recordRequests } from "./record.ts";

/** Writes down the requests that changed nothing; those that did are written by the change itself. */
export interface Recorder {
  /** Settles when the request is written, so before it is answered. */
  record(record: RequestRecord): Promise<void>;
}

/** The most that one statement writes. */
const BATCH = 200;

/**
 * Requests that come while others are being written are written together, in the next statement: under load one statement
 * serves many. What was refused is on the disk when it is answered. What was only read is with the database, which
 * survives the end of this process; a power cut may take the last half second of it.
 */
export function createRecorder(db: Db): Recorder {
  const refused = batches((records) => recordRequests(db, records));
  const read = batches((records) => recordReads(db, records));
  return {
    record: (record) => (record.outcome === "refused" ? refused(record) : read(record)),
  };
}

interface Waiting {
  readonly record: RequestRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function batches(
  write: (records: readonly RequestRecord[]) => Promise<void>,
): (record: RequestRecord) => Promise<void> {
  const waiting: Waiting[] = [];
  let writing = false;

  async function writeAll(): Promise<void> {
    writing = true;
    while (waiting.length > 0) await writeBatch(waiting.splice(0, BATCH));
    writing = false;
  }

  async function writeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      await write(batch.map(({ record }) => record));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      // What one of them holds must not cost the others.
      if (batch.length > 1) await Promise.all(batch.map((one) => writeBatch([one])));
      else batch[0]?.reject(error);
    }
  }

  return (record) =>
    new Promise((resolve, reject) => {
      waiting.push({ record, resolve, reject });
      if (!writing) void writeAll();
    });
}
