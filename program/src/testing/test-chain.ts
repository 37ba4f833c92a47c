import { type Address, encodeFunctionData, type Hex, type TransactionSerializable, zeroHash } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';

import { balanceKey, tokenAddress } from '../codec/address.js';
import { numberWord, fixedBytes, fromHex } from '../codec/bytes.js';
import { frameEthereum } from '../codec/entry.js';
import type { Operation } from '../codec/operations.js';
import { encodePacked, type PackedTransaction } from '../codec/packed.js';
import { packedTypedData } from '../codec/typed-data.js';
import { Engine } from '../engine/engine.js';
import type { SeenInputs } from '../engine/inputs.js';
import { loadProgram } from '../engine/load.js';
import { Preparer } from '../engine/preparer.js';
import type { ApplyResult, BlockContext, SealedBlock } from '../engine/types.js';
import { createGenesis, type Genesis } from '../genesis/genesis.js';

export const CHAIN_ID = 7_770;
export const START = 1_800_000_000n;
export const ETHER = 10n ** 18n;

/** Deterministic keys for tests: never use them for anything of value. */
export const accounts: readonly PrivateKeyAccount[] = Array.from({ length: 6 }, (_, index) =>
  privateKeyToAccount(`0x${(index + 1).toString(16).padStart(64, '0')}`),
);
export const producer = accounts[0]!;
const l1 = '0x1111111111111111111111111111111111111112';

export const testGenesis = (): Genesis =>
  createGenesis({
    chainId: CHAIN_ID,
    timestamp: START,
    producer: producer.address,
    l1Messenger: l1,
    l1StandardBridge: l1,
    tokens: [
      { name: 'MetaMart', symbol: 'MB' },
      { name: 'Digital Currency', symbol: 'DCEP', decimals: 6, l1Token: l1 },
      { name: 'Tea House', symbol: 'TEA' },
    ],
    allocations: accounts.flatMap(({ address }) =>
      [0, 1, 2, 3].map((token) => ({ token, account: address, amount: 1_000_000_000n * ETHER })),
    ),
  });

/** An item header word as the sequencer has seen it: 10 gwei, 1 wei blobs. */
export const itemWord = (_item: bigint, index: number): Uint8Array | undefined =>
  index > 10 ? undefined : numberWord([0n, 0n, 100n, START, 10n ** 10n, 1n, 0n, 0n, 0n, 0n, 0n][index]!);

const program = loadProgram();

/** The real program on a genesis with funded accounts. */
export class TestChain {
  readonly genesis = testGenesis();
  readonly preparer = new Preparer(program.module, CHAIN_ID);
  readonly engine: Engine;
  time = START;

  constructor(inputs: SeenInputs = { itemWord, delayedWord: () => undefined }) {
    this.engine = Engine.fromGenesis({ module: program.module, chainId: CHAIN_ID, inputs }, this.genesis);
  }

  get module() {
    return program.module;
  }

  context(overrides: Partial<BlockContext> = {}): BlockContext {
    return { timestamp: this.time, delayed: 0n, priceItem: 0n, producer: producer.address, ...overrides };
  }

  /** One block of entries, all through a Preparer's memo; five seconds later each. */
  block(
    entries: readonly Uint8Array[],
    overrides: Partial<BlockContext> = {},
  ): { block: SealedBlock; results: ApplyResult[] } {
    this.time += 5n;
    this.engine.begin(this.context(overrides));
    const results = entries.map((entry) =>
      this.engine.apply(entry, this.preparer.recordPrepare(entry, this.time).memo),
    );
    return { block: this.engine.end(), results };
  }

  async packed(
    signer: PrivateKeyAccount,
    operations: readonly Operation[],
    fields: Partial<PackedTransaction> = {},
  ): Promise<Uint8Array> {
    const transaction: PackedTransaction = {
      lane: 0,
      sequence: 0n,
      deadline: ((this.time + 600n) / 64n) * 64n,
      feeToken: 'ETH',
      maxFee: 15n * 10n ** 15n,
      operations,
      ...fields,
    };
    return encodePacked(transaction, await signer.signTypedData(packedTypedData(transaction, CHAIN_ID) as never));
  }

  async ethereum(signer: PrivateKeyAccount, fields: Partial<TransactionSerializable> = {}): Promise<Uint8Array> {
    const transaction = {
      type: 'eip1559',
      chainId: CHAIN_ID,
      nonce: 0,
      gas: 3_000_000n,
      maxFeePerGas: 10n ** 9n,
      maxPriorityFeePerGas: 0n,
      ...fields,
    };
    return frameEthereum(fromHex(await signer.signTransaction(transaction as never)));
  }

  /** Base units of a token (by index) that an account holds after the last block: the first half of a word, little-endian. */
  balance(token: number, account: Address): bigint {
    const { value } = this.engine.proof(balanceKey(tokenAddress(token), account));
    return value.slice(0, 16).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  }

  /** Calls a view and returns its raw result. */
  view(to: Hex, call: Parameters<typeof encodeFunctionData>[0], from: Hex = producer.address) {
    return this.engine.query({ from, to, value: 0n, data: encodeFunctionData(call), timestamp: this.time });
  }
}

export const zeroWord = fixedBytes(zeroHash, 32);
