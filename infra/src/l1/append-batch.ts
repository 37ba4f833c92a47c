import { bundlePayload, signBlobTransaction } from '@metachain/bridge';
import { inboxAbi } from '@metachain/contracts';
import { payloadToWords } from '@metachain/program';
import {
  type Address,
  bytesToHex,
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  type PublicClient,
  type TransactionReceipt,
  zeroHash,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { InfraError } from '../errors.js';
import type { DevelopmentAccount } from './accounts.js';

/** What the payload of an item travels in. */
export type Carrier = 'blobs' | 'calldata';

/** An inbox on an anvil, and who appends to it. */
export interface InboxOn {
  readonly url: string;
  readonly inbox: Address;
  readonly poster: DevelopmentAccount;
}

/** Wei per gas: more than an anvil asks for. */
export const generousFees = { maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n } as const;

/** Appends one item with a payload to an inbox that has no delayed messages. Throws InfraError `checkFailed` when L1 refuses it. */
export async function appendBatch(on: InboxOn, payload: Uint8Array, carrier: Carrier): Promise<TransactionReceipt> {
  const client = createPublicClient({ chain: foundry, transport: http(on.url), pollingInterval: 50 });
  const { number, hash } = await client.getBlock();
  const words = carrier === 'calldata' ? bytesToHex(payloadToWords(payload)) : '0x';
  const args = [number, hash, 0n, zeroHash, words] as const;
  const data = encodeFunctionData({ abi: inboxAbi, functionName: 'appendBatch', args });
  const sent = carrier === 'calldata' ? await sendCalldata(on, data) : await sendBlobs(client, on, data, payload);
  const receipt = await client.waitForTransactionReceipt({ hash: sent });
  if (receipt.status !== 'success') throw new InfraError('checkFailed', `L1 transaction ${sent} failed.`);
  return receipt;
}

function sendCalldata({ url, inbox, poster }: InboxOn, data: Hex) {
  const account = privateKeyToAccount(poster.privateKey);
  const wallet = createWalletClient({ account, chain: foundry, transport: http(url) });
  return wallet.sendTransaction({ to: inbox, data, gas: 15_000_000n, ...generousFees });
}

async function sendBlobs(client: PublicClient, { inbox, poster }: InboxOn, data: Hex, payload: Uint8Array) {
  const account = privateKeyToAccount(poster.privateKey);
  const nonce = await client.getTransactionCount({ address: account.address });
  const fees = { ...generousFees, maxFeePerBlobGas: 100_000_000_000n };
  const fields = { chainId: foundry.id, nonce, to: inbox, data, gas: 500_000n, ...fees };
  const { raw } = await signBlobTransaction(account, fields, bundlePayload(payload, 'blob'));
  return client.sendRawTransaction({ serializedTransaction: raw as `0x03${string}` });
}
