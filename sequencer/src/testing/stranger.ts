import { inboxAbi } from '@metachain/contracts';
import { decodePayload, encodeBlock, encodePayload, payloadToWords, wordsToPayload } from '@metachain/program';
import {
  createTestClient,
  createWalletClient,
  decodeFunctionData,
  encodeFunctionData,
  type Hex,
  hexToBytes,
  http,
  parseGwei,
  type TestClient,
  toHex,
  type Transaction,
} from 'viem';
import { foundry } from 'viem/chains';
import { developer, type Devnet } from './devnet.js';

type BatchArguments = readonly [bigint, Hex, bigint, Hex, Hex];

/** Somebody who reads what waits on L1 and posts parts of it as batches of their own. */
export class Stranger {
  readonly test: TestClient<'anvil'>;
  private readonly wallet: ReturnType<typeof walletClient>;

  constructor(private readonly devnet: Devnet) {
    this.test = createTestClient({ mode: 'anvil', chain: foundry, transport: http(devnet.anvil.url) });
    this.wallet = walletClient(devnet);
  }

  /** Arguments of a call of `appendBatch`. */
  static argumentsOf(input: Hex): BatchArguments {
    return decodeFunctionData({ abi: inboxAbi, data: input }).args as BatchArguments;
  }

  /** Words of a payload with the first `count` blocks of another one. */
  static prefix(words: Hex, count: number): Hex {
    const blocks = decodePayload(wordsToPayload(hexToBytes(words))).slice(0, count);
    return toHex(payloadToWords(encodePayload(blocks.map((block) => encodeBlock(block)))));
  }

  static blocksIn(words: Hex): number {
    return decodePayload(wordsToPayload(hexToBytes(words))).length;
  }

  /** Arguments of the batch that waits for inclusion, if one does. */
  async pendingBatch(): Promise<BatchArguments | undefined> {
    const pool = (await this.devnet.l1.request({ method: 'txpool_content' } as never)) as {
      pending: Record<string, Record<string, Transaction>>;
    };
    const inbox = this.devnet.deployment.addresses.inbox.toLowerCase();
    const all = Object.values(pool.pending).flatMap((byNonce) => Object.values(byNonce));
    const found = all.find(({ to, from }) => to?.toLowerCase() === inbox && from !== this.wallet.account.address);
    return found && Stranger.argumentsOf(found.input);
  }

  /** Sends a batch of these words with the other arguments of `like`, for a higher fee than everybody else. */
  post(like: BatchArguments, words: Hex): Promise<Hex> {
    const [number, hash, delayedCount, delayedAccumulator] = like;
    const args = [number, hash, delayedCount, delayedAccumulator, words] as const;
    return this.wallet.sendTransaction({
      to: this.devnet.deployment.addresses.inbox,
      data: encodeFunctionData({ abi: inboxAbi, functionName: 'appendBatch', args }),
      gas: 3_000_000n,
      maxFeePerGas: parseGwei('100'),
      maxPriorityFeePerGas: parseGwei('50'),
    });
  }
}

const walletClient = ({ anvil }: Devnet) =>
  createWalletClient({ account: developer(2), chain: foundry, transport: http(anvil.url) });
