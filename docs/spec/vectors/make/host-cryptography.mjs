// Cases of keccak, ecrecover and bls_verify.
import { secp256k1 } from '@noble/curves/secp256k1';
import { concat, hexToBigInt, numberToHex } from 'viem';
import { named, word, ZERO } from './encoding.mjs';
import { MEMORY } from './host-model.mjs';

const ORDER = secp256k1.CURVE.n;
/** Field prime, above the order. */
const PRIME = secp256k1.CURVE.Fp.ORDER;
const OUT = 256;

const hashing = (name, pointer, length, out = OUT) => ({
  name: `keccak: ${name}`,
  calls: [{ operation: 'keccak', pointer, length, out }],
});

const keccakCases = () => [
  ...[0, 1, 31, 32, 33, 64, 135, 136, 137, 200, 271, 272, 273, 4_096, 16_383, 16_384].map((length) =>
    hashing(`${length} bytes`, 32_768, length),
  ),
  hashing('out in the input', 0, 300),
  hashing('no byte at the end of the memory', MEMORY, 0),
  hashing('up to the last byte', MEMORY - 32, 32, MEMORY - 32),
  hashing('16,385 bytes', 0, 16_385),
  hashing('length of 32 bits', 0, 2 ** 32 - 1),
  hashing('unaligned', 8, 32),
  hashing('unaligned, no byte', 8, 0),
  hashing('beyond the memory', MEMORY - 32, 33),
  hashing('no byte behind the memory', MEMORY + 32, 0),
  hashing('pointer at the end of 32 bits', 2 ** 32 - 32, 64),
  hashing('out unaligned', 0, 32, OUT + 4),
  hashing('out behind the memory', 0, 32, MEMORY),
];

const SECRET = named('a key');
const DIGEST = named('digest');

/** `v || r || s` of the digest, with s in its lower half. */
const signed = (digest, secret = SECRET) => {
  const { r, s, recovery } = secp256k1.sign(digest.slice(2), secret.slice(2), { lowS: true });
  return { v: BigInt(27 + recovery), r, s };
};

/** A digest whose signature has this parity. */
const digestWith = (v) => {
  for (let i = 0; ; i += 1) if (signed(named(`digest ${i}`)).v === v) return named(`digest ${i}`);
};

/** The smallest r that is no coordinate of a point. */
const strayR = () => {
  for (let r = 1n; ; r += 1n) {
    try {
      secp256k1.ProjectivePoint.fromHex(`02${numberToHex(r, { size: 32 }).slice(2)}`);
    } catch {
      return r;
    }
  }
};

/** A signature whose key would be the point at infinity: `s * R = digest * G`, R = 2 G. */
const ofInfinity = (digest) => {
  const { x, y } = secp256k1.ProjectivePoint.BASE.double().toAffine();
  const half = (ORDER + 1n) / 2n;
  return { v: 27n + (y & 1n), r: x, s: (hexToBigInt(digest) * half) % ORDER };
};

const recovering = (name, digest, { v, r, s }, pointer = 512, out = OUT) => ({
  name: `ecrecover: ${name}`,
  memory: [{ at: pointer, bytes: concat([digest, word(v), word(r), word(s)]) }],
  calls: [{ operation: 'ecrecover', pointer, out }],
});

const recoverCases = () => {
  const good = signed(DIGEST);
  const flipped = { v: 55n - good.v, r: good.r, s: ORDER - good.s };
  const largest = `0x${'ff'.repeat(32)}`;
  return [
    recovering('v = 27', digestWith(27n), signed(digestWith(27n))),
    recovering('v = 28', digestWith(28n), signed(digestWith(28n))),
    recovering('s in its upper half', DIGEST, flipped),
    recovering('the other v gives another address', DIGEST, { ...good, v: 55n - good.v }),
    recovering('digest zero', ZERO, good),
    recovering('digest above the order', largest, good),
    recovering('r = 1, s = 1', DIGEST, { v: 27n, r: 1n, s: 1n }),
    recovering('s one below the order', DIGEST, { ...good, s: ORDER - 1n }),
    ...[0n, 1n, 26n, 29n, 27n + 256n, 27n + 2n ** 248n].map((v) =>
      recovering(`v = ${numberToHex(v)}`, DIGEST, { ...good, v }),
    ),
    recovering('r zero', DIGEST, { ...good, r: 0n }),
    recovering('s zero', DIGEST, { ...good, s: 0n }),
    recovering('r the order', DIGEST, { ...good, r: ORDER }),
    recovering('s the order', DIGEST, { ...good, s: ORDER }),
    recovering('r between order and prime', DIGEST, { ...good, r: PRIME - 1n }),
    recovering('r and s as large as can be', DIGEST, { v: 28n, r: 2n ** 256n - 1n, s: 2n ** 256n - 1n }),
    recovering('r of no point', DIGEST, { ...good, r: strayR() }),
    recovering('the point at infinity', DIGEST, ofInfinity(DIGEST)),
    recovering('out in the input', DIGEST, good, 512, 544),
    recovering('up to the last byte', DIGEST, good, MEMORY - 128, MEMORY - 32),
    ...recoverBounds(),
  ];
};

const recoverBounds = () =>
  [
    ['beyond the memory', MEMORY - 96, OUT],
    ['unaligned', 520, OUT],
    ['pointer at the end of 32 bits', 2 ** 32 - 32, OUT],
    ['out unaligned', 512, OUT + 1],
    ['out behind the memory', 512, MEMORY],
  ].map(([name, pointer, out]) => ({
    name: `ecrecover: ${name}`,
    calls: [{ operation: 'ecrecover', pointer, out }],
  }));

const verifying = (name, digest, pointer = 512, out = OUT) => ({
  name: `bls_verify: ${name}`,
  memory: pointer + 32 <= MEMORY ? [{ at: pointer, bytes: digest }] : [],
  calls: [{ operation: 'bls_verify', pointer, out }],
});

const blsCases = (aggregates) => {
  const [{ digest }] = aggregates;
  return [
    ...aggregates.map((each) => verifying(each.name, each.digest)),
    verifying('out is the digest', digest, 512, 512),
    verifying('in the last word', digest, MEMORY - 32, MEMORY - 32),
    verifying('unaligned', digest, 513),
    verifying('behind the memory', digest, MEMORY),
    verifying('out unaligned', digest, 512, OUT + 16),
    verifying('out behind the memory', digest, 512, MEMORY),
  ];
};

export const cryptographyCases = (aggregates) => [...keccakCases(), ...recoverCases(), ...blsCases(aggregates)];
