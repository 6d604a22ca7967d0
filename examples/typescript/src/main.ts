// A walk through Attest's demo: a person reads, a program of the provider lists, records, corrects and imports.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Attest, AttestProblem, all, answered, asClient, asPerson, type Schemas } from "./attest.js";

const BASE = process.env["ATTEST_URL"] ?? "http://127.0.0.1:8080";
const PASSWORD = "try-attest-yourself";

// The second row has a day that never was.
const RESULTS = `Deltakernummer;Navn;Kurskode;Resultat;Dato
TS-301;Kari Berg;T4;bestått;02.03.2026
TS-302;Ola Lund;T4;bestått;31.02.2026
`;

/** A person sees the own completions, and with each one who holds it and why. */
async function ownCompletions(): Promise<void> {
  const anna = await asPerson(BASE, "anna.odegard@example.no", PASSWORD);
  const { items } = answered(await anna.GET("/v1/me/completions"));
  for (const { on, course, custodies } of items) {
    const holders = custodies.map(({ controller, ground }) => `${controller.name} (${ground})`);
    console.log(`${on}  ${course?.title.en}: held by ${holders.join(", ")}`);
  }
}

/** An administrator makes a client for a program; its secret is shown this once. */
async function makeClient(): Promise<{ organisation: string; program: Attest }> {
  const admin = await asPerson(BASE, "admin@fjordkurs.example.no", PASSWORD);
  const memberships = answered(await admin.GET("/v1/me/memberships"));
  const organisation = memberships.items[0]?.organisation;
  if (organisation === undefined) throw new Error("the administrator works for nobody");
  const made = answered(
    await admin.POST("/v1/organisations/{organisation}/api-clients", {
      params: { path: { organisation } },
      body: { name: "TypeScript example", scopes: ["completions:read", "completions:write"] },
    }),
  );
  return { organisation, program: await asClient(BASE, made.client_id, made.client_secret) };
}

/** All that the organisation holds as a provider, twenty at a time. */
async function countCompletions(program: Attest, organisation: string): Promise<number> {
  let count = 0;
  const page = async (cursor?: string) =>
    answered(
      await program.GET("/v1/organisations/{organisation}/completions", {
        params: { path: { organisation }, query: { capacity: "provider", limit: 20, ...(cursor && { cursor }) } },
      }),
    );
  for await (const _ of all(page)) count += 1;
  return count;
}

async function record(program: Attest, organisation: string, key: string): Promise<Schemas["Completion"]> {
  const courses = answered(await program.GET("/v1/courses", { params: { query: { provider: organisation } } }));
  const course = courses.items.find(({ code }) => code === "T4");
  if (course === undefined) throw new Error("the demo has no course T4");
  return answered(
    await program.POST("/v1/organisations/{organisation}/completions", {
      params: { path: { organisation }, header: { "Idempotency-Key": key } },
      body: { course: course.id, person_reference: "F-001", outcome: "passed", on: "2026-03-01" },
    }),
  );
}

/** A new version with a reason. `ifMatch` is the version that was read. */
async function correct(program: Attest, organisation: string, completion: string, ifMatch: string): Promise<Schemas["Completion"]> {
  return answered(
    await program.POST("/v1/organisations/{organisation}/completions/{completion}/versions", {
      params: { path: { organisation, completion }, header: { "If-Match": ifMatch } },
      body: { on: "2026-03-02", reason: "wrong day" },
    }),
  );
}

/** A file in a layout of its own; the answer says what its columns seem to mean. */
async function send(program: Attest, organisation: string): Promise<Schemas["Proposed"]> {
  return answered(
    await program.POST("/v1/organisations/{organisation}/imports/{subject}", {
      params: { path: { organisation, subject: "completions" }, query: { source: "TypeScript example" } },
      headers: { "Content-Type": "text/csv" },
      body: RESULTS,
      bodySerializer: (file) => file as string,
    }),
  );
}

/** Confirms the proposal as it is, and waits until every row has been looked at. */
async function carryOut(program: Attest, organisation: string, sent: string): Promise<Schemas["Proposed"]> {
  const params = { path: { organisation, subject: "completions" as const, import: sent } };
  answered(await program.POST("/v1/organisations/{organisation}/imports/{subject}/{import}/start", { params, body: {} }));
  for (;;) {
    const shown = answered(await program.GET("/v1/organisations/{organisation}/imports/{subject}/{import}", { params }));
    if (shown.state !== "waiting" && shown.state !== "running") return shown;
    await sleep(200);
  }
}

/** The rows that must be corrected, as a CSV with what is wrong and what to do. */
async function refused(program: Attest, organisation: string, sent: string): Promise<string> {
  return answered(
    await program.GET("/v1/organisations/{organisation}/imports/{subject}/{import}/results", {
      params: { path: { organisation, subject: "completions", import: sent }, query: { outcome: "refused" } },
      parseAs: "text",
    }),
  );
}

async function main(): Promise<void> {
  await ownCompletions();

  const { organisation, program } = await makeClient();
  console.log(`the provider holds ${await countCompletions(program, organisation)} completions`);

  const key = randomUUID();
  const first = await record(program, organisation, key);
  const again = await record(program, organisation, key);
  console.log(`recorded ${first.id}; sent again: ${again.id === first.id ? "the same one" : "another one!"}`);

  const corrected = await correct(program, organisation, first.id, `"${first.version}"`);
  console.log(`corrected: version ${corrected.version} says ${corrected.on}`);

  try {
    await correct(program, organisation, first.id, `"${first.version}"`);
  } catch (problem) {
    if (!(problem instanceof AttestProblem) || problem.kind !== "stale") throw problem;
    console.log(`corrected from an old version: ${problem.message}`);
  }

  const sent = await send(program, organisation);
  console.log(`sent ${sent.size} bytes; the columns seem to mean ${JSON.stringify(sent.proposal?.mapping["fields"])}`);
  const { rows } = await carryOut(program, organisation, sent.id);
  console.log(`imported: ${rows.recorded} recorded, ${rows.refused} refused`);
  console.log(await refused(program, organisation, sent.id));
}

main().catch((error: unknown) => {
  console.error(error instanceof AttestProblem ? error.message : error);
  process.exitCode = 1;
});
