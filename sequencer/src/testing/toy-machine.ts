import { createHash } from 'node:crypto';
import type { ApplyResult, BlockContext } from '@metachain/program';
import type { Hex } from 'viem';
import { RejectedTransaction } from '../chain/chain.types.js';
import type {
  BlockHeader,
  DerivedUnit,
  Machine,
  MachineFactory,
  MachineHead,
  MachineInputs,
  MachineSeal,
} from '../engine/machine.port.js';
import { fromStamped, type PreparedTransaction, stamp, unstamped } from '../engine/prepared.js';
import type { RuleBook } from '../engine/rule-book.js';

/**
 * A machine of a few lines for tests of everything around it: accounts are one byte and have a nonce, a transaction adds its amount to
 * one running digest. Numbers of refusals as below.
 */
export const TOY = {
  full: 9,
  nonceTooHigh: 1,
  nonceTooLow: 2,
  failed: 3,
  unfunded: 4,
  transactionsPerBlock: 1000,
} as const;
/** Account that holds nothing; the others have enough. */
export const PAUPER = 99;
/** Price of a transaction that is refused until a deposit was consumed. */
export const NEEDS_DEPOSIT = 200;

const ZERO: Hex = `0x${'00'.repeat(32)}`;

interface ToyState {
  head: MachineHead;
  nonces: Record<string, number>;
  digest: string;
}

export function toyTransaction(account: number, nonce: number, price = 1): PreparedTransaction {
  const wire = Buffer.from([0x80, account, nonce >> 8, nonce & 255, price]);
  const hash = createHash('sha256').update(wire).digest();
  return fromStamped(wire, stamp({ hash, sender: Buffer.alloc(20, account), memo: Buffer.of(1) }));
}

export const toyRules: RuleBook = {
  isBlockFull: (code) => code === TOY.full,
  isNonce: (code) => code === TOY.nonceTooHigh || code === TOY.nonceTooLow,
  durableMemo: (memo) => memo,
  rejection: (code) => new RejectedTransaction(-32000, `refused ${code}`),
  noFunds: new RejectedTransaction(-32000, 'no funds'),
  ticket: ({ wire, sender }) => ({
    account: sender,
    lane: undefined,
    nonce: BigInt(wire[2]! * 256 + wire[3]!),
    price: BigInt(wire[4]!),
    holding: { token: '0x', amount: BigInt(wire[4]!) },
  }),
};

export class ToyMachine implements Machine {
  private context: BlockContext | undefined;
  private receipts = 0;

  constructor(
    private state: ToyState,
    private readonly inputs: MachineInputs,
  ) {}

  head(): MachineHead {
    return this.state.head;
  }

  begin(context: BlockContext): number {
    for (let offset = 0n; offset < context.delayed; offset++) {
      const word = this.inputs.delayedWord(this.state.head.delayedConsumed + offset, 0);
      if (!word) return 1201;
      this.mix(word);
    }
    this.context = context;
    this.receipts = Number(context.delayed);
    return 0;
  }

  apply(wire: Uint8Array, memo: Uint8Array): ApplyResult {
    if (unstamped(memo)[0] !== 1) return { status: 'skipped', code: 99 };
    if (this.receipts >= TOY.transactionsPerBlock) return { status: 'skipped', code: TOY.full };
    const account = String(wire[1]);
    const nonce = wire[2]! * 256 + wire[3]!;
    const next = this.state.nonces[account] ?? 0;
    if (nonce !== next) return { status: 'skipped', code: nonce > next ? TOY.nonceTooHigh : TOY.nonceTooLow };
    const deposits = this.state.head.delayedConsumed + this.context!.delayed;
    if (wire[4] === NEEDS_DEPOSIT && deposits === 0n) return { status: 'skipped', code: TOY.unfunded };
    this.state.nonces[account] = next + 1;
    this.mix(wire);
    this.receipts += 1;
    return nonce % 7 === 6 ? { status: 'failed', code: TOY.failed } : { status: 'executed', code: 0 };
  }

  end(): MachineSeal {
    const { head } = this.state;
    const context = this.context!;
    const stateRoot: Hex = `0x${this.state.digest}`;
    const hash: Hex = `0x${createHash('sha256').update(head.hash).update(stateRoot).digest('hex')}`;
    const block: BlockHeader = {
      number: head.number + 1n,
      timestamp: context.timestamp,
      gasUsed: 0n,
      delayedConsumed: head.delayedConsumed + context.delayed,
      l1BytePrice: 1n,
      basePrice: 1n,
      producer: context.producer,
      parentHash: head.hash,
      stateRoot,
      logHash: ZERO,
      hash,
    };
    this.state.head = { ...head, ...block };
    this.context = undefined;
    return { block, records: new Uint8Array(this.receipts), diff: undefined };
  }

  abandon(): void {
    this.context = undefined;
  }

  derive(): DerivedUnit {
    const read = { messages: new Set<bigint>(), items: new Set<bigint>() };
    return { seal: undefined, next: undefined, transactions: [], read };
  }

  nonce(account: Hex): bigint {
    return BigInt(this.state.nonces[String(parseInt(account.slice(2, 4), 16))] ?? 0);
  }

  balance(account: Hex): bigint {
    return parseInt(account.slice(2, 4), 16) === PAUPER ? 0n : 1_000n;
  }

  snapshot(): Uint8Array {
    return Buffer.from(
      JSON.stringify(this.state, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
    );
  }

  private mix(bytes: Uint8Array): void {
    this.state.digest = createHash('sha256').update(this.state.digest).update(bytes).digest('hex');
  }
}

export const toyFactory: MachineFactory = {
  programHash: `0x${'11'.repeat(32)}`,
  genesis: { hash: `0x${'22'.repeat(32)}`, stateRoot: ZERO, timestamp: 0n },
  load: (snapshot, inputs) => Promise.resolve(new ToyMachine(snapshot ? revive(snapshot) : genesisState(), inputs)),
};

function revive(snapshot: Uint8Array): ToyState {
  return JSON.parse(Buffer.from(snapshot).toString(), (_, value: unknown) =>
    typeof value === 'string' && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
  ) as ToyState;
}

function genesisState(): ToyState {
  const head = {
    number: 0n,
    hash: toyFactory.genesis.hash,
    stateRoot: ZERO,
    timestamp: 0n,
    delayedConsumed: 0n,
    l1BytePrice: 1n,
    basePrice: 1n,
  };
  return { head, nonces: {}, digest: '' };
}
