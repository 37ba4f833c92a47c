import { expect, it } from '@jest/globals';
import {
  compactSignature,
  contentHash,
  encodePayload,
  type PackedTransaction,
  packedTypedData,
  producerDigest,
  tokenAddress,
} from '@metachain/program';
import { privateKeyToAccount } from 'viem/accounts';
import { toChainBlock } from '../chain/chain-block.js';
import { EngineHost } from '../engine/engine-host.js';
import type { EngineBlock } from '../engine/engine.types.js';
import { programFactory } from '../engine/program-machine.js';
import { programRules } from '../engine/program-rules.js';
import { engineOptions, genesisOf, NOW, signedTransfer } from '../testing/engine-setup.js';
import { judge } from '../testing/judge.js';
import { createBlockSigner } from './block-signer.js';
import { type BlockSigner, toUnposted } from './unposted-block.js';

const CHAIN_ID = 88_004;
const producer = privateKeyToAccount(`0x${'0c'.repeat(32)}`);
const user = privateKeyToAccount(`0x${'0d'.repeat(32)}`);
const genesis = genesisOf(CHAIN_ID, producer, user, 1_000);
const options = engineOptions('foreign', genesis);

/** A block with one transfer, as the engine seals it. */
async function seal(): Promise<EngineBlock> {
  const blocks: EngineBlock[] = [];
  const { host } = await EngineHost.start(options, programFactory(options), programRules, (event) => {
    if (event.type === 'block') blocks.push(event.block);
  });
  expect(await host.submit([await signedTransfer(options, user, 0)])).toMatchObject([{ status: 'executed' }]);
  await host.stop();
  return blocks[0]!;
}

/** The producer allows a payment: the same key, the same domain, another action. */
const signsPayment: BlockSigner = async () => {
  const operations = [{ type: 'Transfer', token: tokenAddress(0), to: user.address, amount: 1n }] as const;
  const payment = { lane: 0, sequence: 0n, deadline: NOW, feeToken: 'ETH', maxFee: 0n, operations } as const;
  return compactSignature(
    await producer.signTypedData(packedTypedData(payment as unknown as PackedTransaction, CHAIN_ID) as never),
  );
};
/** As `personal_sign` of a wallet would. */
const signsMessage: BlockSigner = async ({ content, ...head }) => {
  const raw = producerDigest(CHAIN_ID, { ...head, contentHash: contentHash(content) });
  return compactSignature(await producer.signMessage({ message: { raw } }));
};

it('counts a block only with the signature of its producer for this chain and this block', async () => {
  const block = await seal();
  const judged = async (sign: BlockSigner) => {
    const { encoded } = await toUnposted(toChainBlock(block), sign);
    return judge(genesis, producer.address, NOW + 60n, encodePayload([encoded])).map(({ hash }) => hash);
  };
  const right = createBlockSigner(producer, CHAIN_ID);
  expect(await judged(right)).toEqual([block.block.hash]);
  expect(await judged(createBlockSigner(producer, CHAIN_ID + 1))).toEqual([]);
  expect(await judged(createBlockSigner(user, CHAIN_ID))).toEqual([]);
  expect(await judged((head) => right({ ...head, timestamp: head.timestamp + 1n }))).toEqual([]);
  expect(await judged(signsPayment)).toEqual([]);
  expect(await judged(signsMessage)).toEqual([]);
});
