import dns from "node:dns";

/** Names below `localhost` are this machine (RFC 6761 §6.3), which the resolver that `fetch` asks may not know. */
export function findLoopback(): void {
  const { lookup } = dns;
  const own = (name: string, ...rest: unknown[]) =>
    Reflect.apply(lookup, dns, [name.endsWith(".localhost") ? "localhost" : name, ...rest]);
  Object.assign(dns, { lookup: Object.assign(own, lookup) });
}
