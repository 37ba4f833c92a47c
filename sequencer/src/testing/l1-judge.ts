import { anvilBlobSource, BlobFetcher, L1Source, L1Watcher, MetachainInbox, readPayloadWords } from '@metachain/bridge';
import { createGenesis, type SealedBlock } from '@metachain/program';
import type { Devnet } from './devnet.js';
import { judgeItems } from './l1-words.js';

/** Every block that the rules make of what stands on L1, from genesis on: the chain as any prover derives it. */
export async function judgeL1({ anvil, deployment, genesis }: Devnet): Promise<SealedBlock[]> {
  const source = new L1Source({ urls: [anvil.url] });
  const { addresses, l1BlockNumber: fromBlock } = deployment;
  const watcher = new L1Watcher({ source, contract: new MetachainInbox(source, addresses), fromBlock });
  for await (const _ of watcher.sync());
  const blobs = new BlobFetcher({ sources: [anvilBlobSource(source)] });
  const payloads: Uint8Array[] = [];
  for (const item of watcher.items) payloads.push(await readPayloadWords(item, blobs));
  return judgeItems(genesis.chainId, createGenesis(genesis), [0n, BigInt(payloads.length)], {
    item: (index) => watcher.items[Number(index)]?.words,
    payload: (index) => payloads[Number(index)],
    message: (index) => watcher.messages[Number(index)]?.words,
  });
}
