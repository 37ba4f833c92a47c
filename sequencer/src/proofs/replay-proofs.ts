import { Replica } from '@metachain/program';
import { hexToBytes, toHex, type Hex } from 'viem';
import { BlockBuilder } from '../engine/block-builder.js';
import type { EngineOptions } from '../engine/engine.types.js';
import { loadGenesis } from '../engine/genesis.js';
import { type History, historyAfter } from '../engine/history.js';
import { InputStore } from '../engine/input-store.js';
import { programFactory } from '../engine/program-machine.js';
import { replayBlock } from '../engine/recovery.js';
import { openEnvelope } from '../engine/state-envelope.js';
import { readJournal } from '../journal/journal.js';
import { SnapshotStore, type StoredSnapshot } from '../journal/snapshot-store.js';
import { ProofReplayError } from './proof.errors.js';
import type { ProvenBlock } from './proof-archive.js';

/** What a replay needs to know of the node: plain data, it crosses a thread boundary. */
export type ReplayPlace = Pick<EngineOptions, 'directory' | 'genesis' | 'producer' | 'maxDelayed' | 'maxContentBytes'>;

/** Which words of which block. */
export interface ProofRequest {
  readonly number: bigint;
  readonly keys: readonly Hex[];
}

/**
 * Rebuilds the state after a block from the newest snapshot below it and the journal, and proves words of it. Only reads: the engine may go
 * on writing. Fails: ProofReplayError, and what reading snapshot and journal fails with.
 */
export async function replayProofs(place: ReplayPlace, { number, keys }: ProofRequest): Promise<ProvenBlock> {
  const { module, chainId, programHash, state } = loadGenesis(place.genesis);
  const store = new SnapshotStore(place.directory, state.head.hash, programHash);
  const base = (await store.list()).find((snapshot) => snapshot <= number);
  const snapshot = base === undefined ? undefined : await store.read(base);
  const rebuilt = await rebuild(place, number, snapshot, await readHistory(place, number, snapshot, state.head.hash));
  const replica = new Replica({ module, chainId, window: 1 }, rebuilt);
  const words = keys.map((key) => {
    const { value, proof } = replica.proof(hexToBytes(key), number);
    return [key, { value: toHex(value), proof: toHex(proof) }] as const;
  });
  return { number, stateRoot: replica.proof(new Uint8Array(32), number).stateRoot, words: new Map(words) };
}

async function readHistory(
  { directory }: ReplayPlace,
  number: bigint,
  snapshot: StoredSnapshot | undefined,
  genesisHash: Hex,
): Promise<History> {
  const records = await readJournal(directory, hexToBytes(genesisHash), snapshot?.sequence ?? 0n);
  const history = historyAfter(records, snapshot?.blockNumber ?? 0n);
  if (!history) throw new ProofReplayError(number, `the snapshot of block ${snapshot?.blockNumber} was undone`);
  return history;
}

/** The program's snapshot after block `number`. */
async function rebuild(
  place: ReplayPlace,
  number: bigint,
  snapshot: StoredSnapshot | undefined,
  history: History,
): Promise<Uint8Array> {
  const inputs = new InputStore();
  const machine = await programFactory(place).load(snapshot?.state, inputs);
  const builder = new BlockBuilder(machine, inputs, place);
  for (const block of history.blocks) if (block.number <= number) replayBlock(block, machine, builder, inputs);
  if (machine.head().number !== number)
    throw new ProofReplayError(number, `the journal ends at block ${machine.head().number}`);
  return openEnvelope(machine.snapshot()).state;
}
