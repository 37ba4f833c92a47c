import type { L1Block } from '@metachain/bridge';
import type { Hex } from 'viem';
import { concat, keccak256 } from 'viem';
import type { BatchEntity, BlockEntity } from '../../../index/entities/index.js';
import { ZERO_HASH } from '../format/hex.js';
import { method, type MethodTable } from '../method.js';
import { serverError } from '../rpc.errors.js';
import type { RpcServices } from '../rpc-services.js';
import { blockReference, count } from '../schemas.js';

/** docs/spec/l1.md: `keccak(version || stateRoot || message passer root || header hash)`; both roots are that of the one tree. */
export const outputRoot = ({ stateRoot, hash }: Pick<BlockEntity, 'stateRoot' | 'hash'>): Hex =>
  keccak256(concat([ZERO_HASH, stateRoot, stateRoot, hash]));

const NO_L1_BLOCK = { hash: ZERO_HASH, number: 0, parentHash: ZERO_HASH, timestamp: 0 } as const;

const l1Json = (block: L1Block | undefined) =>
  block === undefined
    ? NO_L1_BLOCK
    : {
        hash: block.hash,
        number: Number(block.number),
        parentHash: block.parentHash,
        timestamp: Number(block.timestamp),
      };

const reference = (block: BlockEntity, batch: BatchEntity | undefined) => ({
  hash: block.hash,
  number: block.number,
  parentHash: block.parentHash,
  timestamp: block.timestamp,
  l1origin: { hash: batch?.l1BlockHash ?? ZERO_HASH, number: batch?.l1BlockNumber ?? 0 },
  sequenceNumber: 0,
});

/** The node API of the op-stack, as far as clients and monitors use it. Numbers are JSON numbers, as there. */
export function optimismMethods(services: RpcServices): MethodTable {
  const { blocks, index, chain, rollup, version } = services;

  const at = async (number: number) => {
    const block = await blocks.byNumber(number);
    if (!block) throw serverError('not found');
    return reference(block, await index.batchOf(number));
  };

  const syncStatus = async () => {
    const heads = chain.heads();
    const [unsafe, safe, final] = await Promise.all(
      [heads.soft, heads.safe, heads.final].map((number) => at(Number(number))),
    );
    const [latest, safeL1, finalized] = await Promise.all(
      (['latest', 'safe', 'finalized'] as const).map(async (level) => l1Json(await services.l1?.head(level))),
    );
    return {
      // The node reads L1 up to its head at every look.
      current_l1: latest,
      current_l1_finalized: finalized,
      head_l1: latest,
      safe_l1: safeL1,
      finalized_l1: finalized,
      unsafe_l2: unsafe,
      pending_safe_l2: safe,
      cross_unsafe_l2: unsafe,
      local_safe_l2: safe,
      safe_l2: safe,
      finalized_l2: final,
      queued_unsafe_l2: { ...unsafe, number: 0, hash: ZERO_HASH, parentHash: ZERO_HASH },
    };
  };

  return {
    optimism_version: method([], () => version),
    optimism_syncStatus: method([], syncStatus),
    optimism_safeHeadAtL1Block: method([count], async ([l1Block]) => {
      const batch = await index.batchAtL1Block(l1Block);
      const block = batch && (await blocks.byNumber(batch.lastBlock));
      if (!batch || !block) throw serverError('safe head not found');
      return {
        l1Block: { hash: batch.l1BlockHash, number: batch.l1BlockNumber },
        safeHead: { hash: block.hash, number: block.number },
      };
    }),
    optimism_rollupConfig: method([], () => ({
      l1_chain_id: rollup.l1ChainId,
      l2_chain_id: chain.chainId,
      block_time: rollup.blockTimeSeconds,
      genesis: { l2: { hash: chain.genesis.hash, number: 0 }, l2_time: Number(chain.genesis.timestamp) },
      contracts: rollup.contracts,
    })),
    optimism_outputAtBlock: method([blockReference], async ([block]) => {
      const found = await services.block(block);
      if (!found) throw serverError('not found');
      return {
        version: ZERO_HASH,
        outputRoot: outputRoot(found),
        blockRef: await at(found.number),
        withdrawalStorageRoot: found.stateRoot,
        stateRoot: found.stateRoot,
        syncStatus: await syncStatus(),
      };
    }),
  };
}
