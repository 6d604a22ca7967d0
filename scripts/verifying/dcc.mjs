// Verifies with the core of the Digital Credentials Consortium's verifier, which also checks the JSON Schema the credential names.

import { answer, reasons } from "./network.mjs";
const { verifyCredential } = await import("@digitalcredentials/verifier-core");

await answer(async (credential) => {
  const result = await verifyCredential({ credential: structuredClone(credential), knownDIDRegistries: [] });
  const said = (result.errors ?? []).map((error) => `${error.name}: ${error.message}`).join("; ");
  if (said) return { is: /^invalid_signature:/i.test(said) ? "changed" : "failed", why: said };
  const steps = Object.fromEntries((result.log ?? []).map((step) => [step.id, step]));
  const holds = (id) => steps[id]?.valid === true;
  if (!holds("valid_signature")) return { is: "failed", why: `no valid signature: ${JSON.stringify(result.log)}` };
  if (!holds("expiration")) return { is: "expired", why: "its time is over" };
  if (steps.revocation_status?.valid === false) return { is: "revoked", why: "its bit is set" };
  if (!holds("revocation_status")) return { is: "failed", why: `no status: ${reasons(steps.revocation_status?.error)}` };
  const [schemas] = (result.additionalInformation ?? []).filter((entry) => entry.id === "schema_check");
  const checked = schemas?.results;
  if (!Array.isArray(checked) || checked.length === 0) return { is: "failed", why: `no schema: ${checked}` };
  const wrong = checked.filter(({ result }) => !result.valid);
  return wrong.length ? { is: "failed", why: `not by its schema: ${JSON.stringify(wrong)}` } : { is: "accepted" };
});
