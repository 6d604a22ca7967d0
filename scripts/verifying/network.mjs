// All the network a verifier gets: the server under test and the published JSON Schema, from a file. did:web says https and the
// server on loopback has none, so its own https addresses are asked for as http. Whatever else a verifier asks for is refused
// and reported. To be imported before any verifier, as those keep the `fetch` they find.

const input = JSON.parse(await new Response(process.stdin).text());
const { readFile } = await import("node:fs/promises");
const real = globalThis.fetch;
const origin = new URL(input.origin);
const asked = new Map();
const refused = new Set();

globalThis.fetch = async (request, options) => {
  const asking = new Request(request, options);
  const url = new URL(asking.url);
  if (url.host === origin.host) {
    url.protocol = origin.protocol;
    const answer = await real(url, { headers: asking.headers, method: asking.method });
    const kind = url.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}");
    asked.set(`${kind}: ${answer.status}, ${answer.headers.get("content-type")}`, asking.headers.get("accept"));
    return answer;
  }
  const file = input.files[asking.url];
  if (file) return new Response(await readFile(file), { headers: { "content-type": "application/json" } });
  refused.add(asking.url);
  throw new TypeError(`not reachable here: ${asking.url}`);
};

// What libraries print belongs to the notes and not into the answer.
const notes = new Set();
for (const way of ["log", "info", "warn", "error"]) console[way] = (...words) => notes.add(words.join(" "));

/** Has every case verified, one after the other, and writes the verdicts. A verdict says `is` and, if it is bad, `why`. */
export async function answer(verify) {
  const verdicts = [];
  for (const { name, credential } of input.cases) {
    const verdict = await verify(credential).catch((error) => ({ is: "failed", why: reasons(error) }));
    for (const note of verdict.notes ?? []) notes.add(note);
    verdicts.push({ name, is: verdict.is, why: verdict.why });
  }
  for (const url of refused) notes.add(`asked for ${url}, which it did not get`);
  process.stdout.write(JSON.stringify({ verdicts, notes: [...notes], asked: [...asked.keys()] }));
}

/** Everything an error says, with what caused it. */
export function reasons(error) {
  const said = [error, ...(error?.errors ?? []), error?.cause].filter(Boolean).map((one) => one.message ?? String(one));
  return [...new Set(said)].join("; ");
}
