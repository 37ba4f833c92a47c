import type { ApplyResult, BlockContext, SealedBlock, StateDiff } from '@metachain/program';
import type { Hex } from 'viem';
import type { ItemPayload } from './item-payload.js';

/** L1 inputs that `begin` may read. Words are 32 bytes; undefined = out of range, on which the program traps. */
export interface MachineInputs {
  itemWord(item: bigint, word: number): Uint8Array | undefined;
  delayedWord(message: bigint, word: number): Uint8Array | undefined;
}

/** A sealed block without its receipts: they are parsed from `records` by the thread that needs them. */
export type BlockHeader = Omit<SealedBlock, 'receipts'>;

/** A sealed block with its log records (docs/spec/logs.md) and the words it changed, for the replicas. */
export interface MachineSeal {
  readonly block: BlockHeader;
  readonly records: Uint8Array;
  readonly diff: StateDiff | undefined;
}

/** Last sealed block, as far as the next one needs it. */
export interface MachineHead {
  readonly number: bigint;
  readonly hash: Hex;
  readonly stateRoot: Hex;
  /** Seconds. */
  readonly timestamp: bigint;
  /** Absolute count. */
  readonly delayedConsumed: bigint;
  /** Wei per byte and wei per gas. */
  readonly l1BytePrice: bigint;
  readonly basePrice: bigint;
}

/** Where in an item a unit starts: byte of its payload, and how many units were before it. */
export interface ItemPlace {
  readonly offset: number;
  readonly unit: number;
}

/** What a unit made, and where the next one of its item starts; undefined where the item is done. */
export interface DerivedUnit {
  readonly seal: MachineSeal | undefined;
  readonly next: ItemPlace | undefined;
  /** Transactions of the block in order, without those that the rules skipped: wire bytes and stamped memo. */
  readonly transactions: readonly StoredTransaction[];
  /** What the unit read of L1: needed to run it again. */
  readonly read: { readonly messages: ReadonlySet<bigint>; readonly items: ReadonlySet<bigint> };
}

/** A transaction with what was found out about it. `memo`: stamped, see prepared.ts. */
export interface StoredTransaction {
  readonly wire: Uint8Array;
  readonly memo: Uint8Array;
}

/** The program with its state, as the engine thread drives it. Every rule is behind this door. */
export interface Machine {
  head(): MachineHead;
  /** Opens a block: 0, or the rules' error code. */
  begin(context: BlockContext): number;
  /** One transaction of the open block. A skipped one had no effect. `memo`: stamped, see prepared.ts. */
  apply(wire: Uint8Array, memo: Uint8Array): ApplyResult;
  /** Closes the open block and computes its root. */
  end(): MachineSeal;
  /** Takes back the open block, which must hold nothing. */
  abandon(): void;
  /**
   * Runs one unit of an L1 item, as L1 judges it. `known`: the block's transactions where they were found out before. No block may be open.
   * Throws MissingInputError.
   */
  derive(item: bigint, place: ItemPlace, payload: ItemPayload, known?: readonly StoredTransaction[]): DerivedUnit;
  /** Next nonce of an account, or next sequence of a lane, in the open block if there is one. */
  nonce(account: Hex, lane?: number): bigint;
  /** What an account holds of a token, in base units, in the open block if there is one. */
  balance(account: Hex, token: Hex): bigint;
  /** The state after the last sealed block. Only between blocks. */
  snapshot(): Uint8Array;
}

/** Makes machines: one at start, another whenever blocks are undone. */
export interface MachineFactory {
  readonly programHash: Hex;
  readonly genesis: { readonly hash: Hex; readonly stateRoot: Hex; readonly timestamp: bigint };
  /** `snapshot` undefined = genesis. */
  load(snapshot: Uint8Array | undefined, inputs: MachineInputs): Promise<Machine>;
}
