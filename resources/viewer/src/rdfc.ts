// RDF Dataset Canonicalization, RDFC-1.0 (section 4): from quads to canonical N-Quads. Work on
// graphs whose blank nodes look alike grows without limit, so it has a budget.

import { hex } from "./bytes";
import { tooComplex } from "./iri";
import type { Quad } from "./rdf";

const MAX_RUNS = 20_000;
const MAX_PERMUTATIONS = 10_000;
export const DEFAULT_WORK_FACTOR = 1;

export type Digest = (text: string) => Uint8Array;

/** Compare by code point; plain comparison is by UTF-16 unit, which differs beyond U+FFFF. */
export function byCodePoint(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const rank = (unit: number) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

const isBlank = (part: string) => part.startsWith("_:");
export const write = ([s, p, o, g]: Quad) => `${s} ${p} ${o}${g ? ` ${g}` : ""} .\n`;
const unescape = (value: string) => value.replace(/\\u([0-9A-Fa-f]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** Canonical N-Quads, sorted by code point (section 4.4). */
export function canonicalNQuads(quads: Iterable<Quad>, digest: Digest, workFactor = DEFAULT_WORK_FACTOR): string {
  const seen = new Map<string, Quad>();
  for (const quad of quads) seen.set(write(quad), quad);
  const statements = [...seen.values()];
  const labels = new Canonicalizer(statements, digest, workFactor).run();
  const name = (part: string) => labels.get(part) ?? part;
  return statements.map(([s, p, o, g]) => write([name(s), p, name(o), name(g)])).sort(byCodePoint).join("");
}

/** The canonical label of each blank node. */
export const labels = (quads: Quad[], digest: Digest): Map<string, string> => new Canonicalizer(quads, digest, DEFAULT_WORK_FACTOR).run();

class Issuer {
  constructor(
    private readonly prefix: string,
    readonly issued = new Map<string, string>(),
  ) {}

  copy(): Issuer {
    return new Issuer(this.prefix, new Map(this.issued));
  }

  issue(node: string): string {
    let identifier = this.issued.get(node);
    if (identifier === undefined) this.issued.set(node, (identifier = `_:${this.prefix}${this.issued.size}`));
    return identifier;
  }
}

class Canonicalizer {
  private readonly quads = new Map<string, Quad[]>();
  private readonly first = new Map<string, string>();
  private readonly issuer = new Issuer("c14n");
  private runs = 0;
  private permutations = MAX_PERMUTATIONS;

  constructor(
    quads: Quad[],
    private readonly digest: Digest,
    private readonly workFactor: number,
  ) {
    for (const quad of quads) {
      for (const node of new Set([quad[0], quad[2], quad[3]])) {
        if (!isBlank(node)) continue;
        const about = this.quads.get(node);
        if (about === undefined) this.quads.set(node, [quad]);
        else about.push(quad);
      }
    }
  }

  run(): Map<string, string> {
    const byHash = new Map<string, string[]>();
    for (const node of this.quads.keys()) {
      const digest = this.hashFirstDegree(node);
      this.first.set(node, digest);
      const same = byHash.get(digest);
      if (same === undefined) byHash.set(digest, [node]);
      else same.push(node);
    }
    const alike: string[][] = [];
    for (const digest of [...byHash.keys()].sort()) {
      const nodes = byHash.get(digest)!;
      if (nodes.length === 1) this.issuer.issue(nodes[0]);
      else alike.push(nodes);
    }
    const count = alike.reduce((n, nodes) => n + nodes.length, 0);
    this.runs = Math.min(MAX_RUNS, count ** this.workFactor);
    for (const nodes of alike) this.labelAlike(nodes);
    return this.issuer.issued;
  }

  private labelAlike(nodes: string[]): void {
    const paths: [string, Issuer][] = [];
    for (const node of nodes) {
      if (this.issuer.issued.has(node)) continue;
      const issuer = new Issuer("b");
      issuer.issue(node);
      paths.push(this.hashNDegree(node, issuer));
    }
    paths.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    for (const [, issuer] of paths) for (const node of issuer.issued.keys()) this.issuer.issue(node);
  }

  private hash(data: string): string {
    return hex(this.digest(data));
  }

  private hashFirstDegree(node: string): string {
    const nameless = (part: string) => (isBlank(part) ? (part === node ? "_:a" : "_:z") : part);
    const lines = this.quads.get(node)!.map(([s, p, o, g]) => write([nameless(s), p, nameless(o), nameless(g)]));
    return this.hash(lines.sort(byCodePoint).join(""));
  }

  private hashRelated(related: string, quad: Quad, issuer: Issuer, position: string): string {
    // The value of the predicate, not its escaped form.
    const predicate = position === "g" ? "" : unescape(quad[1]);
    const identifier = this.issuer.issued.get(related) ?? issuer.issued.get(related) ?? this.first.get(related)!;
    return this.hash(position + predicate + identifier);
  }

  private related(node: string, issuer: Issuer): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const quad of this.quads.get(node)!) {
      for (const [related, position] of [[quad[0], "s"], [quad[2], "o"], [quad[3], "g"]]) {
        if (!isBlank(related) || related === node) continue;
        const digest = this.hashRelated(related, quad, issuer, position);
        const group = groups.get(digest);
        if (group === undefined) groups.set(digest, [related]);
        else group.push(related);
      }
    }
    return groups;
  }

  private hashNDegree(node: string, issuer: Issuer): [string, Issuer] {
    if (this.runs === 0) throw tooComplex("blank nodes", MAX_RUNS);
    this.runs--;
    let data = "";
    const groups = this.related(node, issuer);
    for (const digest of [...groups.keys()].sort()) {
      const [path, chosen] = this.choosePath(groups.get(digest)!, issuer);
      issuer = chosen;
      data += digest + path;
    }
    return [this.hash(data), issuer];
  }

  private choosePath(related: string[], issuer: Issuer): [string, Issuer] {
    let chosen = "";
    let chosenIssuer = issuer;
    for (const order of permutations(related)) {
      if (related.length > 1 && this.permutations-- === 0) throw tooComplex("blank nodes", MAX_PERMUTATIONS);
      const found = this.path(order, issuer.copy(), chosen);
      if (found !== null && (chosen === "" || found[0] < chosen)) [chosen, chosenIssuer] = found;
    }
    return [chosen, chosenIssuer];
  }

  /** The path of one order, or null as soon as it is beyond the chosen one. */
  private path(order: string[], issuer: Issuer, chosen: string): [string, Issuer] | null {
    let path = "";
    const pending: string[] = [];
    for (const related of order) {
      const canonical = this.issuer.issued.get(related);
      if (canonical === undefined && !issuer.issued.has(related)) pending.push(related);
      path += canonical ?? issuer.issue(related);
      if (chosen !== "" && path > chosen) return null;
    }
    for (const related of pending) {
      const [digest, found] = this.hashNDegree(related, issuer);
      path += `${issuer.issue(related)}<${digest}>`;
      issuer = found;
      if (chosen !== "" && path > chosen) return null;
    }
    return [path, issuer];
  }
}

/** The orders of distinct items by swaps of neighbours (Steinhaus-Johnson-Trotter), sorted first. */
function* permutations(items: string[]): Generator<string[]> {
  const current = [...items].sort(byCodePoint);
  const leftward = new Map(current.map((item) => [item, true]));
  for (;;) {
    yield [...current];
    let mobile = -1;
    current.forEach((item, position) => {
      const neighbour = leftward.get(item) ? position - 1 : position + 1;
      if (neighbour < 0 || neighbour >= current.length || byCodePoint(item, current[neighbour]) <= 0) return;
      if (mobile < 0 || byCodePoint(item, current[mobile]) > 0) mobile = position;
    });
    if (mobile < 0) return;
    const largest = current[mobile];
    const other = leftward.get(largest) ? mobile - 1 : mobile + 1;
    [current[mobile], current[other]] = [current[other], largest];
    for (const item of current) if (byCodePoint(item, largest) > 0) leftward.set(item, !leftward.get(item));
  }
}
