import { randomUUID } from "node:crypto";

let lastMillisecond = 0;
let counter = 0;

/**
 * A new UUID, version 7 (RFC 9562 §5.7): time first, then a counter, so that ids made by one process sort in the order in
 * which they were made and new rows land together in an index.
 */
export function newId(now: Date): string {
  const millisecond = Math.max(now.getTime(), lastMillisecond);
  counter = millisecond === lastMillisecond ? counter + 1 : 0;
  lastMillisecond = counter > 0xfff ? millisecond + 1 : millisecond;
  if (counter > 0xfff) counter = 0;
  const time = lastMillisecond.toString(16).padStart(12, "0");
  const count = counter.toString(16).padStart(3, "0");
  // The variant and 62 random bits are those of a version 4 UUID, which the runtime makes in batches.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${randomUUID().slice(19)}`;
}

/** The smallest id that can have been made at this moment: ids above it are of then and after. */
export function firstId(at: Date): string {
  const time = Math.max(at.getTime(), 0).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Could this be an id of ours? What could not is never sent to the database. */
export function isId(text: string): boolean {
  return SHAPE.test(text);
}
