import { payloadToCalldata } from '@metachain/bridge';
import {
  createGenesis,
  Engine,
  type GenesisInput,
  itemHeaderWords,
  loadProgram,
  type SealedBlock,
  startOfItem,
} from '@metachain/program';
import { type Address, parseGwei, zeroHash } from 'viem';

/** The first item of a chain, posted at `time` (seconds), and the words of its payload. */
export function firstItem(poster: Address, time: bigint, payload: Uint8Array) {
  const words = payloadToCalldata(payload);
  const header = itemHeaderWords({
    previous: zeroHash,
    poster,
    l1BlockNumber: 5n,
    l1Timestamp: time,
    l1BaseFee: parseGwei('1'),
    l1BlobBaseFee: 1n,
    delayedCount: 0n,
    delayedAccumulator: zeroHash,
    payloadKind: 'calldata',
    payloadWords: BigInt(words.length / 32),
    payloadHash: zeroHash,
  });
  return { header, words };
}

/** What the rules make of a payload that stands on L1 in the first item of a chain, posted at `time` (seconds). */
export function judge(genesis: GenesisInput, poster: Address, time: bigint, payload: Uint8Array): SealedBlock[] {
  const { header, words } = firstItem(poster, time, payload);
  const word = (bytes: Uint8Array, index: number) => {
    const part = bytes.slice(index * 32, index * 32 + 32);
    return part.length === 32 ? part : undefined;
  };
  const made = createGenesis(genesis);
  const engine = Engine.fromGenesis({ module: loadProgram().module, chainId: genesis.chainId }, made);
  const inputs = {
    itemWord: (_: bigint, index: number) => word(header, index),
    payloadWord: (_: bigint, index: number) => word(words, index),
    delayedWord: () => undefined,
  };
  const blocks: SealedBlock[] = [];
  for (let position = startOfItem(0n, made.hash, 0n); position.item === 0n;) {
    const unit = engine.runUnit(position, inputs);
    if (unit.block) blocks.push(unit.block);
    position = unit.next;
  }
  return blocks;
}
