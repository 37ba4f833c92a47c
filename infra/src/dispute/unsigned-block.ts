import { inboxAbi } from '@metachain/contracts';
import {
  compactSignature,
  contentHash,
  encodeBlock,
  encodePayload,
  payloadToWords,
  producerDigest,
} from '@metachain/program';
import {
  bytesToHex,
  concat,
  createWalletClient,
  decodeEventLog,
  hexToBytes,
  http,
  numberToHex,
  parseEther,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { signDigest } from '../baseline/sign.js';
import { type Clients, clientsOf } from '../devnet/clients.js';
import type { Devnet } from '../devnet/data-directory.js';
import { InfraError } from '../errors.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import type { PackedUser } from '../load/packed-user.js';
import type { L1View } from './l1-view.js';
import type { Operations } from './people.js';

/** Posts a block on the newest one that its producer did not sign: anyone may append to the inbox, and the rules refuse the block. */
export async function postUnsignedBlock(
  devnet: Devnet,
  view: L1View,
  poster: PackedUser,
  operations: Operations,
): Promise<bigint> {
  const payer = clientsOf(devnet, developmentAccount(roles.deployer).privateKey);
  await mined(payer, await payer.l1Wallet.sendTransaction({ to: poster.address, value: parseEther('1') }));
  const { l1 } = payer;
  const latest = await l1.getBlock();
  const content = poster.sign(operations, latest.timestamp, 10n ** 16n).wire;
  const block = signedBy(
    poster,
    devnet.chainId,
    view.pointAt(view.itemCount).position.parentHash,
    latest.timestamp,
    content,
  );
  const { inbox } = devnet.addresses;
  const count = await l1.readContract({ address: inbox, abi: inboxAbi, functionName: 'delayedCount' });
  const accumulator = await l1.readContract({
    address: inbox,
    abi: inboxAbi,
    functionName: 'delayedAccumulatorAt',
    args: [count],
  });
  const account = privateKeyToAccount(poster.privateKey);
  const words = bytesToHex(payloadToWords(encodePayload([block])));
  const hash = await createWalletClient({ account, chain: foundry, transport: http(devnet.l1Url) }).writeContract({
    address: inbox,
    abi: inboxAbi,
    functionName: 'appendBatch',
    args: [latest.number, latest.hash, count, accumulator, words],
  });
  return itemIn(await mined(payer, hash));
}

function signedBy(
  signer: PackedUser,
  chainId: number,
  parent: `0x${string}`,
  timestamp: bigint,
  content: Uint8Array,
): Uint8Array {
  const head = { parent, timestamp, delayed: 0n, priceItem: 0n };
  const digest = producerDigest(chainId, { ...head, contentHash: contentHash(content) });
  const { r, s, yParity } = signDigest(hexToBytes(digest), hexToBytes(signer.privateKey));
  return encodeBlock({ ...head, content, signature: compactSignature(concat([r, s, numberToHex(27 + yParity)])) });
}

async function mined({ l1 }: Clients, hash: `0x${string}`) {
  const receipt = await l1.waitForTransactionReceipt({ hash });
  if (receipt.status !== 'success') throw new InfraError('checkFailed', `L1 transaction ${hash} failed.`);
  return receipt;
}

function itemIn({ logs }: Awaited<ReturnType<typeof mined>>): bigint {
  for (const { topics, data } of logs) {
    const event = decodeEventLog({ abi: inboxAbi, topics, data, strict: false });
    if (event.eventName === 'ItemAppended' && event.args.index !== undefined) return event.args.index;
  }
  throw new InfraError('checkFailed', 'The inbox appended nothing.');
}
