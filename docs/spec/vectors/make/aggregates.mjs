// Aggregates for bls_verify (docs/spec/machine.md, "Aggregate digest"): preimages, digests and whether they are valid.
import { bls12_381 as bls } from '@noble/curves/bls12-381';
import { concat, hexToBytes, keccak256, numberToHex, slice } from 'viem';
import { named } from './encoding.mjs';

const DST = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';
const { ProjectivePoint: G1 } = bls.G1;
const { ProjectivePoint: G2 } = bls.G2;
const field = (value) => numberToHex(value, { size: 64 });

const signer = (index) => {
  const secret = 1_000_003n + BigInt(index) * 7_919n;
  const message = named(`message ${index}`);
  const hashed = G2.fromAffine(bls.G2.hashToCurve(hexToBytes(message), { DST }).toAffine());
  const { x, y } = G1.BASE.multiply(secret).toAffine();
  return { key: concat([field(x), field(y)]), message, share: hashed.multiply(secret) };
};

const signatureOf = (signers) => {
  const { x, y } = signers.reduce((sum, { share }) => sum.add(share), G2.ZERO).toAffine();
  return concat([field(x.c0), field(x.c1), field(y.c0), field(y.c1)]);
};

const aggregate = (name, valid, signature, members) => ({
  name,
  valid,
  digest: keccak256(concat([signature, ...members.map(({ key, message }) => keccak256(concat([key, message])))])),
  preimage: concat([signature, ...members.flatMap(({ key, message }) => [key, message])]),
});

export const aggregates = () => {
  const signers = [0, 1, 2].map(signer);
  const [first, ...others] = signers;
  const signature = signatureOf(signers);
  const swapped = { ...first, message: named('another message') };
  const infinity = { ...first, key: `0x${'00'.repeat(128)}` };
  const noPoint = { ...first, key: concat([field(1n), field(1n)]) };
  const noSignature = concat([slice(signature, 0, 192), field(4n)]);
  return [
    aggregate('one member', true, signatureOf([first]), [first]),
    aggregate('three members', true, signature, signers),
    aggregate('a member is missing', false, signature, others),
    aggregate('a message differs', false, signature, [swapped, ...others]),
    aggregate('a key is infinity', false, signature, [infinity, ...others]),
    aggregate('a key is no point', false, signature, [noPoint, ...others]),
    aggregate('the signature is no point', false, noSignature, signers),
    aggregate('no member', false, signature, []),
  ];
};
