import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InfraError } from '../errors.js';
import { DataDirectory, type Devnet } from './data-directory.js';

const runs = Number(process.env.FUZZ_RUNS ?? 300);
const path = mkdtempSync(join(tmpdir(), 'devnet-fuzz-'));
const directory = new DataDirectory(path);
afterAll(() => rmSync(path, { recursive: true, force: true }));

const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value) => `0x${Buffer.from(value).toString('hex')}` as const);
const url = fc.integer({ min: 1, max: 65_535 }).map((port) => `http://127.0.0.1:${port}`);
const address = hex(20);
const devnet: fc.Arbitrary<Devnet> = fc.record({
  version: fc.constant(1 as const),
  chainId: fc.integer({ min: 1 }),
  l1ChainId: fc.integer({ min: 1 }),
  l1Url: url,
  rpcUrl: url,
  proverUrl: url,
  programHash: hex(32),
  l1BlockNumber: fc.bigInt({ min: 0n, max: 2n ** 64n }),
  addresses: fc.record({
    inbox: address,
    rollup: address,
    l2OutputOracle: address,
    portal: address,
    l1CrossDomainMessenger: address,
    l1StandardBridge: address,
  }),
  dispute: fc.record({ oneStepProver: address, disputeGame: address }),
  testTokens: fc.record({ dcep: address, merchantToken: address }),
  programRegistered: fc.boolean(),
  marketOpen: fc.boolean(),
});

/** What a file says, or the sentence with which it is refused. */
const read = (text: string | Uint8Array): Devnet | string | undefined => {
  writeFileSync(directory.file('devnet.json'), text);
  try {
    return directory.read();
  } catch (error) {
    expect(error).toBeInstanceOf(InfraError);
    return (error as InfraError).message;
  }
};

describe('the description of a devnet', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(devnet, (value) => {
        directory.write(value);
        expect(directory.read()).toEqual(value);
      }),
      { numRuns: runs },
    );
  });

  it('is refused in a sentence when the file was cut or damaged', () => {
    fc.assert(
      fc.property(devnet, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (value, share) => {
        const text = JSON.stringify(value, (_key, field: unknown) =>
          typeof field === 'bigint' ? String(field) : field,
        );
        expect(read(text)).toEqual(value);
        expect(read(text.slice(0, Math.floor(text.length * share)))).toContain('--reset');
      }),
      { numRuns: runs },
    );
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.uint8Array({ maxLength: 300 })), (content) => {
        expect(read(content)).toContain('--reset');
      }),
      { numRuns: runs },
    );
  });
});
