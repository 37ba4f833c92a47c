import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frameEthereum, type GenesisInput } from '@metachain/program';
import { hexToBytes, parseEther, parseGwei, type PrivateKeyAccount } from 'viem';
import type { EngineOptions } from '../engine/engine.types.js';
import { loadGenesis } from '../engine/genesis.js';
import { fromStamped, type PreparedTransaction } from '../engine/prepared.js';
import { StampingPreparer } from '../signatures/preparer.js';

/** Seconds at the start of the test. */
export const NOW = BigInt(Math.floor(Date.now() / 1_000));

/** A genesis in which one user holds ten ether, `age` seconds old. */
export const genesisOf = (
  chainId: number,
  producer: PrivateKeyAccount,
  user: PrivateKeyAccount,
  age: number,
): GenesisInput => ({
  chainId,
  timestamp: Number(NOW) - age,
  producer: producer.address,
  l1Messenger: user.address,
  l1StandardBridge: user.address,
  allocations: [{ token: 0, account: user.address, amount: parseEther('10').toString() }],
});

/** An engine on a data directory of its own. */
export function engineOptions(name: string, genesis: GenesisInput): EngineOptions {
  return {
    chainId: genesis.chainId,
    directory: mkdtempSync(join(tmpdir(), `${name}-`)),
    genesis: JSON.stringify(genesis, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    producer: genesis.producer as `0x${string}`,
    segmentBytes: 1 << 20,
    replayAbove: 0n,
    provenBlock: 0n,
    slotMilliseconds: 1_000,
    maxContentBytes: 500_000,
    maxDelayed: 64,
    snapshotEveryBlocks: 100,
    snapshotEveryTransactions: 1_000,
    archive: true,
    queuePerAccount: 4,
    queueTotal: 4,
    queueSeconds: 10_800,
    priceBumpPercent: 10,
  };
}

/** A signed transfer of a few wei to oneself, as it comes from a signature worker. */
export async function signedTransfer(
  { genesis, chainId }: EngineOptions,
  user: PrivateKeyAccount,
  nonce: number,
  fields: { readonly gas?: bigint; readonly value?: bigint } = {},
): Promise<PreparedTransaction> {
  const signed = await user.signTransaction({
    type: 'eip1559',
    chainId,
    nonce,
    to: user.address,
    value: 7n,
    gas: 5_000_000n,
    maxFeePerGas: parseGwei('5'),
    maxPriorityFeePerGas: 0n,
    ...fields,
  });
  const wire = frameEthereum(hexToBytes(signed));
  return fromStamped(wire, new StampingPreparer(loadGenesis(genesis)).prepare(wire, NOW));
}
