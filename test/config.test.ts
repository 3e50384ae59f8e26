import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { after, describe, test } from "node:test";
import { ConfigError, readConfig } from "../src/config.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "semaphore-config-"));
  folders.push(folder);
  return join(folder, "data");
}

function read(environment: Record<string, string> = {}) {
  return readConfig({ DATA_DIR: dataFolder(), ...environment });
}

const KEY = Buffer.alloc(32, 7).toString("base64");
const SERVER = { DATABASE_URL: "postgres://app:hunter2@db:5432/app" };

describe("without any setting", () => {
  const config = read();

  test("the service listens on the loopback interface, at http://localhost:3000", () => {
    assert.deepEqual([config.host, config.port, config.baseUrl.origin], ["127.0.0.1", 3000, "http://localhost:3000"]);
  });

  test("it brings its own database, in ./data", () => {
    assert.equal(config.databaseUrl, undefined);
    const { dataDir } = readConfig({ SECRET_KEY: KEY, OPERATOR_TOKEN: "sixteen-letters!" });
    assert.ok(isAbsolute(dataDir) && dataDir.endsWith("/data"), dataDir);
  });

  test("the plan scaleup has the integration, the product is called Semaphore, and nobody is offered as support", () => {
    assert.deepEqual(config.integrationPlans, ["scaleup"]);
    assert.deepEqual([config.productName, config.supportEmail], ["Semaphore", undefined]);
  });

  test("what a directory asked is kept for thirty days", () => assert.equal(config.activityDays, 30));

  test("an event of the audit log is kept for two years", () => assert.equal(config.auditDays, 730));

  test("no proxy is believed", () => {
    for (const address of ["127.0.0.1", "10.0.0.1", "::1"]) assert.equal(config.trustsProxy(address), false);
  });

  test("a directory may send 100 requests a second, and an address try to sign in 60 times a minute", () => {
    assert.deepEqual(config.rateLimits, { scim: 100, signIn: 60 });
  });

  test("logs are informative, JSON in a file and pretty on a terminal", () => {
    assert.deepEqual([config.logLevel, config.logFormat], ["info", "json"]);
    assert.equal(readConfig({ DATA_DIR: dataFolder() }, true).logFormat, "pretty");
  });

  test("there is no previous secret key", () => assert.equal(config.previousSecretKey, undefined));

  test("an empty variable is as good as none", () => {
    const empty = ["HOST", "PORT", "BASE_URL", "DATABASE_URL", "SECRET_KEY", "OPERATOR_TOKEN", "INTEGRATION_PLANS"];
    const more = [
      "ACTIVITY_DAYS",
      "AUDIT_DAYS",
      "PRODUCT_NAME",
      "SUPPORT_EMAIL",
      "TRUST_PROXY",
      "METADATA_ALLOW",
      "LOG_LEVEL",
      "LOG_FORMAT",
      "SECRET_KEY_PREVIOUS",
      "RATE_LIMIT_SCIM",
    ];
    const config = read(Object.fromEntries([...empty, ...more].map((name) => [name, ""])));
    assert.equal(config.baseUrl.origin, "http://localhost:3000");
  });
});

