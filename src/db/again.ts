import { DatabaseError } from "pg";

/** How often a change is begun anew that another one came between. */
const TRIES = 5;

/**
 * Runs steps that change everything or nothing, and runs them again where PostgreSQL undid them so that another change could
 * end (`40P01`, `40001`), or where a row that they had just found was deleted meanwhile (`23503`): the next time they see
 * what is.
 */
export async function again<T>(steps: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await steps();
    } catch (error) {
      if (tried === TRIES || !wasOvertaken(error)) throw error;
    }
  }
}

function wasOvertaken(error: unknown): boolean {
  return error instanceof DatabaseError && ["40P01", "40001", "23503"].includes(error.code ?? "");
}
