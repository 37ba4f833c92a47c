import { bls12_381 as bls } from '@noble/curves/bls12-381';
import { joinBytes, keccak, word } from '../merkle/hash.js';

const DST = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';
const { ProjectivePoint: G1 } = bls.G1;

/** A field element in the 64 bytes of EIP-2537. */
export const field = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(128, '0'), 'hex');

/** One signer of an aggregate. */
export interface Member {
  readonly key: Uint8Array;
  readonly message: Uint8Array;
}

/** A signature for what each of its members signed. */
export interface Aggregate {
  readonly signature: Uint8Array;
  readonly members: readonly Member[];
}

/** Members with different keys and messages, and the sum of their signatures. */
export function aggregate(count: number): Aggregate {
  let sum = bls.G2.ProjectivePoint.ZERO;
  const members = Array.from({ length: count }, (_, index) => {
    const secret = 1_000_003n + BigInt(index) * 7_919n;
    const message = keccak(word(index));
    const hashed = bls.G2.ProjectivePoint.fromAffine(bls.G2.hashToCurve(message, { DST }).toAffine());
    sum = sum.add(hashed.multiply(secret));
    const { x, y } = G1.BASE.multiply(secret).toAffine();
    return { key: joinBytes([field(x), field(y)]), message };
  });
  const { x, y } = sum.toAffine();
  return { signature: joinBytes([field(x.c0), field(x.c1), field(y.c0), field(y.c1)]), members };
}

/** What the digest commits, as L1 reads it. */
export const preimageOf = (signature: Uint8Array, members: readonly Member[]): Uint8Array =>
  joinBytes([signature, ...members.flatMap(({ key, message }) => [key, message])]);

export const digestOf = (signature: Uint8Array, members: readonly Member[]): Uint8Array =>
  keccak(signature, ...members.map(({ key, message }) => keccak(key, message)));
