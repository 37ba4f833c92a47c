import { beforeAll, describe, expect, it } from '@jest/globals';
import { Transaction, Wallet } from 'ethers';
import { concat, type Hex, keccak256, numberToHex, toRlp } from 'viem';

import { readTransaction } from '../../../test/envelope.js';
import { TestProgram } from '../../../test/wasm.js';

const CHAIN_ID = 7_770;
const program = new TestProgram('auth');
const wallet = new Wallet(`0x${'22'.repeat(32)}`);
const to = `0x${'33'.repeat(20)}`;

beforeAll(() => {
  program.call('configure', BigInt(CHAIN_ID), 0n);
});

const sign = (fields: Parameters<typeof Transaction.from>[0]): { raw: Hex; hash: Hex } => {
  const transaction = Transaction.from({ to, chainId: CHAIN_ID, gasLimit: 1_000_000, nonce: 7, ...(fields as object) });
  transaction.signature = wallet.signingKey.sign(transaction.unsignedHash);
  return { raw: transaction.serialized as Hex, hash: transaction.hash as Hex };
};

const accessList = [{ address: to, storageKeys: [`0x${'44'.repeat(32)}`, `0x${'00'.repeat(32)}`] }];

describe('envelopes signed with ethers', () => {
  it.each([
    ['legacy', { type: 0, gasPrice: 10n ** 9n, value: 1n }],
    ['legacy with data', { type: 0, gasPrice: 10n ** 9n, data: `0x${'ab'.repeat(300)}` }],
    ['EIP-2930', { type: 1, gasPrice: 10n ** 9n, accessList }],
    ['EIP-1559', { type: 2, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n, value: 2n ** 255n }],
    ['EIP-1559 with an access list', { type: 2, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n, accessList }],
    [
      'one long as the limit',
      { type: 2, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n, data: `0x${'00'.repeat(16_200)}` },
    ],
  ])('%s: sender and hash', (_name, fields) => {
    const { raw, hash } = sign(fields as never);
    expect(readTransaction(program, raw)).toEqual({ code: 0, sender: wallet.address.toLowerCase(), hash });
  });

  it.each([
    ['another chain', { type: 2, chainId: CHAIN_ID + 1, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }, 2104],
    ['another chain (legacy)', { type: 0, chainId: 1, gasPrice: 1n }, 2104],
    ['contract creation', { type: 2, to: null, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n, data: '0x00' }, 2105],
    ['gas times price above 2^256', { type: 0, gasPrice: 1n << 240n, gasLimit: 1n << 60n }, 2107],
    ['gas below the intrinsic', { type: 0, gasPrice: 1n, gasLimit: 20_999 }, 2109],
  ])('%s', (_name, fields, code) => {
    expect(readTransaction(program, sign(fields as never).raw).code).toBe(code);
  });

  it('refuses the nonce 2^64 - 1', () => {
    const fields = [numberToHex(2n ** 64n - 1n), '0x01', '0x0f4240', to as Hex, '0x', '0x'] as Hex[];
    const v = numberToHex(CHAIN_ID * 2 + 35);
    const raw = toRlp([...fields, v, `0x${'11'.repeat(32)}`, `0x${'11'.repeat(32)}`]);
    expect(readTransaction(program, raw).code).toBe(2108);
  });

  it('refuses a tip above the maximum', () => {
    const fields = [numberToHex(CHAIN_ID), '0x', '0x02', '0x01', '0x0f4240', to as Hex, '0x', '0x', []];
    const raw = concat(['0x02', toRlp([...fields, '0x', `0x${'11'.repeat(32)}`, `0x${'11'.repeat(32)}`] as Hex[])]);
    expect(readTransaction(program, raw).code).toBe(2106);
  });

  it('refuses types it does not know', () => {
    const { raw } = sign({ type: 2, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n });
    for (const type of ['0x00', '0x03', '0x04', '0x7e', '0x7f'] as const) {
      expect(readTransaction(program, concat([type, `0x${raw.slice(4)}`])).code).toBe(2102);
    }
  });

  it('refuses every truncation and every appended byte', () => {
    const { raw } = sign({ type: 1, gasPrice: 1n, accessList });
    for (let end = 4; end < raw.length; end += 2)
      expect(readTransaction(program, raw.slice(0, end) as Hex).code).not.toBe(0);
    expect(readTransaction(program, `${raw}00`).code).toBe(2101);
  });

  it('never keeps sender and hash when a bit changes', () => {
    const { raw, hash } = sign({ type: 2, maxFeePerGas: 5n, maxPriorityFeePerGas: 1n, accessList });
    for (let at = 2; at < raw.length; at++) {
      const digit = (Number.parseInt(raw[at]!, 16) ^ (1 << (at % 4))).toString(16);
      const changed = `${raw.slice(0, at)}${digit}${raw.slice(at + 1)}` as Hex;
      const result = readTransaction(program, changed);
      if (result.code !== 0) continue;
      expect(result.hash).toBe(keccak256(changed));
      expect(result.hash).not.toBe(hash);
      expect(result.sender).not.toBe(wallet.address.toLowerCase());
    }
  });

  it('refuses a high s although the curve would take it', () => {
    const transaction = Transaction.from(sign({ type: 2, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }).raw);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const { r, s, yParity } = transaction.signature!;
    const high = numberToHex(order - BigInt(s), { size: 32 });
    const raw = transaction.serialized.replace(s.slice(2), high.slice(2)) as Hex;
    const flipped = raw.replace(
      yParity === 0 ? `80a0${r.slice(2)}` : `01a0${r.slice(2)}`,
      yParity === 0 ? `01a0${r.slice(2)}` : `80a0${r.slice(2)}`,
    );
    expect(readTransaction(program, flipped as Hex).code).toBe(2005);
  });
});
