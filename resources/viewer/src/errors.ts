// What can go wrong, as codes and facts; the same codes as the desktop's `wallet.errors.Code`.
// No prose lives here: `words.ts` turns a code into a sentence.

export type Facts = Record<string, string | number>;

export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly facts: Facts = {},
    /** True when the input is well formed but of a kind this page does not read. */
    readonly unsupported = false,
  ) {
    super(code);
  }
}

export const malformed = (code: string, facts: Facts = {}) => new Refusal(code, facts);
export const unsupported = (code: string, facts: Facts = {}) => new Refusal(code, facts, true);
