// Checking whatever somebody holds up: a link, a credential, a presentation, a badge picture. The
// one way in for the page and for Node; never throws for bad input.

import { type Bytes, utf8 } from "./bytes";
import { Refusal } from "./errors";
import { Contexts } from "./jsonld";
import { type Check, type Checked, type Credential, type Fact, outcomeOf, partOutcome, type PartReport, type Report, type Resolver } from "./model";
import { newLists } from "./lists";
import { type Dictionaries, looksLikeLink, readLink } from "./packet";
import { Badge } from "./ob2";
import type { Trusted, World } from "./proofs";
import { read } from "./read";
import { verify, verifyPresentation } from "./verify";

const MAX_LINK_BYTES = 256 * 1024;

/** What ships with the page: contexts, dictionaries, issuers, the samples' public documents. */
export interface Supplies {
  contexts: ReadonlyMap<string, string>;
  dictionaries: Dictionaries;
  trusted: ReadonlyMap<string, Trusted>;
  documents: ReadonlyMap<string, Fact>;
}

export interface Options {
  now?: Date;
  /** Public documents by address, besides those that ship with the page. */
  documents?: Resolver;
  /** Where the page is looked at; a presentation made for other origins then says so. */
  pageOrigin?: string;
  source?: string;
}

export class Checker {
  readonly contexts: Contexts;

  constructor(readonly supplies: Supplies) {
    this.contexts = new Contexts((address) => supplies.contexts.get(address) ?? null);
  }

  /** Read and verify what `input` holds; what could not be read is in `error`. */
  async check(input: Bytes | string, options: Options = {}): Promise<Checked> {
    const source = options.source ?? "";
    const world: World = {
      trusted: this.supplies.trusted,
      resolver: (url) => this.fetch(url, options.documents),
      contexts: this.contexts,
      now: options.now ?? new Date(),
      lists: newLists(),
      ...(options.pageOrigin === undefined ? {} : { pageOrigin: options.pageOrigin }),
    };
    try {
      return await this.checked(typeof input === "string" ? utf8(input) : input, source, world);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        if (!(error instanceof RangeError)) throw error;
        return nothing(source, new Refusal("too_deep"));
      }
      return nothing(source, error);
    }
  }

  private async checked(input: Bytes, source: string, world: World): Promise<Checked> {
    const start = input.length <= MAX_LINK_BYTES ? new TextDecoder().decode(input) : "";
    const link = looksLikeLink(start);
    const data = link ? readLink(start, this.supplies.dictionaries) : input;
    const readable = read(data);
    const whole = async (one: Credential) => (one.assertion === undefined ? one : (await Badge.of(one, world.resolver)).credential);
    if (readable.kind === "credential") return credentialChecked(source, await whole(readable), await verify(readable, world));
    if (readable.kind === "presentation") {
      const { own, credentials } = await verifyPresentation(readable, world);
      const children = await Promise.all(readable.credentials.map(async (one, i) => credentialChecked(source, await whole(one), credentials[i])));
      return { source, link, readable, report: own, credentials: children, error: null };
    }
    const children: Checked[] = [];
    for (const one of readable.credentials) children.push(credentialChecked(source, await whole(one), await verify(one, world)));
    return { source, readable, report: null, credentials: children, error: null };
  }

  private fetch(url: string, more: Resolver | undefined): Fact | null {
    const known = more?.(url) ?? null;
    if (known !== null) return known;
    return this.supplies.documents.get(url) ?? this.supplies.documents.get(url.split("#")[0]) ?? null;
  }
}

const nothing = (source: string, error: Refusal): Checked =>
  ({ source, readable: null, report: null, credentials: [], error: { code: error.code, facts: error.facts } });

const credentialChecked = (source: string, readable: Credential, report: Report): Checked =>
  ({ source, readable, report, credentials: [], error: null });

const checkJson = (c: Check): object =>
  ({ question: c.question, outcome: c.outcome, reason: c.reason, checked_at: c.checkedAt.toISOString().replace(".000Z", "Z") });

const partJson = (part: PartReport): object => ({
  role: part.role,
  place: part.place,
  with: part.thing,
  issuer: part.issuer,
  title: part.title,
  outcome: partOutcome(part),
  checks: (part.report?.checks ?? []).map(checkJson),
  parts: (part.report?.parts ?? []).map(partJson),
  error: part.problem,
});

/** The JSON of a result, in the shape of `ler-wallet check --json`. */
export function asJson(checked: Checked): object {
  const { readable, report } = checked;
  const single = readable?.kind === "credential";
  return {
    source: checked.source,
    format: readable === null ? null : readable.kind === "bundle" ? "bundle" : readable.format,
    issuer: readable?.kind === "credential" ? readable.issuer : readable?.kind === "presentation" ? readable.holder : null,
    title: readable?.kind === "credential" ? readable.title : readable?.kind === "presentation" ? readable.name : null,
    outcome: outcomeOf(checked),
    checks: (report?.checks ?? []).map(checkJson),
    parts: (report?.parts ?? []).map(partJson),
    error: checked.error?.code ?? null,
    ...(readable === null || single ? {} : { credentials: checked.credentials.map(asJson) }),
  };
}
