import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { makeSocketFolder, removeSocketFolder } from "./socket-folder.ts";

/** How to reach the database: `host` is the folder of a Unix socket, or 127.0.0.1. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}

/** Where PostgreSQL listens, for as long as this process runs. */
export interface Endpoint {
  readonly connection: Connection;
  readonly settings: Readonly<Record<string, string>>;
  /** The folder that PostgreSQL writes its socket to. */
  readonly folder?: string;
  /** The file that keeps the superuser's password, where there is one. */
  readonly passwordFile?: string;
  close(): void;
}

/** The superuser that initdb makes, and the database that bears its name. */
const USER = "postgres";

/** Part of the socket's file name only. */
const SOCKET_PORT = 5432;

/** A Unix socket in a folder that only the owner of the database can enter: who can connect is who can read the files. */
export function socketEndpoint(dataDir: string): Endpoint {
  const folder = makeSocketFolder(dataDir, `.s.PGSQL.${SOCKET_PORT}`);
  return {
    connection: { host: folder, port: SOCKET_PORT, user: USER, database: USER },
    settings: {
      listen_addresses: "",
      port: String(SOCKET_PORT),
      // A list, in which commas and quotes mean something.
      unix_socket_directories: `"${folder.replaceAll('"', '""')}"`,
      unix_socket_permissions: "0700",
    },
    folder,
    close: () => removeSocketFolder(dataDir),
  };
}

/** A free port of the loopback interface and a password, for Windows, where a folder does not protect a socket. */
export async function loopbackEndpoint(dataDir: string): Promise<Endpoint> {
  const host = "127.0.0.1";
  const port = await freePort(host);
  const passwordFile = join(dataDir, "postgres-password");
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(32).toString("base64url"), { mode: 0o600 });
  return {
    connection: { host, port, user: USER, database: USER, password: readFileSync(passwordFile, "utf8") },
    settings: { listen_addresses: host, port: String(port), unix_socket_directories: "" },
    passwordFile,
    close: () => {},
  };
}

async function freePort(host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().on("error", reject);
  server.listen(0, host, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
  });
  return promise;
}