describe("a setting", () => {
  test("BASE_URL follows PORT unless it is given", () => {
    assert.equal(read({ PORT: "8080" }).baseUrl.origin, "http://localhost:8080");
    assert.equal(read({ PORT: "8080", BASE_URL: "https://id.example.com" }).baseUrl.origin, "https://id.example.com");
  });

  test("INTEGRATION_PLANS is a list with or without spaces", () => {
    assert.deepEqual(read({ INTEGRATION_PLANS: "scaleup, enterprise" }).integrationPlans, ["scaleup", "enterprise"]);
  });

  test("ACTIVITY_DAYS is a day or up to a year", () => {
    for (const days of [1, 90, 365]) assert.equal(read({ ACTIVITY_DAYS: String(days) }).activityDays, days);
  });

  test("AUDIT_DAYS is a month or more, and 0 is for ever", () => {
    for (const days of [0, 30, 3650]) assert.equal(read({ AUDIT_DAYS: String(days) }).auditDays, days);
  });

  test("RATE_LIMIT_SCIM and RATE_LIMIT_SIGN_IN are whole numbers, and 0 is no limit", () => {
    const { rateLimits } = read({ RATE_LIMIT_SCIM: "0", RATE_LIMIT_SIGN_IN: "5" });
    assert.deepEqual(rateLimits, { scim: 0, signIn: 5 });
  });

  test("TRUST_PROXY believes the addresses and networks that it names, and no others", () => {
    const { trustsProxy } = read({ TRUST_PROXY: "10.0.0.0/8, 192.0.2.7, 2001:db8::/32" });
    for (const address of ["10.1.2.3", "192.0.2.7", "2001:db8::1"]) assert.equal(trustsProxy(address), true, address);
    for (const address of ["11.0.0.1", "192.0.2.8", "2001:db9::1", "nonsense", ""]) {
      assert.equal(trustsProxy(address), false, address);
    }
  });

  test("METADATA_ALLOW allows the hosts, addresses and networks that it names, and no others", () => {
    const { allowsMetadataFrom } = read({ METADATA_ALLOW: "idp.internal, 10.0.0.0/8, ::1" });
    for (const each of ["idp.internal", "10.1.2.3", "::1"]) assert.equal(allowsMetadataFrom(each), true, each);
    for (const each of ["x.idp.internal", "internal", "11.0.0.1", "127.0.0.1", ""]) {
      assert.equal(allowsMetadataFrom(each), false, each);
    }
    assert.equal(read({}).allowsMetadataFrom("127.0.0.1"), false);
  });

  test("SECRET_KEY and SECRET_KEY_PREVIOUS are 32 bytes in base64, in either alphabet", () => {
    const previous = Buffer.alloc(32, 251);
    const config = read({ SECRET_KEY: KEY, SECRET_KEY_PREVIOUS: previous.toString("base64url") });
    assert.deepEqual(config.secretKey, Buffer.alloc(32, 7));
    assert.deepEqual(config.previousSecretKey, previous);
  });
});

