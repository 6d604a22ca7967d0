// What every program that uses Attest needs: signing in, reading problems, walking through pages.

import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type Attest = Client<paths>;
export type Schemas = components["schemas"];

/** An answer that is not what was asked for. Programs look at `kind`, people read the message. */
export class AttestProblem extends Error {
  readonly kind: string;

  constructor(readonly problem: Schemas["Problem"]) {
    const lines = problem.errors.map(({ pointer, detail }) => `  ${pointer}: ${detail}`);
    super([`${problem.status} ${problem.title}. ${problem.detail}`, ...lines, `  (request ${problem.instance})`].join("\n"));
    this.name = "AttestProblem";
    this.kind = problem.type.replace("/problems/", "");
  }
}

/** The body of a good answer; any other is thrown. */
export function answered<T>(result: { data?: T; error?: unknown; response: Response }): NonNullable<T> {
  if (result.error !== undefined) throw new AttestProblem(result.error as Schemas["Problem"]);
  if (result.data === undefined || result.data === null) throw new Error(`an empty answer: ${result.response.status}`);
  return result.data;
}

/** Attest without a token. */
export function attest(baseUrl: string): Attest {
  return createClient<paths>({ baseUrl, headers: { "Accept-Language": "en" } });
}

function signedIn(baseUrl: string, token: string): Attest {
  return createClient<paths>({ baseUrl, headers: { "Accept-Language": "en", Authorization: `Bearer ${token}` } });
}

/** Attest as a person sees it. */
export async function asPerson(baseUrl: string, email: string, password: string): Promise<Attest> {
  const session = answered(await attest(baseUrl).POST("/v1/sessions", { body: { email, password } }));
  return signedIn(baseUrl, session.access_token);
}

/** Attest as a program of an organisation sees it (RFC 6749, client credentials). */
export async function asClient(baseUrl: string, id: string, secret: string): Promise<Attest> {
  const token = answered(
    await attest(baseUrl).POST("/oauth/token", {
      body: { grant_type: "client_credentials", client_id: id, client_secret: secret },
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      bodySerializer: (body) => new URLSearchParams(body as Record<string, string>),
    }),
  );
  return signedIn(baseUrl, token.access_token);
}

/** Every item of a list, page by page. `page` asks for one. */
export async function* all<T>(
  page: (cursor?: string) => Promise<{ items: T[]; next: string | null }>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const { items, next } = await page(cursor);
    yield* items;
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}
