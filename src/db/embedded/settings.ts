/** What PostgreSQL is started with, before what the endpoint and the caller add. Units are PostgreSQL's own. */
const SETTINGS: Readonly<Record<string, string>> = {
  // An answered write is on the disk.
  fsync: "on",
  full_page_writes: "on",
  synchronous_commit: "on",

  // Small: one service on one machine.
  max_connections: "50",
  shared_buffers: "64MB",
  min_wal_size: "32MB",
  max_wal_size: "512MB",
  jit: "off",
  // Nobody replicates it: less to write ahead, and one process less.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_logical_replication_workers: "0",
  // Three processes less than `worker`, which pays off for large scans only.
  io_method: "sync",
  autovacuum_worker_slots: "3",
  // Parallel plans take memory in /dev/shm, of which a container has 64 MB.
  max_parallel_workers_per_gather: "0",
  max_parallel_maintenance_workers: "0",

  timezone: "UTC",
  log_timezone: "UTC",

  // Read by `server-log.ts`, which drops the texts of statements: not written, they cost nothing.
  logging_collector: "off",
  log_destination: "stderr",
  log_line_prefix: "%b|%e|",
  log_min_error_statement: "panic",
  log_checkpoints: "off",
};

/** The arguments that set these settings; later groups win over earlier ones. */
export function settingArguments(...groups: readonly Readonly<Record<string, string>>[]): string[] {
  const all: Record<string, string> = Object.assign({}, SETTINGS, ...groups);
  return Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
