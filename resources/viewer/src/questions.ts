// The questions about one credential that need no list: authority, validity, issuer, holder.

import { iso } from "./dates";
import { datesReadable, identifier } from "./fields";
import type { PublicKey } from "./crypto";
import { type Answer, failed, keyAuthority, keyReason, PASSED, unknown } from "./find";
import { sameKey } from "./keys";
import type { Credential, Outcome, Resolver } from "./model";
import { checkBinding, type CheckedProof, signatureAnswer, SKEW, type World } from "./proofs";
import { holderKey, isOfItself } from "./sdjwt";
import { isDerived } from "./selective";
import { isObject, list } from "./strictjson";
import { tokenDatesReadable } from "./token";

/** Is a proof by a key that may speak for `speaker`, whether or not it holds? */
function authorityOf({ proof, finding }: CheckedProof, speaker: string, purpose: string, resolver: Resolver): Answer {
  if (proof.purpose !== purpose) return failed("wrong_purpose");
  return finding.owner ? keyAuthority(finding, speaker, purpose, resolver, proof.created) : unknown("not_checked");
}

/**
 * Is one of the proofs by a key that may speak for `speaker`? Only proofs that hold can speak. Where
 * none of those is by the right key, one that could not be checked may be. Where none holds, the
 * first is asked all the same, because a key of somebody else is no less wrong; but that it is the
 * right one says nothing then.
 */
export function authority(checked: CheckedProof[], speaker: string, purpose: string, resolver: Resolver): Answer {
  if (checked.length === 0) return unknown("not_checked");
  const holding = checked.filter((c) => c.answer.outcome === "passed");
  const first = holding.length > 0 ? holding : checked.slice(0, 1);
  const answers: Answer[] = [];
  for (const one of [...first, ...checked.filter((c) => c.answer.outcome === "unknown" && !first.includes(c))]) {
    const answer = authorityOf(one, speaker, purpose, resolver);
    if (answer === PASSED) return holding.includes(one) ? PASSED : unknown("not_checked");
    answers.push(answer);
  }
  return answers.find((a) => a.outcome === "unknown") ?? answers[0];
}

/** What a credential's proofs stand for: what came of them, and whether the sender could have left out dates and status (`own`), or anything. */
export interface Coverage {
  signature: Outcome;
  lacksOwn: boolean;
  lacksAny: boolean;
}

/** Complete is what a proof covers in full that holds and is by the issuer's own key: anybody may add others. */
export function coverageOf({ issuer, format, token }: Credential, checked: CheckedProof[], resolver: Resolver): Coverage {
  const hidden = token?.sd?.hidden ?? [];
  const whole = (one: CheckedProof) =>
    !isDerived(one.proof) && one.answer.outcome === "passed" && authorityOf(one, issuer, "assertionMethod", resolver).outcome === "passed";
  const lacks = checked.some((one) => isDerived(one.proof)) && !checked.some(whole);
  return {
    signature: signatureAnswer(checked).outcome,
    lacksOwn: lacks || hidden.some((path) => isOfItself(path, format)),
    lacksAny: lacks || hidden.length > 0,
  };
}

/** `lacking`: a date may have been left out, also beside one that is shown. */
export function validity(credential: Credential, now: Date, lacking: boolean): Answer {
  const { validFrom, validUntil } = credential;
  if (validFrom !== null && validFrom.getTime() > now.getTime() + SKEW) return failed("not_yet", { date: iso(validFrom) });
  if (validUntil !== null && validUntil.getTime() < now.getTime() - SKEW) return failed("ended", { date: iso(validUntil) });
  if (!datesReadable(credential.claims) || !tokenDatesReadable(credential.token)) return unknown("dates_malformed");
  return lacking ? unknown("parts_left_out") : PASSED;
}

export const subjects = (credential: Credential): Set<string> =>
  new Set(list(credential.claims.credentialSubject).map(identifier).filter((id) => id !== null));

/** Is the issuer listed? A name that nobody signed for is not looked up. */
export function issuer(credential: Credential, world: World, outcomes: Outcome[]): Answer {
  if (outcomes.some((outcome) => outcome !== "passed")) return unknown("not_checked");
  const known = world.trusted.get(credential.issuer);
  const facts: Answer["facts"] = known === undefined ? {} : { name: known.name, list: known.list };
  if (known === undefined || known.test)
    return subjects(credential).has(credential.issuer) ? unknown("issuer_self") : unknown(known ? "issuer_test_list" : "issuer_not_listed", facts);
  return known.sample ? unknown("issuer_sample", facts) : { outcome: "passed", reason: null, facts };
}

/**
 * Is the sender the subject, or has it the key the credential is bound to (RFC 7800)? `proven` is the
 * sender's identifier where a signature proves it; `shown` are the keys that made such signatures.
 */
export async function holder(credential: Credential, proven: string | null, shown: PublicKey[]): Promise<Answer> {
  const { token } = credential;
  if (token?.sd?.binding && (await checkBinding(credential.proofs[0], token, "")).answer.outcome === "failed") return failed("key_binding_broken");
  if (proven === null) return unknown("holder_not_proven");
  const named = subjects(credential);
  if (named.has(proven)) return PASSED;
  if (token !== null) {
    try {
      const key = holderKey(token.payload);
      if (key !== null) return shown.some((one) => sameKey(one, key)) ? PASSED : unknown("holder_key_not_shown");
    } catch (error) {
      return unknown(keyReason(error));
    }
  }
  const nodes = list(credential.claims.credentialSubject);
  // A subject with a key of its own is somebody else, whatever e-mail address is named besides; so is
  // one that cannot be read.
  const readable = nodes.every((node) => typeof (isObject(node) ? (node.id === undefined ? "" : node.id) : node) === "string");
  if (!readable || [...named].some((name) => name.startsWith("did:"))) return failed("holder_not_subject");
  const hashed = nodes.some(
    (node) => isObject(node) && list(node.identifier).some((entry) => isObject(entry) && typeof entry.identityHash === "string" && entry.hashed !== false),
  );
  return unknown(hashed ? "subject_hashed" : "subject_not_named");
}
