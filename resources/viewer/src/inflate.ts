// Raw DEFLATE (RFC 1951) with a preset dictionary and a hard bound on what comes out.
// The browser's DecompressionStream knows no preset dictionary, hence this.

import type { Bytes } from "./bytes";
import { malformed } from "./errors";

const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83,
  99, 115, 131, 163, 195, 227, 258];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5,
  5, 5, 0];
const DISTANCE_BASE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769,
  1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const MAX_BITS = 15;
const FIRST_BYTES = 32 * 1024;

interface Huffman {
  count: Uint16Array;
  symbol: Uint16Array;
}

/** Build canonical decoding tables; over-subscribed and incomplete codes are refused. */
function huffman(lengths: number[]): Huffman {
  const count = new Uint16Array(MAX_BITS + 1);
  for (const n of lengths) count[n]++;
  const used = lengths.length - count[0];
  let left = 1;
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    left = (left << 1) - count[bits];
    if (left < 0) throw malformed("link_malformed");
  }
  // RFC 1951 section 3.2.7: a single distance code of one bit is the one incomplete code allowed.
  if (left > 0 && !(used === 0 || (used === 1 && count[1] === 1))) throw malformed("link_malformed");
  const offset = new Uint16Array(MAX_BITS + 2);
  for (let bits = 1; bits <= MAX_BITS; bits++) offset[bits + 1] = offset[bits] + count[bits];
  const symbol = new Uint16Array(used);
  lengths.forEach((n, i) => {
    if (n !== 0) symbol[offset[n]++] = i;
  });
  count[0] = 0;
  return { count, symbol };
}

const fixedLengths = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));

class Inflater {
  private at = 0;
  private bitBuffer = 0;
  private bitCount = 0;
  private length: number;
  private out: Bytes;
  private readonly limit: number;

  constructor(
    private readonly input: Uint8Array,
    private readonly dictionary: Uint8Array,
    maxBytes: number,
  ) {
    this.limit = dictionary.length + maxBytes;
    this.out = new Uint8Array(Math.min(this.limit, dictionary.length + FIRST_BYTES));
    this.out.set(dictionary);
    this.length = dictionary.length;
  }

  run(): Bytes {
    for (let last = false; !last; ) {
      last = this.bits(1) === 1;
      const kind = this.bits(2);
      if (kind === 0) this.stored();
      else if (kind === 1) this.block(huffman(fixedLengths), huffman(new Array(30).fill(5).concat(5, 5)));
      else if (kind === 2) this.block(...this.tables());
      else throw malformed("link_malformed");
    }
    if (this.at !== this.input.length) throw malformed("link_malformed");
    return this.out.slice(this.dictionary.length, this.length);
  }

  private bits(need: number): number {
    while (this.bitCount < need) {
      if (this.at >= this.input.length) throw malformed("link_malformed");
      this.bitBuffer |= this.input[this.at++] << this.bitCount;
      this.bitCount += 8;
    }
    const value = this.bitBuffer & ((1 << need) - 1);
    this.bitBuffer >>>= need;
    this.bitCount -= need;
    return value;
  }

  private decode(table: Huffman): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let bits = 1; bits <= MAX_BITS; bits++) {
      code |= this.bits(1);
      const count = table.count[bits];
      if (code - count < first) return table.symbol[index + (code - first)];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw malformed("link_malformed");
  }

  private put(byte: number): void {
    if (this.length >= this.out.length) this.grow();
    this.out[this.length++] = byte;
  }

  private grow(): void {
    if (this.length >= this.limit) throw malformed("too_large");
    const larger = new Uint8Array(Math.min(this.limit, this.out.length * 2));
    larger.set(this.out);
    this.out = larger;
  }

  private stored(): void {
    this.bitBuffer = 0;
    this.bitCount = 0;
    const head = this.input.subarray(this.at, this.at + 4);
    const size = head[0] | (head[1] << 8);
    if (head.length < 4 || (size ^ 0xffff) !== (head[2] | (head[3] << 8))) throw malformed("link_malformed");
    this.at += 4;
    if (this.at + size > this.input.length) throw malformed("link_malformed");
    for (let i = 0; i < size; i++) this.put(this.input[this.at++]);
  }

  private tables(): [Huffman, Huffman] {
    const literals = this.bits(5) + 257;
    const distances = this.bits(5) + 1;
    const codes = this.bits(4) + 4;
    if (literals > 286 || distances > 30) throw malformed("link_malformed");
    const codeLengths = new Array<number>(19).fill(0);
    for (let i = 0; i < codes; i++) codeLengths[CODE_ORDER[i]] = this.bits(3);
    const table = huffman(codeLengths);
    const lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const symbol = this.decode(table);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) {
        if (lengths.length === 0) throw malformed("link_malformed");
        this.repeat(lengths, lengths[lengths.length - 1], 3 + this.bits(2));
      } else this.repeat(lengths, 0, symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7));
    }
    if (lengths.length !== literals + distances || lengths[256] === 0) throw malformed("link_malformed");
    return [huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals))];
  }

  private repeat(lengths: number[], value: number, times: number): void {
    for (let i = 0; i < times; i++) lengths.push(value);
  }

  private block(literal: Huffman, distance: Huffman): void {
    for (;;) {
      const symbol = this.decode(literal);
      if (symbol < 256) {
        this.put(symbol);
        continue;
      }
      if (symbol === 256) return;
      const code = symbol - 257;
      if (code >= LENGTH_BASE.length) throw malformed("link_malformed");
      const size = LENGTH_BASE[code] + this.bits(LENGTH_EXTRA[code]);
      const far = this.decode(distance);
      if (far >= DISTANCE_BASE.length) throw malformed("link_malformed");
      const back = DISTANCE_BASE[far] + this.bits(far < 2 ? 0 : (far >> 1) - 1);
      if (back > this.length) throw malformed("link_malformed");
      for (let i = 0; i < size; i++) this.put(this.out[this.length - back]);
    }
  }
}

/** Inflate `input`; refuse more than `maxBytes` out, a wrong stream or bytes after its end. */
export function inflateRaw(input: Uint8Array, dictionary: Uint8Array, maxBytes: number): Bytes {
  return new Inflater(input, dictionary, maxBytes).run();
}
