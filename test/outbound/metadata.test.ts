import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { isPublic } from "../../src/outbound/saml/addresses.ts";
import { createMetadataReader } from "../../src/outbound/saml/metadata.ts";
import { Refusal } from "../../src/refusal.ts";
import { type ProviderServer, startProviderServer } from "./provider-server.ts";

let server: ProviderServer;
before(async () => {
  server = await startProviderServer();
});
after(() => server.stop());
beforeEach(() => {
  server.asked.length = 0;
});

const local = createMetadataReader({ allows: (host) => host === "localhost" });
const strict = createMetadataReader({ allows: () => false });

async function refusal(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    assert.deepEqual([error.status, error.code], [422, "metadataUrl"]);
    return error.message;
  }
  return assert.fail("it was read");
}

/** Answers a redirect to each of these in turn, then a document. */
function leadOn(...locations: string[]): void {
  server.answer = (request, response) => {
    const step = Number(request.url?.slice(1) || 0);
    const location = locations[step];
    if (location === undefined) response.end("<end/>");
    else response.writeHead(302, { location }).end();
  };
}

describe("metadata at an address", () => {
  test("is read as it stands there, byte for byte", async () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x3c, 0xff, 0x00]);
    server.answer = (_, response) => response.setHeader("content-type", "text/html").end(bytes);
    assert.deepEqual(Buffer.from(await local.read(`${server.url}/metadata?a=1`)), bytes);
    assert.deepEqual(server.asked, ["/metadata?a=1"]);
  });

  test("is read where the operator allows the network that the host is in", async () => {
    server.answer = (_, response) => response.end("<a/>");
    const network = createMetadataReader({ allows: (each) => each === "127.0.0.1" || each === "::1" });
    assert.equal(Buffer.from(await network.read(server.url)).toString(), "<a/>");
  });

  test("is not asked of a host that leads to this machine, and no connection is made", async () => {
    assert.match(await refusal(strict.read(server.url)), /localhost is not on the public internet.*METADATA_ALLOW/);
    assert.deepEqual(server.asked, []);
  });

  for (const url of [
    "https://127.0.0.1:PORT/",
    "https://2130706433:PORT/",
    "https://0x7f.1:PORT/",
    "https://0:PORT/",
    "https://[::1]:PORT/",
    "https://[::ffff:127.0.0.1]:PORT/",
    "https://[64:ff9b::7f00:1]:PORT/",
    "https://[2002:7f00:1::]:PORT/",
    "https://10.0.0.1/",
    "https://172.16.9.9/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://[fe80::1]/",
    "https://100.100.100.200/",
    "https://168.63.129.16/",
    "https://224.0.0.1/",
    "https://[ff02::1]/",
    "https://255.255.255.255/",
  ]) {
    test(`is not asked of ${url}`, async () => {
      assert.match(await refusal(strict.read(url.replace("PORT", String(server.port)))), /not on the public internet/);
      assert.deepEqual(server.asked, []);
    });
  }

  test("is asked by https alone, without credentials", async () => {
    for (const url of ["http://localhost/", "ftp://localhost/", "file:///etc/passwd", "data:text/xml,<a/>"]) {
      assert.match(await refusal(local.read(url)), /begin with https/, url);
    }
    assert.match(await refusal(local.read(`https://user:pass@localhost:${server.port}/`)), /no user name/);
    assert.match(await refusal(local.read("nonsense")), /not a URL/);
    assert.deepEqual(server.asked, []);
  });

  test("is followed through three redirects, and not through a fourth", async () => {
    leadOn("/1", `${server.url}/2`, "/3");
    assert.equal(Buffer.from(await local.read(server.url)).toString(), "<end/>");
    assert.deepEqual(server.asked, ["/", "/1", "/2", "/3"]);
    leadOn("/1", "/2", "/3", "/4");
    assert.match(await refusal(local.read(server.url)), /more than 3 times/);
  });

  for (const [location, sentence] of [
    ["http://localhost/", /begin with https/],
    ["https://127.0.0.1/", /not on the public internet/],
    ["https://169.254.169.254/latest/meta-data/", /not on the public internet/],
    ["https://ip6-localhost/", /not on the public internet|no server of this name/],
    ["https://user@localhost/", /no user name/],
    ["https://[", /no address/],
  ] as const) {
    test(`is not followed to ${location}`, async () => {
      leadOn(location);
      assert.match(await refusal(local.read(server.url)), sentence);
    });
  }

  test("is at most so large, also where its length is not announced", async () => {
    const small = createMetadataReader({ allows: (host) => host === "localhost", bytes: 2048 });
    server.answer = (_, response) => response.setHeader("content-length", 2049).end("x".repeat(2049));
    assert.match(await refusal(small.read(server.url)), /larger than 2 KiB/);
    let sent = 0;
    server.answer = (_, response) => {
      const timer = setInterval(() => response.write("x".repeat(1024)) && sent++, 1);
      response.on("close", () => clearInterval(timer));
    };
    assert.match(await refusal(small.read(server.url)), /larger than 2 KiB/);
    assert.ok(sent < 1000);
    server.answer = (_, response) => response.setHeader("content-length", 2048).end("x".repeat(2048));
    assert.equal((await small.read(server.url)).length, 2048);
  });

  test("is waited for so long in all, whether nothing comes, or little by little", async () => {
    const hasty = createMetadataReader({ allows: (host) => host === "localhost", milliseconds: 300 });
    server.answer = () => {};
    assert.match(await refusal(hasty.read(server.url)), /too long/);
    server.answer = (_, response) => {
      const timer = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(timer));
    };
    assert.match(await refusal(hasty.read(server.url)), /too long/);
    server.answer = (_, response) => setTimeout(() => response.writeHead(302, { location: "/" }).end(), 120);
    assert.match(await refusal(hasty.read(server.url)), /too long|more than 3 times/);
  });

  test("that is not there, compressed, or behind a wrong certificate is refused with a reason", async () => {
    server.answer = (_, response) => response.writeHead(404).end("no");
    assert.match(await refusal(local.read(server.url)), /answered 404/);
    server.answer = (_, response) => response.setHeader("content-encoding", "gzip").end("x");
    assert.match(await refusal(local.read(server.url)), /compressed/);
    const named = createMetadataReader({ allows: () => true });
    assert.match(await refusal(named.read(`https://127.0.0.1:${server.port}/`)), /no valid TLS certificate/);
    assert.match(await refusal(named.read("https://nobody.invalid/")), /no server of this name/);
    const plain = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n"));
    await new Promise<void>((resolve) => plain.listen(0, "localhost", resolve));
    const { port } = plain.address() as { port: number };
    assert.match(await refusal(local.read(`https://localhost:${port}/`)), /TLS certificate|could not be reached/);
    plain.close();
    assert.match(await refusal(local.read(`https://localhost:${port}/`)), /could not be reached/);
  });
});

test("public addresses are public, and nothing else is", () => {
  for (const address of ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]) {
    assert.equal(isPublic(address), true, address);
  }
  for (const address of [
    "::",
    "::1",
    "::8.8.8.8",
    "::ffff:8.8.8.8",
    "fc00::1",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "",
  ]) {
    assert.equal(isPublic(address), false, address);
  }
});