/** What an operator typed, the variable that the one line must name, and what it must offer. */
const WRONG: readonly [environment: Record<string, string>, takes: RegExp][] = [
  [{ PORT: "http" }, /1 to 65535/],
  [{ PORT: "0" }, /1 to 65535/],
  [{ PORT: "65536" }, /1 to 65535/],
  [{ PORT: "3000.5" }, /1 to 65535/],
  [{ HOST: "http://0.0.0.0" }, /IP address or a host name/],
  [{ HOST: "0.0.0.0:80" }, /IP address or a host name/],
  [{ BASE_URL: "example.com" }, /https:\/\//],
  [{ BASE_URL: "http://example.com" }, /https:\/\//],
  [{ BASE_URL: "http://localhost.example.com" }, /https:\/\//],
  [{ BASE_URL: "http://127.0.0.1:3000" }, /https:\/\//],
  [{ BASE_URL: "https://192.0.2.1" }, /host name/],
  [{ BASE_URL: "https://[2001:db8::1]" }, /host name/],
  [{ BASE_URL: "https://example.com./" }, /host name/],
  [{ BASE_URL: "https://example.com/okta" }, /without a path/],
  [{ BASE_URL: "https://example.com?a=b" }, /without a path/],
  [{ BASE_URL: "ftp://example.com" }, /https:\/\//],
  [{ INTEGRATION_PLANS: "scaleup,,pro" }, /separated by commas/],
  [{ INTEGRATION_PLANS: "Scale Up" }, /a-z/],
  [{ SUPPORT_EMAIL: "help" }, /email address/],
  [{ TRUST_PROXY: "yes" }, /10\.0\.0\.0\/8/],
  [{ TRUST_PROXY: "10.0.0.0/33" }, /10\.0\.0\.0\/8/],
  [{ TRUST_PROXY: "10.0.0.0/" }, /10\.0\.0\.0\/8/],
  [{ TRUST_PROXY: "10.0.0.0/8/8" }, /10\.0\.0\.0\/8/],
  [{ TRUST_PROXY: "2001:db8::/129" }, /10\.0\.0\.0\/8/],
  [{ TRUST_PROXY: "10.0.0.1,proxy.example" }, /10\.0\.0\.0\/8/],
  [{ METADATA_ALLOW: "https://idp.internal" }, /host names/],
  [{ METADATA_ALLOW: "10.0.0.0/33" }, /host names/],
  [{ METADATA_ALLOW: "10.0.0" }, /host names/],
  [{ METADATA_ALLOW: "idp.internal,," }, /host names/],
  [{ ACTIVITY_DAYS: "0" }, /1 to 365/],
  [{ ACTIVITY_DAYS: "366" }, /1 to 365/],
  [{ ACTIVITY_DAYS: "forever" }, /1 to 365/],
  [{ AUDIT_DAYS: "29" }, /30 to 36500, or 0/],
  [{ AUDIT_DAYS: "-1" }, /30 to 36500, or 0/],
  [{ AUDIT_DAYS: "99999" }, /30 to 36500, or 0/],
  [{ RATE_LIMIT_SCIM: "lots" }, /0 for no limit/],
  [{ RATE_LIMIT_SCIM: "-1" }, /0 for no limit/],
  [{ RATE_LIMIT_SCIM: "1000000" }, /0 for no limit/],
  [{ RATE_LIMIT_SIGN_IN: "1.5" }, /0 for no limit/],
  [{ RATE_LIMIT_SIGN_IN: "60/min" }, /0 for no limit/],
  [{ LOG_LEVEL: "loud" }, /trace, debug, info/],
  [{ LOG_FORMAT: "xml" }, /json, pretty/],
];

describe("a wrong value stops the start with one line", () => {
  for (const [environment, takes] of WRONG) {
    const [name = "", value = ""] = Object.entries(environment)[0] ?? [];
    test(`that names ${name}, repeats ${value} and says what it takes`, () => {
      const message = refusal(environment);
      assert.ok(message.startsWith(`${name} is ${JSON.stringify(value)}: it takes `), message);
      assert.match(message, takes);
      assert.ok(!message.includes("\n"));
    });
  }

  test("even where the value has lines of its own", () => {
    assert.ok(!refusal({ LOG_LEVEL: "in\nfo" }).includes("\n"));
  });
});

/** Values that must not reach a terminal or a log. */
const SECRETS: readonly [name: string, value: string, environment?: Record<string, string>][] = [
  ["DATABASE_URL", "mysql://app:hunter2@db/app"],
  ["DATABASE_URL", "hunter2"],
  ["DATABASE_URL", "postgres://app:hunter2@[db/app"],
  ["SECRET_KEY", "hunter2"],
  ["SECRET_KEY", Buffer.alloc(16, 7).toString("base64")],
  ["SECRET_KEY", `${KEY.slice(0, 20)} *${KEY.slice(20)}`],
  ["SECRET_KEY_PREVIOUS", "hunter2"],
  ["OPERATOR_TOKEN", "hunter2"],
  ["OPERATOR_TOKEN", "hunter2 hunter2 hunter2"],
  ["OPERATOR_TOKEN", "hünter2-hünter2-hünter2"],
];

describe("a wrong secret stops the start without being shown", () => {
  for (const [name, value] of SECRETS) {
    test(`${name} of ${value.length} characters, ${value.slice(0, 3)}…`, () => {
      const message = refusal({ [name]: value });
      assert.ok(message.startsWith(`${name} `), message);
      assert.match(message, /it takes/);
      assert.ok(!message.includes(value) && !message.includes("hunter2"), message);
    });
  }
});

describe("with a database server", () => {
  test("SECRET_KEY has to be given: several processes must agree on it", () => {
    assert.match(refusal({ ...SERVER, OPERATOR_TOKEN: "sixteen-letters!" }), /^SECRET_KEY is missing: .* 32 bytes/);
  });

  test("OPERATOR_TOKEN has to be given", () => {
    assert.match(refusal({ ...SERVER, SECRET_KEY: KEY }), /^OPERATOR_TOKEN is missing: .* 16 characters/);
  });

  test("nothing is written into DATA_DIR", () => {
    const DATA_DIR = dataFolder();
    const config = read({ ...SERVER, DATA_DIR, SECRET_KEY: KEY, OPERATOR_TOKEN: "sixteen-letters!" });
    assert.equal(config.databaseUrl, SERVER.DATABASE_URL);
    assert.equal(config.operatorTokenFile, undefined);
    assert.equal(existsSync(DATA_DIR), false);
  });
});

describe("generated secrets", () => {
  test("lie in DATA_DIR, readable by the owner alone, and nothing else does", () => {
    const DATA_DIR = dataFolder();
    const config = read({ DATA_DIR });
    assert.deepEqual(readdirSync(DATA_DIR).sort(), ["operator-token", "secret-key"]);
    for (const name of readdirSync(DATA_DIR)) assert.equal(statSync(join(DATA_DIR, name)).mode & 0o777, 0o600, name);
    assert.equal(statSync(DATA_DIR).mode & 0o777, 0o700);
    assert.equal(config.operatorTokenFile, join(DATA_DIR, "operator-token"));
    assert.equal(readFileSync(join(DATA_DIR, "operator-token"), "utf8").trim(), config.operatorToken);
  });

  test("are the same after a restart, and others in another folder", () => {
    const DATA_DIR = dataFolder();
    const [first, second, other] = [read({ DATA_DIR }), read({ DATA_DIR }), read()];
    assert.deepEqual(second.secretKey, first.secretKey);
    assert.equal(second.operatorToken, first.operatorToken);
    assert.notDeepEqual(other.secretKey, first.secretKey);
    assert.notEqual(other.operatorToken, first.operatorToken);
    assert.equal(first.secretKey.length, 32);
  });

  test("are closed again where somebody opened them", () => {
    const DATA_DIR = dataFolder();
    read({ DATA_DIR });
    const file = join(DATA_DIR, "operator-token");
    writeFileSync(file, readFileSync(file), { mode: 0o644 });
    rmSync(join(DATA_DIR, "secret-key"));
    writeFileSync(join(DATA_DIR, "secret-key"), KEY, { mode: 0o644 });
    read({ DATA_DIR });
    assert.equal(statSync(join(DATA_DIR, "secret-key")).mode & 0o777, 0o600);
  });

  for (const name of ["operator-token", "secret-key"]) {
    test(`${name} that a full disk left empty is refused, not taken for a secret`, () => {
      const DATA_DIR = dataFolder();
      read({ DATA_DIR });
      writeFileSync(join(DATA_DIR, name), "\n");
      assert.match(refusal({ DATA_DIR }), new RegExp(`${name} is .*: it takes`));
    });
  }

  test("give way to those of the environment", () => {
    const config = read({ SECRET_KEY: KEY, OPERATOR_TOKEN: "sixteen-letters!" });
    assert.equal(config.operatorToken, "sixteen-letters!");
    assert.equal(config.operatorTokenFile, undefined);
    assert.deepEqual(config.secretKey, Buffer.from(KEY, "base64"));
  });
});

describe("git hosts", () => {
  const app = (name: string) => ({ [`${name}_CLIENT_ID`]: "id", [`${name}_CLIENT_SECRET`]: "secret" });

  test("there are none without a registration there", () => assert.deepEqual(read().gitHosts, []));

  test("are the public ones unless an address is given", () => {
    const { gitHosts } = read({ ...app("GITLAB"), ...app("GITHUB"), ...app("BITBUCKET") });
    assert.deepEqual(
      gitHosts.map(({ provider, url, apiUrl }) => [provider, url, apiUrl]),
      [
        ["github", "https://github.com", "https://api.github.com"],
        ["bitbucket", "https://bitbucket.org", "https://api.bitbucket.org/2.0"],
        ["gitlab", "https://gitlab.com", "https://gitlab.com/api/v4"],
      ],
    );
  });

  test("one's own have their API below their address, or where it is said", () => {
    const [github] = read({ ...app("GITHUB"), GITHUB_URL: "https://git.acme.example/" }).gitHosts;
    assert.deepEqual([github?.url, github?.apiUrl], ["https://git.acme.example", "https://git.acme.example/api/v3"]);
    const elsewhere = { GITLAB_URL: "https://acme.example/gitlab", GITLAB_API_URL: "https://api.acme.example" };
    assert.equal(read({ ...app("GITLAB"), ...elsewhere }).gitHosts[0]?.apiUrl, "https://api.acme.example");
  });

  test("half a registration is refused, and nothing of it is repeated", () => {
    const missing = refusal({ GITHUB_CLIENT_ID: "Iv1.0123" });
    assert.match(missing, /^GITHUB_CLIENT_SECRET is missing, but GITHUB_CLIENT_ID is set: it takes both/);
    const other = refusal({ BITBUCKET_CLIENT_SECRET: "hunter2" });
    assert.match(other, /^BITBUCKET_CLIENT_ID is missing, but BITBUCKET_CLIENT_SECRET is set/);
    assert.doesNotMatch(other, /hunter2/);
  });

  for (const url of ["http://git.acme.example", "ftp://acme.example", "git.acme.example", "https://a.example/?x=1"]) {
    test(`an address such as ${url} is refused, also of the API, also without a registration`, () => {
      assert.match(refusal({ ...app("GITLAB"), GITLAB_URL: url }), /^GITLAB_URL is ".*": it takes an https:\/\/ URL/);
      assert.match(refusal({ GITLAB_API_URL: url }), /^GITLAB_API_URL is/);
    });
  }

  test("a password in an address is refused, and not repeated", () => {
    assert.doesNotMatch(refusal({ GITHUB_URL: "https://ada:hunter2@git.example" }), /hunter2/);
  });
});

function refusal(environment: Record<string, string>): string {
  try {
    read(environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  assert.fail("the value was taken");
}
