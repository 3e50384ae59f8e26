import type { Server, ServerResponse } from "node:http";
import { serve } from "@hono/node-server";
import { createApp } from "./app.ts";
import type { Env, Parts } from "./web/edge/context.ts";

/** How patient the door is, in milliseconds. */
export interface Patience {
  /** Until the headers of a request have arrived. */
  readonly headers: number;
  /** Until the whole request has arrived. */
  readonly request: number;
  /** Until the whole answer was taken, counted from the request's headers. */
  readonly answer: number;
  /** How often it looks for clients that are too slow. */
  readonly look: number;
}

const PATIENCE: Patience = { headers: 10_000, request: 60_000, answer: 300_000, look: 2_000 };

/** Takes requests for the parts. A client that sends or reads more slowly than the patience allows is cut off. */
export function openDoor(parts: Parts, patience: Patience = PATIENCE): Promise<Server> {
  const { host, port } = parts.config;
  return new Promise((resolve, reject) => {
    const app = createApp(parts);
    const fetch: Parameters<typeof serve>[0]["fetch"] = (request, bindings) =>
      app.fetch(request, bindings as Env["Bindings"]);
    const serverOptions = {
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      connectionsCheckingInterval: patience.look,
    };
    const server = serve({ fetch, hostname: host, port, serverOptions }, () => resolve(server)) as Server;
    server.prependListener("request", (_request, response) => cutOff(response, patience.answer));
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = `${host}:${port} is taken by another program: stop it, or set PORT to another port.`;
      reject(error.code === "EADDRINUSE" ? new Error(taken) : error);
    });
  });
}

/** Takes no more requests, and lets those under way end: for five seconds. */
export function closeDoor(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Whoever keeps on asking over an open connection is told to ask elsewhere.
    server.prependListener("request", (_request, response) => response.setHeader("Connection", "close"));
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}

/**
 * Node's own limits end with the request: one that reads its answer byte by byte would keep it in our memory. A stream of
 * events ends so as well, and the browser comes again and goes on after the last event that it has.
 */
function cutOff(response: ServerResponse, after: number): void {
  const timer = setTimeout(() => response.destroy(), after);
  timer.unref();
  response.once("close", () => clearTimeout(timer));
}
