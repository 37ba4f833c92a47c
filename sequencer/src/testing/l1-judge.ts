import { anvilBlobSource, BlobFetcher, L1Source, L1Watcher, MetachainInbox, readPayloadWords } from '@metachain/bridge';
import { createGenesis, Engine, loadProgram, type Position, type SealedBlock } from '@metachain/program';
import type { Devnet } from './devnet.js';

const wordOf = (words: Uint8Array | undefined, index: number) => {
  const word = words?.subarray(index * 32, index * 32 + 32);
  return word?.length === 32 ? word : undefined;
};

/** Every block that the rules make of what stands on L1, from genesis on: the chain as any prover derives it. */
export async function judgeL1({ anvil, deployment, genesis }: Devnet): Promise<SealedBlock[]> {
  const source = new L1Source({ urls: [anvil.url] });
  const { addresses, l1BlockNumber: fromBlock } = deployment;
  const watcher = new L1Watcher({ source, contract: new MetachainInbox(source, addresses), fromBlock });
  for await (const _ of watcher.sync());
  const blobs = new BlobFetcher({ sources: [anvilBlobSource(source)] });
  const made = createGenesis(genesis);
  const engine = Engine.fromGenesis({ module: loadProgram().module, chainId: genesis.chainId }, made);
  const blocks: SealedBlock[] = [];
  let position: Position = { parentHash: made.hash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 };
  for (const item of watcher.items) {
    const payload = await readPayloadWords(item, blobs);
    const inputs = {
      itemWord: (number: bigint, index: number) => wordOf(watcher.items[Number(number)]?.words, index),
      payloadWord: (_: bigint, index: number) => wordOf(payload, index),
      delayedWord: (number: bigint, index: number) => wordOf(watcher.messages[Number(number)]?.words, index),
    };
    while (position.item === item.index) {
      const unit = engine.runUnit(position, inputs);
      if (unit.block) blocks.push(unit.block);
      position = unit.next;
    }
  }
  return blocks;
}
