import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Hex, hexToBytes } from 'viem';

import { specVectors } from '../../../test/spec-vectors.js';
import { TestProgram } from '../../../test/wasm.js';

interface Accepted {
  readonly name: string;
  readonly entry: Hex;
  readonly hash: Hex;
}

interface Vectors {
  readonly chainId: number;
  readonly blockTime: string;
  readonly domainSeparator: Hex;
  readonly sender: Hex;
  readonly packed: readonly (Accepted & {
    readonly transaction: { readonly sequence: string; readonly deadline: string };
  })[];
  readonly ethereum: readonly Accepted[];
  readonly refused: readonly { readonly name: string; readonly entry: Hex; readonly code: number }[];
}

const vectors = specVectors<Vectors>('transactions.json');
const program = new TestProgram('auth');
const ENTRY = 0x18000;
/** Tag and length before the raw bytes of an Ethereum transaction. */
const ETHEREUM_HEAD = 3;

const read = (entry: Hex): number => {
  const bytes = hexToBytes(entry);
  program.write(ENTRY, bytes);
  if (bytes[0]! >= 0x80) return program.number('packed', ENTRY, bytes.length);
  return program.number('envelope', ENTRY + ETHEREUM_HEAD, bytes.length - ETHEREUM_HEAD);
};

const expectSigned = (hash: Hex): void => {
  expect(program.hex(program.number('transactionHash'), 32)).toBe(hash);
  expect(program.hex(program.number('sender'), 20)).toBe(vectors.sender);
};

describe('the vectors of the specification', () => {
  beforeAll(() => {
    program.call('configure', BigInt(vectors.chainId), BigInt(vectors.blockTime));
  });

  it('name the domain', () => {
    expect(program.hex(program.number('domain'), 32)).toBe(vectors.domainSeparator);
  });

  it.each(vectors.packed)('packed: $name', ({ entry, hash, transaction }) => {
    expect(read(entry)).toBe(0);
    expectSigned(hash);
    expect(program.call('nonce')).toBe(BigInt(transaction.sequence));
    expect(program.call('deadline')).toBe(BigInt(transaction.deadline));
  });

  it.each(vectors.ethereum)('Ethereum: $name', ({ entry, hash }) => {
    expect(read(entry)).toBe(0);
    expectSigned(hash);
  });

  it.each(vectors.refused.filter(({ code }) => code !== 1202))('refused: $name', ({ entry, code }) => {
    expect(read(entry)).toBe(code);
  });
});
