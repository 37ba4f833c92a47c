import { type Hex, toHex } from 'viem';
import type { JsonRpc } from '../baseline/json-rpc.js';
import type { BenchNode } from '../bench/bench-node.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { waitUntil } from '../process/child.js';
import { etherTransfers, type Maker, packedSwaps, packedTransfers, routerSwaps } from './senders.js';

/** A block as JSON-RPC shows it. */
export interface Block {
  readonly number: Hex;
  readonly hash: Hex;
  readonly stateRoot: Hex;
  readonly transactions: readonly Hex[];
}

/** Each kind of transaction, the users of a node taking turns. */
export function makersOf({ load: { users, chainId } }: BenchNode): Maker[] {
  const to = developmentAccount(roles.firstUser).address;
  const kinds: ((user: (typeof users)[number]) => Maker)[] = [
    (user) => packedSwaps(user, 0),
    (user) => packedTransfers(user, to),
    (user) => etherTransfers(user, chainId, to),
    (user) => routerSwaps(user, chainId),
  ];
  return users.map((user, index) => kinds[index % kinds.length]!(user));
}

/** Waits until everything is on L1, and returns the blocks. Fails: InfraError when that takes too long. */
export async function settledBlocks(rpc: JsonRpc, node: BenchNode): Promise<Block[]> {
  const heads = () => rpc.call<{ soft: Hex; safe: Hex }>('metachain_heads', []);
  await waitUntil('The batches on L1', async () => (await heads()).safe === (await heads()).soft, node.sequencer);
  return blocksOf(rpc);
}

/** Every block from the first to the head. */
async function blocksOf(rpc: JsonRpc): Promise<Block[]> {
  const head = BigInt(await rpc.call<Hex>('eth_blockNumber', []));
  const blocks: Block[] = [];
  for (let number = 1n; number <= head; number++)
    blocks.push(await rpc.call<Block>('eth_getBlockByNumber', [toHex(number), false]));
  return blocks;
}

/** What of the acknowledged transactions is missing from the chain or its receipts, and what is in the chain twice. */
export async function faultsOf(
  rpc: JsonRpc,
  blocks: readonly Block[],
  acknowledged: readonly Hex[],
): Promise<{ readonly missing: Hex[]; readonly twice: Hex[]; readonly withoutReceipt: Hex[] }> {
  const included = blocks.flatMap(({ transactions }) => transactions);
  const receipts = await rpc.sendInBatches('eth_getTransactionReceipt', acknowledged, 100);
  const receiptOf = (index: number) => (receipts[index] as { transactionHash: Hex } | null)?.transactionHash;
  return {
    missing: acknowledged.filter((hash) => !included.includes(hash)),
    twice: included.filter((hash, index) => included.indexOf(hash) !== index),
    withoutReceipt: acknowledged.filter((hash, index) => receiptOf(index) !== hash),
  };
}
