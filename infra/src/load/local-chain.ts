import {
  type BlockContext,
  Engine,
  type GenesisInput,
  type Operation,
  type SealedBlock,
  compactSignature,
  concatBytes,
  contentHash,
  createGenesis,
  encodeBlock,
  loadProgram,
  poolAddress,
  producerDigest,
  tokenAddress,
} from '@metachain/program';
import { concat, hexToBytes, numberToHex, zeroAddress } from 'viem';
import { signDigest } from '../baseline/sign.js';
import { InfraError } from '../errors.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { PackedUser, swapOperation } from './packed-user.js';
import type { SwapChoice } from './swap-mix.js';

/** Tokens of the load beside ETH, MB and DCEP. */
const extraTokens = 10;
const eachUser = 10n ** 24n;
const reserve = 10n ** 26n;

export interface BuiltBlock {
  readonly sealed: SealedBlock;
  /** As it stands in a payload. */
  readonly bytes: Uint8Array;
  readonly transactions: number;
  readonly transactionBytes: number;
}

/**
 * A chain inside this process, for measurements without a network: the same program, the same codecs. Users and liquidity come from the
 * genesis allocation; everything after that is signed transactions.
 */
export class LocalChain {
  readonly engine: Engine;
  readonly users: readonly PackedUser[];
  private readonly maker: PackedUser;
  private readonly producer = developmentAccount(roles.sequencer);
  private time: bigint;

  private constructor(
    readonly chainId: number,
    readonly genesis: GenesisInput,
    users: readonly PackedUser[],
    maker: PackedUser,
  ) {
    this.users = users;
    this.maker = maker;
    this.time = BigInt(genesis.timestamp);
    const made = createGenesis(genesis);
    this.engine = Engine.fromGenesis({ module: loadProgram().module, chainId }, made);
  }

  /** Pool `i` pairs token `3 + i` with ETH. */
  static create(
    userCount: number,
    chainId: number,
    timestamp: number,
    l1 = { messenger: zeroAddress as string, bridge: zeroAddress as string },
  ): LocalChain {
    const users = Array.from({ length: userCount }, (_, index) => PackedUser.of('load', index, chainId));
    const maker = PackedUser.of('market maker', 0, chainId);
    return new LocalChain(chainId, genesisFor(users, maker, chainId, timestamp, l1), users, maker);
  }

  get pools(): number {
    return extraTokens;
  }

  /** Opens the pools with deep liquidity, in one block. */
  openPools(): BuiltBlock {
    return this.build(this.signPools());
  }

  /** The market maker's transactions that open the pools. */
  signPools(): Uint8Array[] {
    return Array.from({ length: extraTokens }, (_, i) => {
      const [token, pool] = [tokenAddress(3 + i), poolAddress(i)];
      const operations: Operation[] = [
        { type: 'CreatePool', tokenA: tokenAddress(0), tokenB: token },
        { type: 'AddLiquidity', pool, amount0: reserve, amount1: reserve, minimum0: 0n, minimum1: 0n },
      ];
      return this.maker.sign(operations, this.time).wire;
    });
  }

  /** Signs the swaps of a mix, in order. */
  signSwaps(mix: readonly SwapChoice[]): Uint8Array[] {
    return mix.map(({ user, pool, zeroForOne, amountPpm }) => {
      const amountIn = (eachUser * amountPpm) / 1_000_000n;
      const minimumOut = (amountIn * 98n) / 100n;
      return (this.users[user] as PackedUser).sign(
        [swapOperation(poolAddress(pool), zeroForOne, amountIn, minimumOut)],
        this.time,
      ).wire;
    });
  }

  /** Builds, seals and signs a block of entries one second after the last. Every one must execute. */
  build(wires: readonly Uint8Array[]): BuiltBlock {
    const parent = this.engine.head.hash;
    const context: BlockContext = {
      timestamp: ++this.time,
      delayed: 0n,
      priceItem: 0n,
      producer: this.producer.address,
    };
    this.engine.begin(context);
    for (const wire of wires) {
      const { status, code } = this.engine.apply(wire);
      if (status !== 'executed')
        throw new InfraError('checkFailed', `A transaction of the load was ${status} with code ${code}.`);
    }
    const sealed = this.engine.end();
    const content = concatBytes(...wires);
    const bytes = this.sign(parent, context, content);
    return { sealed, bytes, transactions: wires.length, transactionBytes: content.length };
  }

  private sign(parent: `0x${string}`, context: BlockContext, content: Uint8Array): Uint8Array {
    const head = { parent, timestamp: context.timestamp, delayed: 0n, priceItem: 0n };
    const digest = producerDigest(this.chainId, { ...head, contentHash: contentHash(content) });
    const { r, s, yParity } = signDigest(hexToBytes(digest), hexToBytes(this.producer.privateKey));
    return encodeBlock({ ...head, content, signature: compactSignature(concat([r, s, numberToHex(27 + yParity)])) });
  }
}

function genesisFor(
  users: readonly PackedUser[],
  maker: PackedUser,
  chainId: number,
  timestamp: number,
  l1: { messenger: string; bridge: string },
): GenesisInput {
  const tokens = [0, ...Array.from({ length: extraTokens }, (_, i) => 3 + i)];
  const allocate = (account: string, amount: bigint) => tokens.map((token) => ({ token, account, amount }));
  return {
    chainId,
    timestamp,
    producer: developmentAccount(roles.sequencer).address,
    l1Messenger: l1.messenger,
    l1StandardBridge: l1.bridge,
    tokens: [
      { name: 'MetaMart', symbol: 'MB', decimals: 18 },
      { name: 'DCEP', symbol: 'DCEP', decimals: 6 },
      ...Array.from({ length: extraTokens }, (_, i) => ({ name: `Load token ${i}`, symbol: `LT${i}`, decimals: 18 })),
    ],
    allocations: [
      ...users.flatMap((user) => allocate(user.address, eachUser)),
      ...allocate(maker.address, reserve * BigInt(extraTokens * 2)),
    ],
  };
}
