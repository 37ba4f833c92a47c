import {
  type ApplyResult,
  balanceKey,
  type BlockContext,
  Engine,
  EngineError,
  parseRecords,
  readLittleEndian,
  type SealedBlock,
  splitContent,
} from '@metachain/program';
import type { Hex } from 'viem';
import { readSequence, sequenceKey } from './account-keys.js';
import type { EngineOptions } from './engine.types.js';
import { type Genesis, loadGenesis } from './genesis.js';
import type { ItemPayload } from './item-payload.js';
import type {
  DerivedUnit,
  ItemPlace,
  Machine,
  MachineFactory,
  MachineHead,
  MachineInputs,
  MachineSeal,
  StoredTransaction,
} from './machine.port.js';
import { NOBODY } from './nobody.js';
import { stampedHash, unstamped } from './prepared.js';
import { openEnvelope, sealEnvelope } from './state-envelope.js';
import { StampingPreparer } from '../signatures/preparer.js';
import { UnitReads } from './unit-reads.js';

/** Words of the largest memo that is handed to the program; anything longer is computed again. */
const MEMO_WORDS = 16_384;
/** Bytes of a balance in its word. */
const AMOUNT_BYTES = 16;
/** Undone blocks are made again from a snapshot, so the engine itself need not remember how to go back. */
const UNDO_WINDOW = 1;

/** The program of this repository as the engine thread's machine. */
export function programFactory(options: Pick<EngineOptions, 'genesis'>): MachineFactory {
  const genesis = loadGenesis(options.genesis);
  return {
    programHash: genesis.programHash,
    genesis: { hash: genesis.state.head.hash, stateRoot: genesis.stateRoot, timestamp: genesis.timestamp },
    load: async (snapshot, inputs) =>
      snapshot ? fromSnapshot(genesis, snapshot, inputs) : fromGenesis(genesis, inputs),
  };
}

const engineOptions = ({ module, chainId }: Genesis, inputs: MachineInputs) => ({
  module,
  chainId,
  window: UNDO_WINDOW,
  inputs,
});

function fromGenesis(genesis: Genesis, inputs: MachineInputs): Machine {
  const { stateRoot, timestamp, state } = genesis;
  const head = {
    ...state.head,
    stateRoot,
    timestamp,
    delayedConsumed: 0n,
    l1BytePrice: 0n,
    basePrice: genesis.basePrice,
  };
  return new ProgramMachine(genesis, Engine.fromGenesis(engineOptions(genesis, inputs), state), head, inputs);
}

function fromSnapshot(genesis: Genesis, snapshot: Uint8Array, inputs: MachineInputs): Machine {
  const { head, state } = openEnvelope(snapshot);
  return new ProgramMachine(genesis, Engine.fromSnapshot(engineOptions(genesis, inputs), state), head, inputs);
}

class ProgramMachine implements Machine {
  private readonly memo = new Int32Array(MEMO_WORDS);
  private readonly memoBytes = new Uint8Array(this.memo.buffer);

  private preparer: StampingPreparer | undefined;

  constructor(
    private readonly genesis: Genesis,
    private readonly engine: Engine,
    private last: MachineHead,
    private readonly inputs: MachineInputs,
  ) {}

  head(): MachineHead {
    return this.last;
  }

  begin(context: BlockContext): number {
    try {
      this.engine.begin(context);
      return 0;
    } catch (error) {
      if (error instanceof EngineError && error.code === 'engine/begin')
        return Number(/\d+$/.exec(error.message)?.[0] ?? 1);
      throw error;
    }
  }

  apply(wire: Uint8Array, stamped: Uint8Array): ApplyResult {
    const memo = unstamped(stamped);
    if (memo.length > this.memoBytes.length) return this.engine.apply(wire);
    this.memoBytes.set(memo);
    return this.engine.apply(wire, this.memo.subarray(0, memo.length >> 2));
  }

  abandon(): void {
    this.engine.abandon();
  }

  end(): MachineSeal {
    return this.toSeal(this.engine.end());
  }

  derive(item: bigint, place: ItemPlace, payload: ItemPayload, known: readonly StoredTransaction[] = []): DerivedUnit {
    const { number: parentNumber, hash: parentHash } = this.last;
    const inputs = new UnitReads(this.inputs, payload);
    const memo = joined(known.map((transaction) => unstamped(transaction.memo)));
    const { block, next } = this.engine.runUnit({ parentHash, parentNumber, item, ...place }, inputs, memo);
    inputs.requireAll();
    const seal = block && this.toSeal(block);
    const transactions = known.length > 0 || !seal ? known : this.includedIn(seal, payload, place.offset);
    return { seal, next: next.item === item ? next : undefined, transactions, read: inputs };
  }

  /** Entries of the block's content that left a receipt. On L1 the bytes of the others are there without effect. */
  private includedIn({ block, records }: MachineSeal, payload: ItemPayload, offset: number): StoredTransaction[] {
    const found = block.producer === NOBODY ? undefined : payload.blockAt(offset);
    if (!found) return [];
    this.preparer ??= new StampingPreparer(this.genesis);
    const receipts = parseRecords(records).receipts.filter(({ kind }) => kind !== 'delayed');
    const included: StoredTransaction[] = [];
    for (const wire of splitContent(found.content())) {
      if (included.length === receipts.length) break;
      const memo = this.preparer.prepare(wire, block.timestamp);
      if (stampedHash(memo) === receipts[included.length]!.hash) included.push({ wire: wire.slice(), memo });
    }
    return included;
  }

  private toSeal(sealed: SealedBlock): MachineSeal {
    const { number, hash, stateRoot, timestamp, delayedConsumed, l1BytePrice, basePrice } = sealed;
    const { gasUsed, producer, parentHash, logHash } = sealed;
    this.last = { number, hash, stateRoot, timestamp, delayedConsumed, l1BytePrice, basePrice };
    return {
      block: { ...this.last, gasUsed, producer, parentHash, logHash },
      records: this.engine.records,
      diff: this.engine.lastDiff,
    };
  }

  nonce(account: Hex, lane?: number): bigint {
    const word = this.engine.state.store.read(sequenceKey(account, lane));
    return word ? readSequence(word, lane) : 0n;
  }

  balance(account: Hex, token: Hex): bigint {
    const word = this.engine.state.store.read(balanceKey(token, account));
    return word ? readLittleEndian(word.subarray(0, AMOUNT_BYTES)) : 0n;
  }

  snapshot(): Uint8Array {
    return sealEnvelope(this.last, this.engine.snapshot());
  }
}

/** Memos of a block's transactions as the memo of the block. */
function joined(memos: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(memos));
}
