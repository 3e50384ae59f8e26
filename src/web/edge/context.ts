import type { Context as HonoContext } from "hono";
import type { Config } from "../../config.ts";
import type { Db } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { Recorder } from "../../domain/activity/recorder.ts";
import type { ActivityWatch } from "../../domain/activity/watch.ts";
import type { Gate } from "../../domain/integration/gate.ts";
import type { Notices } from "../../domain/integration/notices.ts";
import type { Worker } from "../../domain/jobs/worker.ts";
import type { Organization, OrganizationSettings } from "../../domain/organizations/organization.ts";
import type { Session } from "../../domain/sessions/sessions.ts";
import type { Logger } from "../../observe/log.ts";
import type { Metrics } from "../../observe/metrics.ts";
import type { GitHosts } from "../../outbound/git/host.ts";
import type { MetadataReader } from "../../outbound/saml/metadata.ts";
import type { Actor, Scope } from "../../scope.ts";
import type { Limits } from "./rate-limits.ts";

/** The parts of the running service, put together in `app.ts` and handed to each request. */
export interface Parts {
  readonly config: Config;
  /** The part of the configuration that organizations depend on. */
  readonly settings: OrganizationSettings;
  readonly db: Db;
  /** The database for one organization's directory: its share of the connections. */
  readonly share: (organizationId: string) => Db;
  /** Encrypts what is kept and must be read back. */
  readonly sealer: Sealer;
  /** The configured git hosts. */
  readonly gitHosts: GitHosts;
  readonly log: Logger;
  readonly gate: Gate;
  readonly recorder: Recorder;
  readonly worker: Worker;
  readonly watch: ActivityWatch;
  /** Reads identity providers' metadata from their addresses. */
  readonly metadata: MetadataReader;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly clock: () => Date;
}

/** How a refusal is dressed for the one who asked. */
export type Dress = "page" | "scim" | "problem";

/** What the edge found out about a request, step by step, before its handler runs. */
export interface Variables {
  parts: Parts;
  now: Date;
  referenceId: string;
  ip: string | undefined;
  dress: Dress;
  /** The slug in the host; undefined at the apex. */
  slug: string | undefined;
  organization: Organization;
  session: Session;
  scope: Scope;
  /** What an owner or admin is told on every page. */
  notices: Notices | undefined;
}

export interface Env {
  Bindings: {
    incoming?: { socket?: { remoteAddress?: string } };
    /** Of the organization whose host was asked. */
    slug?: string | undefined;
  };
  Variables: Variables;
}

export type Context = HonoContext<Env>;
export type Handler = (c: Context) => Response | Promise<Response>;

/** A scope for this request: in this organization, for this actor. */
export function scopeFor(c: Context, organization: Organization, actor: Actor): Scope {
  const parts = c.get("parts");
  const now = c.get("now");
  const referenceId = c.get("referenceId");
  const ip = c.get("ip");
  return { db: parts.db, organization, actor, now, referenceId, ip, log: parts.log };
}
