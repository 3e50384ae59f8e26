import { Client, type ClientConfig } from "pg";

export interface Listener {
  /** Whether notifications reach us at this moment: only then may anything be kept in memory. */
  readonly hears: () => boolean;
  close(): Promise<void>;
}

/**
 * Listens to a channel of PostgreSQL on a connection of its own, and connects again where that breaks. `onNotice` is called
 * for each notification, and whenever one may have been missed.
 */
export function listen(connection: ClientConfig, channel: "gates", onNotice: () => void): Listener {
  let client: Client | undefined;
  let hearing = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const lost = () => {
    hearing = false;
    onNotice();
    // It may be whole where only LISTEN failed.
    void client?.end().catch(() => {});
    client = undefined;
    if (closed || retry) return;
    retry = setTimeout(() => {
      retry = undefined;
      void begin();
    }, 500);
    retry.unref();
  };

  const begin = async () => {
    const next = new Client({ ...connection, keepAlive: true, application_name: "semaphore-okta listen" });
    client = next;
    next.on("error", () => client === next && lost());
    next.on("end", () => client === next && lost());
    next.on("notification", onNotice);
    try {
      await next.connect();
      await next.query(`LISTEN ${channel}`);
      onNotice();
      hearing = !closed;
    } catch {
      if (client === next) lost();
    }
  };

  void begin();
  return {
    hears: () => hearing,
    async close() {
      closed = true;
      hearing = false;
      clearTimeout(retry);
      const last = client;
      client = undefined;
      await last?.end().catch(() => {});
    },
  };
}
