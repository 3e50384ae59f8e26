import { type Db, statement } from "../../db/database.ts";
import { Refusal } from "../../refusal.ts";
import { type Organization, type OrganizationSettings, toOrganization } from "../organizations/organization.ts";
import { hashToken } from "../sessions/token.ts";

/** A SCIM client that showed a valid token of this organization. */
export interface ScimClient {
  readonly organization: Organization;
  readonly tokenId: string;
}

/** Opens the SCIM door. Remembers who may pass; forgets at once when anything changes that decides on it. */
export interface Gate {
  open(slug: string, token: string | undefined, now: Date): Promise<ScimClient>;
  /** Only asks whether there is such a door, which is 404 as for `open` where there is none. */
  seek(slug: string): Promise<void>;
  forget(): void;
}

interface Known extends ScimClient {
  readonly expiresAt: Date | null;
  seenAt: number;
}

const REMEMBERED = 10_000;
/** How often the last use of a token is written, in milliseconds. */
const SEEN_EVERY = 60_000;

/**
 * `hears` tells whether changes made elsewhere reach this process now; while they do not, nothing is remembered.
 *
 * `open` refuses an organization that is not there, has no integration, a plan without it, or one that does not speak SCIM
 * (404 `notFound`), and a token that is missing, unknown, expired or another organization's (401 `unauthorized`).
 */
export function createGate(db: Db, settings: OrganizationSettings, hears: () => boolean): Gate {
  const known = new Map<string, Known>();
  let generation = 0;

  const learn = async (slug: string, token: string): Promise<Known> => {
    const began = generation;
    const fresh = await readClient(db, settings, slug, token);
    // What was read before something changed is not kept.
    if (hears() && began === generation) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(key(slug, token), fresh);
    }
    return fresh;
  };

  return {
    async open(slug, token, now) {
      if (!token) {
        await readDoor(db, settings, slug, "");
        return refuseToken("no bearer token");
      }
      const client = known.get(key(slug, token)) ?? (await learn(slug, token));
      if (client.expiresAt && client.expiresAt <= now) return refuseToken("an expired token");
      if (now.getTime() - client.seenAt > SEEN_EVERY) {
        client.seenAt = now.getTime();
        await writeSeen(db, client.organization.id, client.tokenId, now);
      }
      return client;
    },
    async seek(slug) {
      await readDoor(db, settings, slug, "");
    },
    forget() {
      generation++;
      known.clear();
    },
  };
}

function key(slug: string, token: string): string {
  return `${slug} ${hashToken(token).toString("base64")}`;
}

interface Row {
  id: string;
  slug: string;
  name: string;
  plan: string;
  sso_enforced: boolean;
  created_at: Date;
  provisioning: string | null;
  token_id: string | null;
  expires_at: Date | null;
}

const selectClient = statement<Row, [string, Buffer]>(`
  SELECT o.*, i.provisioning, t.id AS token_id, t.expires_at FROM organizations o
  LEFT JOIN integrations i ON i.organization_id = o.id
  LEFT JOIN scim_tokens t ON t.organization_id = o.id AND t.token_hash = $2
  WHERE o.slug = $1`);

const writeSeen = statement<never, [string, string, Date]>(`
  WITH token AS (UPDATE scim_tokens SET last_used_at = $3 WHERE organization_id = $1 AND id = $2)
  UPDATE integrations SET last_scim_request_at = $3 WHERE organization_id = $1`);

async function readClient(db: Db, settings: OrganizationSettings, slug: string, token: string): Promise<Known> {
  const { row, organization } = await readDoor(db, settings, slug, token);
  if (!row.token_id) return refuseToken("an unknown token");
  return { organization, tokenId: row.token_id, expiresAt: row.expires_at, seenAt: 0 };
}

async function readDoor(db: Db, settings: OrganizationSettings, slug: string, token: string) {
  const [row] = await selectClient(db, slug, hashToken(token));
  if (!row) throw new Refusal(404, "notFound", "There is no organization at this address.");
  const organization = toOrganization(row, settings);
  if (!organization.includesIntegration || row.provisioning !== "scim") {
    const sentence =
      "This organization has no Okta integration that takes SCIM: set it up in Settings, Okta Integration.";
    throw new Refusal(404, "notFound", sentence);
  }
  return { row, organization };
}

function refuseToken(got: string): never {
  const sentence = "The SCIM token is missing or not valid: copy it from Settings, Okta Integration.";
  throw new Refusal(401, "unauthorized", sentence, { check: "SCIM token", wanted: "Authorization: Bearer TOKEN", got });
}
