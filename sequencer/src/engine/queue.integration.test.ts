import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodePacked, type PackedTransaction, packedTypedData, tokenAddress } from '@metachain/program';
import { parseEther, parseGwei } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { StampingPreparer } from '../signatures/preparer.js';
import { engineOptions, genesisOf, NOW, signedTransfer } from '../testing/engine-setup.js';
import { EngineHost } from './engine-host.js';
import { loadGenesis } from './genesis.js';
import { fromStamped } from './prepared.js';
import { programFactory } from './program-machine.js';
import { programRules } from './program-rules.js';

const rich = privateKeyToAccount(`0x${'0c'.repeat(32)}`);
const poor = privateKeyToAccount(`0x${'0d'.repeat(32)}`);
/** What the genesis of these tests gives. */
const BALANCE = parseEther('10');
const GAS = 5_000_000n;
const CHARGE = GAS * parseGwei('5');

const options = engineOptions('queue', genesisOf(88_004, rich, rich, 100));

let host: EngineHost;
beforeAll(async () => {
  ({ host } = await EngineHost.start(options, programFactory(options), programRules, () => undefined));
});
afterAll(() => host.stop());

const packed = async (signer: PrivateKeyAccount, feeToken: PackedTransaction['feeToken']) => {
  const transaction: PackedTransaction = {
    lane: 0,
    sequence: 3n,
    deadline: ((NOW + 600n) / 64n) * 64n,
    feeToken,
    maxFee: 10n ** 15n,
    operations: [{ type: 'Transfer', token: tokenAddress(0), to: rich.address, amount: 1n }],
  };
  const signature = await signer.signTypedData(packedTypedData(transaction, options.chainId) as never);
  const wire = encodePacked(transaction, signature);
  return fromStamped(wire, new StampingPreparer(loadGenesis(options.genesis)).prepare(wire, NOW));
};

const REFUSED = { message: 'insufficient funds for gas * price + value' };

describe('a transaction whose nonce is ahead', () => {
  it('waits only where its sender has what it may cost', async () => {
    const most = { gas: GAS, value: BALANCE - CHARGE };
    expect(
      await host.submit([
        await signedTransfer(options, poor, 1),
        await signedTransfer(options, rich, 1, { ...most, value: most.value + 1n }),
        await signedTransfer(options, rich, 1, most),
      ]),
    ).toMatchObject([REFUSED, REFUSED, { status: 'queued' }]);
  });

  it('waits packed only where its sender has some of the token it pays with', async () => {
    expect(
      await host.submit([await packed(poor, 'ETH'), await packed(rich, 'MB'), await packed(rich, 'ETH')]),
    ).toMatchObject([REFUSED, REFUSED, { status: 'queued' }]);
    expect(host.status().queued).toBe(2);
  });
});
