import { type Logger, pino } from "pino";
import type { Config } from "../config.ts";

export type { Logger } from "pino";

/** The service's log on standard output. Whatever is called a secret is never written, wherever it stands. */
export function createLog(config: Pick<Config, "logLevel" | "logFormat">): Logger {
  const paths = [
    "authorization",
    "cookie",
    "token",
    "password",
    "SAMLResponse",
    "*.authorization",
    "*.cookie",
    "*.token",
  ];
  const options = { level: config.logLevel, base: null, redact: { paths, censor: "[hidden]" } };
  if (config.logFormat === "json") return pino(options);
  return pino({ ...options, transport: { target: "pino-pretty", options: { ignore: "pid,hostname" } } });
}
