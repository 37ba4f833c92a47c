import { type Address, type Hex, toHex as viemHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { balanceKey, poolAddress, tokenAddress } from '../codec/address.js';
import { concatBytes, littleEndian } from '../codec/bytes.js';
import { encodePacked, type PackedTransaction } from '../codec/packed.js';
import { packedTypedData } from '../codec/typed-data.js';
import { keccak256 } from '../crypto/keccak.js';
import { Engine } from '../engine/engine.js';
import { loadProgram } from '../engine/load.js';
import { memoEntries, memoKinds, MemoRecorder } from '../engine/memo.js';
import { PreparedBatch } from '../engine/prepared-batch.js';
import { type Prepared, Preparer } from '../engine/preparer.js';
import { createGenesis } from '../genesis/genesis.js';
import { accountKey } from '../genesis/keys.js';

const CHAIN_ID = 7_770;
const START = 1_800_000_000n;
const ETHER = 10n ** 18n;
const POOLS = 64;
/** Tokens 3 and up have a pool with MB each. */
const FIRST_TOKEN = 3;
/** Account word, ETH, MB and one merchant token. */
const KEYS_PER_USER = 4;
const keeper = privateKeyToAccount(`0x${'a7'.repeat(32)}`);
const placeholder = `0x${'00'.repeat(19)}01` as const;

/** Deterministic pseudo-random integers (xorshift32): the same market every time. */
export const randomSource = (seed: number) => {
  let state = seed | 0 || 1;
  return (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

/** The swaps of a block as the engine gets them: with all answers, and with the recovery alone. */
export interface PreparedSwaps {
  readonly supplied: PreparedBatch;
  readonly recoveryOnly: PreparedBatch;
}

const userAddress = (index: number): Address =>
  viemHex(0x5e_0000_0000n + BigInt(index) * 0x9e37_79b9_7f4a_7c15n, { size: 20 });

const word = (...parts: Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(32);
  out.set(concatBytes(...parts));
  return out;
};

const genesisConfig = {
  chainId: CHAIN_ID,
  timestamp: START,
  producer: keeper.address,
  l1Messenger: placeholder,
  l1StandardBridge: placeholder,
  tokens: Array.from({ length: FIRST_TOKEN - 1 + POOLS }, (_, index) => ({
    name: `Token ${index + 1}`,
    symbol: `T${index + 1}`,
  })),
  allocations: Array.from({ length: FIRST_TOKEN + POOLS }, (_, token) => ({
    token,
    account: keeper.address,
    amount: 10n ** 30n,
  })),
};

const merchantToken = (user: number): number => FIRST_TOKEN + (user % POOLS);

/** Words of the users, straight into the table: what a million deposits and transfers would have left. */
const userWords = (users: number): Uint8Array => {
  const contents = new Uint8Array(users * KEYS_PER_USER * 64);
  const funds = word(littleEndian(1_000_000n * ETHER, 16));
  for (let user = 0; user < users; user++) {
    const account = userAddress(user);
    const keys = [
      accountKey(account),
      ...[0, 1, merchantToken(user)].map((token) => balanceKey(tokenAddress(token), account)),
    ];
    keys.forEach((key, index) => {
      const at = (user * KEYS_PER_USER + index) * 64;
      contents.set(key, at);
      if (index > 0) contents.set(funds, at + 32);
    });
  }
  return contents;
};

/** Bytes as words, the last padded with zeros. */
const wordsOf = (bytes: Uint8Array): Int32Array => {
  const words = new Int32Array((bytes.length + 3) >> 2);
  new Uint8Array(words.buffer).set(bytes);
  return words;
};

/** A chain with `POOLS` pools and about `keys` state words, and a source of swaps of random users. */
export class Market {
  readonly engine: Engine;
  readonly users: number;
  private readonly preparer: Preparer;
  private readonly sequences = new Map<number, bigint>();
  private readonly random = randomSource(42);
  private signature: Hex = '0x';
  private time = START;

  private constructor(keys: number, window: number) {
    const { module } = loadProgram();
    this.users = Math.max(1, Math.floor(keys / KEYS_PER_USER));
    const genesis = createGenesis(genesisConfig);
    const contents = concatBytes(genesis.contents, userWords(this.users));
    this.engine = Engine.fromGenesis({ module, chainId: CHAIN_ID, window }, { contents, head: genesis.head });
    this.preparer = new Preparer(module, CHAIN_ID);
  }

  /** `window`: blocks that can be undone. */
  static async create(keys: number, window = 2): Promise<Market> {
    const market = new Market(keys, window);
    await market.openPools();
    return market;
  }

  get keys(): number {
    return this.engine.state.store.size;
  }

  beginBlock(): void {
    this.time += 1n;
    this.engine.begin({ timestamp: this.time, delayed: 0n, priceItem: 0n, producer: keeper.address });
  }

  /**
   * Swaps of random users. All carry one valid signature; the recorded recovery is replaced by the user's address, which is what a signature
   * worker would have found had the user signed.
   */
  swaps(count: number): PreparedSwaps {
    const items = Array.from({ length: count }, () => {
      const user = this.random(this.users);
      const sequence = this.sequences.get(user) ?? 0n;
      this.sequences.set(user, sequence + 1n);
      const entry = encodePacked(this.swapOf(user, sequence), this.signature);
      return { entry, ...this.answers(entry, userAddress(user)) };
    });
    return {
      supplied: PreparedBatch.pack(items.map(({ entry, all }) => ({ entry, prepared: all }))),
      recoveryOnly: PreparedBatch.pack(items.map(({ entry, recovery }) => ({ entry, prepared: recovery }))),
    };
  }

  private swapOf(user: number, sequence: bigint): PackedTransaction {
    const pool = poolAddress(merchantToken(user) - FIRST_TOKEN);
    const amountIn = BigInt(1 + this.random(5_000)) * 10n ** 14n;
    return this.transaction(sequence, [
      { type: 'Swap', pool, zeroForOne: this.random(2) === 1, amountIn, minimumOut: 1n },
    ]);
  }

  private transaction(sequence: bigint, operations: PackedTransaction['operations']): PackedTransaction {
    const deadline = ((this.time + 3_600n) / 64n) * 64n;
    return { lane: 0, sequence, deadline, feeToken: 'ETH', maxFee: 15n * 10n ** 15n, operations };
  }

  private answers(entry: Uint8Array, sender: Address): { all: Prepared; recovery: Prepared } {
    const prepared = this.preparer.recordPrepare(entry, this.time);
    const [all, recovery] = [new MemoRecorder(), new MemoRecorder()];
    let recovered: Uint8Array | undefined;
    for (const { kind, input, answer } of memoEntries(prepared.memo)) {
      const isRecovery = kind === memoKinds.ecrecover;
      if (isRecovery) {
        answer.set(Buffer.from(sender.slice(2), 'hex'), 12);
        recovered = answer;
      } else if (recovered) {
        // The transaction's hash names its signer.
        input.set(recovered, 32);
        answer.set(keccak256(input));
      }
      for (const recorder of isRecovery ? [all, recovery] : [all]) {
        recorder.ask(kind, wordsOf(input), 0, input.length);
        recorder.answered(wordsOf(answer), 0);
      }
    }
    return {
      all: { ...prepared, sender, memo: all.finish() },
      recovery: { ...prepared, sender, memo: recovery.finish() },
    };
  }

  private async openPools(): Promise<void> {
    const amount = 10n ** 27n;
    this.beginBlock();
    for (let index = 0; index < POOLS; index++) {
      const pool = poolAddress(index);
      const transaction = this.transaction(BigInt(index), [
        { type: 'CreatePool', tokenA: tokenAddress(1), tokenB: tokenAddress(FIRST_TOKEN + index) },
        { type: 'AddLiquidity', pool, amount0: amount, amount1: amount, minimum0: 0n, minimum1: 0n },
      ]);
      this.signature = await keeper.signTypedData(packedTypedData(transaction, CHAIN_ID) as never);
      this.engine.apply(encodePacked(transaction, this.signature));
    }
    this.engine.end();
  }
}
