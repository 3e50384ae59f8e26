/** The people of the identity provider, all with the password `secret`; the first value of `mail` is their NameID. */
const PEOPLE = {
  ada: { mail: ["ada@example.test"], givenName: ["Ada"], sn: ["Park"], groups: ["Everyone", "R&D <Berlin>", "Café"] },
  mallory: { mail: ["mallory@example.test"], givenName: ["Mal"], sn: ["Lory"], groups: [] },
} as const;

export const PASSWORD = "secret";

/** `config.php`: everything that is written lies in the folder, and nothing needs https. */
export function configuration(folder: string, url: string): string {
  return php(
    `$config = ${literal({
      baseurlpath: `${url}/`,
      certdir: `${folder}/`,
      loggingdir: `${folder}/log/`,
      datadir: `${folder}/data/`,
      tempdir: `${folder}/tmp`,
      metadatadir: `${folder}/metadata/`,
      secretsalt: "only for tests, and only on this computer",
      "auth.adminpassword": "not used by anybody",
      technicalcontact_email: "nobody@example.test",
      timezone: "UTC",
      "trusted.url.domains": [],
      showerrors: true,
      "logging.handler": "file",
      "logging.logfile": "simplesamlphp.log",
      "enable.saml20-idp": true,
      "module.enable": { exampleauth: true, core: true, saml: true },
      "session.cookie.secure": false,
      "session.cookie.samesite": null,
      "session.phpsession.savepath": `${folder}/sessions`,
      "session.phpsession.httponly": true,
      "store.type": "phpsession",
      "metadata.sources": [{ type: "flatfile" }],
      "language.available": ["en"],
      "language.default": "en",
      "language.cookie.secure": false,
      "language.cookie.samesite": null,
      usenewui: false,
      "admin.checkforupdates": false,
    })};`,
  );
}

/** `authsources.php` */
export function authSources(): string {
  const people = Object.entries(PEOPLE).map(([name, attributes]) => [`${name}:${PASSWORD}`, attributes]);
  return php(`$config = ${literal({ people: { 0: "exampleauth:UserPass", ...Object.fromEntries(people) } })};`);
}

/** `metadata/saml20-idp-hosted.php` */
export function hostedProvider(url: string): string {
  return php(
    `$metadata[${literal(`${url}/idp`)}] = ${literal({
      host: "__DEFAULT__",
      privatekey: "key.pem",
      certificate: "certificate.pem",
      auth: "people",
      "signature.algorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
      authproc: {
        10: {
          class: "saml:AttributeNameID",
          attribute: "mail",
          Format: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        },
      },
    })};`,
  );
}

/**
 * `metadata/saml20-sp-remote.php`: reads the metadata documents of `trusted/` with SimpleSAMLphp's own parser, as its metadata
 * converter does, and how each is to be answered from the JSON beside it.
 */
export function remoteProviders(folder: string): string {
  return php(`foreach (glob(${literal(`${folder}/trusted/*.xml`)}) as $file) {
    $parsed = \\SimpleSAML\\Metadata\\SAMLParser::parseFile($file)->getMetadata20SP();
    $answers = json_decode(file_get_contents(substr($file, 0, -3) . 'json'), true);
    $metadata[$parsed['entityid']] = array_merge($parsed, $answers);
  }`);
}

function php(code: string): string {
  return `<?php\n${code}\n`;
}

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** A value as PHP writes it. */
function literal(value: Value): string {
  if (typeof value === "string") return `'${value.replace(/['\\]/g, "\\$&")}'`;
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  const entries = Object.entries(value).map(
    ([key, inner]) => `${/^\d+$/.test(key) ? key : literal(key)} => ${literal(inner)}`,
  );
  return `[${entries.join(", ")}]`;
}
