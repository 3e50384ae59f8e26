import { type Db, statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import { placeOf } from "./service-provider-keys.ts";

interface Row {
  readonly organizationId: string;
  readonly number: number;
  readonly signing: Buffer;
  readonly encryption: Buffer;
}

const selectKeys = statement<Row, []>(`
  SELECT organization_id AS "organizationId", number, signing_key AS signing, encryption_key AS encryption
  FROM service_provider_keys ORDER BY organization_id, number`);

const writeKeys = statement<{ number: number }, [string, number, Buffer, Buffer, Buffer]>(`
  UPDATE service_provider_keys SET signing_key = $4, encryption_key = $5
  WHERE organization_id = $1 AND number = $2 AND signing_key = $3 RETURNING number`);

/** Seals the private keys of every organization under the current key: answers how many pairs, and how many no key opens. */
export async function resealKeys(db: Db, sealer: Sealer): Promise<{ sealed: number; lost: number }> {
  const count = { sealed: 0, lost: 0 };
  for (const row of await selectKeys(db)) {
    if (!sealer.isOld(row.signing) && !sealer.isOld(row.encryption)) continue;
    const [signing, encryption] = [anew(sealer, row, "signing"), anew(sealer, row, "encryption")];
    if (!signing || !encryption) count.lost++;
    else {
      count.sealed += (await writeKeys(db, row.organizationId, row.number, row.signing, signing, encryption)).length;
    }
  }
  return count;
}

function anew(sealer: Sealer, row: Row, use: "signing" | "encryption"): Buffer | undefined {
  const place = placeOf(row.organizationId, use);
  try {
    return sealer.seal(sealer.open(row[use], place), place);
  } catch {
    return undefined;
  }
}
