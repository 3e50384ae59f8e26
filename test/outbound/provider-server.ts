import { generateKeyPairSync } from "node:crypto";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { selfSignedCertificate } from "../../src/protocols/saml/self-signed.ts";

const DAY = 86_400_000;

/** A web server with TLS on the loopback, as `https://localhost:PORT`, whose certificate this process trusts. */
export interface ProviderServer {
  readonly url: string;
  readonly port: number;
  /** The paths that were asked, in order. */
  readonly asked: string[];
  /** What is answered from now on. */
  answer: RequestListener;
  stop(): Promise<void>;
}

/** Starts one; it answers 404 until it is told otherwise. */
export async function startProviderServer(): Promise<ProviderServer> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const now = Date.now();
  const [notBefore, notAfter] = [new Date(now - DAY), new Date(now + DAY)];
  const certificate = selfSignedCertificate(
    { publicKey, privateKey },
    { name: "localhost", use: "signing", notBefore, notAfter },
  );
  setDefaultCACertificates([...getCACertificates("default"), certificate]);
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  const server = createServer({ key, cert: certificate }, (request, response) => {
    started.asked.push(request.url ?? "");
    started.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  const started: ProviderServer = {
    url: `https://localhost:${port}`,
    port,
    asked: [],
    answer: (_, response) => response.writeHead(404).end(),
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return started;
}
