import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { Refusal } from "../refusal.ts";

/** What the service counts, for `GET /metrics`. No label names a person or an organization. */
export interface Metrics {
  /** A request that was answered: its door and status, and how long it took, in seconds. */
  answered(door: string, status: number, seconds: number): void;
  refused(refusal: Refusal): void;
  /** Prometheus text. */
  read(): Promise<string>;
}

/** A registry of its own, so that two services in one process count apart. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "http_request_seconds",
    help: "How long requests took, by door and status.",
    labelNames: ["door", "status"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
    registers,
  });
  const refusals = new Counter({
    name: "refusals_total",
    help: "Requests that were refused, by the code of the refusal.",
    labelNames: ["code"],
    registers,
  });
  return {
    answered: (door, status, seconds) => requests.observe({ door, status }, seconds),
    refused: (refusal) => refusals.inc({ code: refusal.code }),
    read: () => registry.metrics(),
  };
}
