import { balanceKey, toHex, unframeEthereum } from '@metachain/program';
import type { QueryResult } from '@metachain/program';
import {
  type Address,
  type Hex,
  keccak256,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerialized,
} from 'viem';
import {
  type Acknowledgement,
  type BatchReference,
  type Chain,
  type ChainBlock,
  type Heads,
  RejectedTransaction,
  type SealedTransaction,
} from '../../chain/chain.types.js';
import { ChainListeners } from './chain-listeners.js';
import { chainBlock, GENESIS_HASH, receipt, transfer, word } from '../../index/testing/blocks.js';

type Query = Chain['query'];

/**
 * A chain without rules: it seals what a test gives it. Ethereum transactions "succeed" with a Transfer of ETH; everything else is
 * scripted through the public fields.
 */
export class ScriptedChain implements Chain {
  readonly genesis = { hash: GENESIS_HASH, stateRoot: word('genesis state'), timestamp: 1_800_000_000n };
  readonly words = new Map<string, Hex>();
  readonly nonces = new Map<Address, bigint>();
  readonly submitted: Uint8Array[] = [];
  hops = 0;
  answer: (...call: Parameters<Query>) => Promise<QueryResult> = async () => ({
    code: 0,
    data: '0x',
    gasUsed: 21_000n,
  });
  refuse: (raw: Uint8Array) => RejectedTransaction | undefined = () => undefined;
  private current: Heads = { soft: 0n, safe: 0n, final: 0n };
  private parent: Hex = GENESIS_HASH;
  private readonly parents: Hex[] = [GENESIS_HASH];
  private tail: Promise<unknown> = Promise.resolve();
  private open: SealedTransaction[] = [];
  private readonly listeners = new ChainListeners();
  readonly onBlock = this.listeners.onBlock;
  readonly onHeads = this.listeners.onHeads;
  readonly onReorg = this.listeners.onReorg;

  constructor(readonly chainId = 4_242) {}

  async submit(entry: Uint8Array): Promise<Acknowledgement> {
    const [outcome] = await this.submitBatch([entry]);
    if (outcome instanceof RejectedTransaction) throw outcome;
    return outcome!;
  }

  async submitBatch(entries: readonly Uint8Array[]): Promise<readonly (Acknowledgement | RejectedTransaction)[]> {
    this.hops++;
    return Promise.all(entries.map((entry) => this.take(entry)));
  }

  heads(): Heads {
    return this.current;
  }

  prices(): { basePrice: bigint; l1BytePrice: bigint } {
    return { basePrice: 1_000_000n, l1BytePrice: 40_000_000n };
  }

  query: Query = (request, block) => this.answer(request, block);

  async proof(key: Hex): Promise<{ value: Hex; proof: Hex; stateRoot: Hex }> {
    return {
      value: this.words.get(key) ?? word0,
      proof: `0x${'ab'.repeat(2_000)}`,
      stateRoot: word(`state ${this.current.soft} `),
    };
  }

  async waiting(): Promise<undefined> {
    return undefined;
  }

  async pendingNonce(account: Address): Promise<bigint> {
    return this.nonces.get(account) ?? 0n;
  }

  /** Gives an account ETH, in wei. */
  fund(account: Address, amount: bigint, token: Address = '0x4d45544101000000000000000000000000000000'): void {
    const key = toHex(balanceKey(token, account));
    const little = amount.toString(16).padStart(32, '0').match(/../g)!.reverse().join('');
    this.words.set(key.padEnd(66, '0'), `0x${little.padEnd(64, '0')}`);
  }

  /** Seals the open transactions, then those given. */
  seal(transactions: readonly SealedTransaction[] = [], fork?: string): Promise<ChainBlock> {
    const sealed = this.tail.then(() => this.sealNext(transactions, fork));
    this.tail = sealed;
    return sealed;
  }

  private async sealNext(transactions: readonly SealedTransaction[], fork: string | undefined): Promise<ChainBlock> {
    const number = this.current.soft + 1n;
    const block = chainBlock({ number, parentHash: this.parent, transactions: [...this.open, ...transactions], fork });
    this.open = [];
    await this.listeners.block(block);
    this.parent = block.block.hash;
    this.parents[Number(number)] = this.parent;
    this.current = { ...this.current, soft: number };
    return block;
  }

  async moveHeads(
    heads: Partial<Heads>,
    batch?: { first: bigint; last: bigint; reference: BatchReference },
  ): Promise<void> {
    this.current = { ...this.current, ...heads };
    await this.listeners.heads(this.current, batch);
  }

  /** Undoes the blocks above one. */
  async reorg(above: bigint): Promise<void> {
    this.current = { ...this.current, soft: above };
    this.parent = this.parents[Number(above)]!;
    await this.listeners.reorg(above);
  }

  private async take(entry: Uint8Array): Promise<Acknowledgement | RejectedTransaction> {
    const ethereum = unframeEthereum(entry);
    const refusal = this.refuse(ethereum ?? entry);
    if (refusal) return refusal;
    this.submitted.push(ethereum ?? entry);
    const sealed = ethereum ? await ethereumTransaction(entry, ethereum) : packedTransaction(entry);
    this.nonces.set(sealed.receipt.sender as Address, sealed.receipt.nonce + 1n);
    this.open.push(sealed);
    const { hash } = sealed.receipt;
    return { hash, blockNumber: this.current.soft + 1n, index: this.open.length - 1, status: 'executed', code: 0 };
  }
}

const word0: Hex = `0x${'00'.repeat(32)}`;

async function ethereumTransaction(entry: Uint8Array, raw: Uint8Array): Promise<SealedTransaction> {
  const serialized = toHex(raw) as TransactionSerialized;
  const { nonce, to, value } = parseTransaction(serialized);
  const sender = (await recoverTransactionAddress({ serializedTransaction: serialized as never })).toLowerCase() as Hex;
  const events = [transfer('0x4d45544101000000000000000000000000000000', sender, to!, value ?? 0n)];
  const fields = { kind: 'ethereum' as const, hash: keccak256(raw), sender, nonce: BigInt(nonce ?? 0), events };
  return { wire: entry, receipt: receipt(fields) };
}

function packedTransaction(entry: Uint8Array): SealedTransaction {
  return { wire: entry, receipt: receipt({ hash: keccak256(entry) }) };
}
