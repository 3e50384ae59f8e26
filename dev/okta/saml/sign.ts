import { createSign, createVerify, type KeyLike } from "node:crypto";
import { ExclusiveCanonicalization, SignedXml } from "xml-crypto";
import type { KeyPair } from "./keys.ts";

const C14N = "http://www.w3.org/2001/10/xml-exc-c14n#";
const RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const OKTA_C14N = "exclusive C14N with xs";

/**
 * Puts an enveloped signature after the element's Issuer: RSA-SHA256, exclusive C14N with `xs` among the inclusive
 * prefixes, as Okta has it because `xsi:type="xs:string"` uses that prefix where C14N does not look.
 *
 * xml-crypto would write `InclusiveNamespaces` under the enveloped-signature transform too, which has no such parameter.
 * So the prefix list is given to its canonicalizer, and the element is written into the SignedInfo as it is signed.
 */
export function sign(xml: string, element: "Response" | "Assertion", keys: KeyPair): string {
  const path = `//*[local-name(.)='${element}']`;
  const signer = new SignedXml({
    privateKey: keys.privateKey,
    publicCert: keys.certificate,
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: C14N,
  });
  signer.CanonicalizationAlgorithms[OKTA_C14N] = OktaC14n;
  signer.SignatureAlgorithms[RSA_SHA256] = OktaSignature;
  signer.addReference({
    xpath: path,
    transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", OKTA_C14N],
    digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
  });
  const location = { reference: `${path}/*[local-name(.)='Issuer']`, action: "after" } as const;
  signer.computeSignature(xml, { prefix: "ds", location });
  return withInclusiveNamespaces(signer.getSignedXml());
}

class OktaC14n extends ExclusiveCanonicalization {
  override process(...[node, options]: Parameters<ExclusiveCanonicalization["process"]>): string {
    return super.process(node, { ...options, inclusiveNamespacesPrefixList: ["xs"] });
  }
}

class OktaSignature {
  readonly getAlgorithmName = (): string => RSA_SHA256;

  getSignature(signedInfo: unknown, privateKey: KeyLike): string {
    return createSign("RSA-SHA256")
      .update(withInclusiveNamespaces(String(signedInfo)))
      .sign(privateKey, "base64");
  }

  verifySignature(signedInfo: string, key: KeyLike, signature: string): boolean {
    return createVerify("RSA-SHA256").update(signedInfo).verify(key, signature, "base64");
  }
}

/** Fills the empty C14N transform: in the text that is sent (`/>`) as in the canonical text that is signed (`></…>`). */
function withInclusiveNamespaces(xml: string): string {
  const transform = `<ds:Transform Algorithm="${C14N}"`;
  return xml
    .replace(
      `${transform}/>`,
      `${transform}><ec:InclusiveNamespaces PrefixList="xs" xmlns:ec="${C14N}"/></ds:Transform>`,
    )
    .replace(
      `${transform}></ds:Transform>`,
      `${transform}><ec:InclusiveNamespaces xmlns:ec="${C14N}" PrefixList="xs"></ec:InclusiveNamespaces></ds:Transform>`,
    );
}
