import { type Db, statement } from "../../db/database.ts";
import { Refusal } from "../../refusal.ts";
import { type Organization, type OrganizationSettings, toOrganization } from "../organizations/organization.ts";
import { hashToken } from "../sessions/token.ts";
import { createMemory } from "./gate-memory.ts";
import type { RefusedTokens, WhyRefused } from "./refused-tokens.ts";

/** A SCIM client that showed a valid token of this organization. */
export interface ScimClient {
  readonly organization: Organization;
  readonly tokenId: string;
}

/** Who knocks, where, with what and when. */
export interface Visit {
  readonly slug: string;
  readonly token: string | undefined;
  readonly address: string | undefined;
  readonly now: Date;
}

/** Opens the SCIM door. Remembers who may pass; forgets at once when anything changes that decides on it. */
export interface Gate {
  open(visit: Visit): Promise<ScimClient>;
  /** Whether the token was valid when it was last shown to this process. A hint, which opens nothing. */
  knows(slug: string, token: string | undefined): boolean;
  /** Only asks whether there is such a door, which is 404 as for `open` where there is none. */
  seek(slug: string): Promise<void>;
  forget(): void;
}

interface Known extends ScimClient {
  readonly tokenName: string | null;
  readonly expiresAt: Date | null;
  seenAt: number;
}

/** Somebody at the door of an organization, whose token opens nothing. */
interface Stranger {
  readonly organization: Organization;
  readonly why: WhyRefused;
}

/** How often the last use of a token is written, in milliseconds. */
const SEEN_EVERY = 60_000;

/**
 * `hears` tells whether changes made elsewhere reach this process now; while they do not, nothing is remembered. `refused`
 * counts the tokens that were refused.
 *
 * `open` refuses an organization that is not there, has no integration, a plan without it, or one that does not speak SCIM
 * (404 `notFound`), and a token that is missing, unknown, revoked, expired or another organization's (401 `unauthorized`).
 */
export function createGate(db: Db, settings: OrganizationSettings, hears: () => boolean, refused: RefusedTokens): Gate {
  const memory = createMemory<Known | Stranger>(hears, (found) => !("why" in found));

  const read = async (slug: string, token: string): Promise<Known | Stranger> => {
    const { row, organization } = await readDoor(db, settings, slug, token);
    const { token_id: tokenId, token_name: tokenName, expires_at: expiresAt, revoked_name: revokedName } = row;
    if (tokenId !== null) return { organization, tokenId, tokenName, expiresAt, seenAt: 0 };
    return { organization, why: { reason: revokedName === null ? "unknown" : "revoked", tokenName: revokedName } };
  };

  return {
    async open({ slug, token, address = "", now }) {
      if (!token) {
        await readDoor(db, settings, slug, "");
        return refuseToken("no bearer token");
      }
      const found = await memory.find(key(slug, token), () => read(slug, token));
      const why = whyRefused(found, now);
      if (why) {
        memory.drop(key(slug, token));
        await refused.count(found.organization.id, address, why, now);
      }
      if (why || "why" in found) return refuseToken(`a token that is ${why?.reason}`);
      if (now.getTime() - found.seenAt > SEEN_EVERY) {
        found.seenAt = now.getTime();
        await writeSeen(db, found.organization.id, found.tokenId, now);
      }
      return found;
    },
    knows: (slug, token) => token !== undefined && memory.knows(key(slug, token)),
    async seek(slug) {
      await readDoor(db, settings, slug, "");
    },
    forget: memory.forget,
  };
}

function whyRefused(found: Known | Stranger, now: Date): WhyRefused | undefined {
  if ("why" in found) return found.why;
  const { expiresAt, tokenName } = found;
  return expiresAt && expiresAt <= now ? { reason: "expired", tokenName } : undefined;
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
  token_name: string | null;
  expires_at: Date | null;
  revoked_name: string | null;
}

const selectClient = statement<Row, [string, Buffer]>(`
  SELECT o.*, i.provisioning, t.id AS token_id, t.name AS token_name, t.expires_at, r.name AS revoked_name
  FROM organizations o
  LEFT JOIN integrations i ON i.organization_id = o.id
  LEFT JOIN scim_tokens t ON t.organization_id = o.id AND t.token_hash = $2
  LEFT JOIN revoked_scim_tokens r ON r.organization_id = o.id AND r.token_hash = $2
  WHERE o.slug = $1`);

const writeSeen = statement<never, [string, string, Date]>(`
  WITH token AS (
    UPDATE scim_tokens SET last_used_at = $3, first_used_at = coalesce(first_used_at, $3)
    WHERE organization_id = $1 AND id = $2
  )
  UPDATE integrations SET last_scim_request_at = $3 WHERE organization_id = $1`);

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
