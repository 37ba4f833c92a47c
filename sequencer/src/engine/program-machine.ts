import { type ApplyResult, type BlockContext, Engine, EngineError, type SealedBlock } from '@metachain/program';
import type { Hex } from 'viem';
import { readSequence, sequenceKey } from './account-keys.js';
import type { EngineOptions } from './engine.types.js';
import { type Genesis, loadGenesis } from './genesis.js';
import type {
  DerivedUnit,
  ItemPlace,
  Machine,
  MachineFactory,
  MachineHead,
  MachineInputs,
  MachineSeal,
} from './machine.port.js';
import { unstamped } from './prepared.js';
import { openEnvelope, sealEnvelope } from './state-envelope.js';

const ZERO_WORD = new Uint8Array(32);
/** Words of the largest memo that is handed to the program; anything longer is computed again. */
const MEMO_WORDS = 16_384;
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
  return new ProgramMachine(Engine.fromGenesis(engineOptions(genesis, inputs), state), head, inputs);
}

function fromSnapshot(genesis: Genesis, snapshot: Uint8Array, inputs: MachineInputs): Machine {
  const { head, state } = openEnvelope(snapshot);
  return new ProgramMachine(Engine.fromSnapshot(engineOptions(genesis, inputs), state), head, inputs);
}

class ProgramMachine implements Machine {
  private readonly memo = new Int32Array(MEMO_WORDS);
  private readonly memoBytes = new Uint8Array(this.memo.buffer);

  constructor(
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

  derive(item: bigint, place: ItemPlace): DerivedUnit {
    const { number: parentNumber, hash: parentHash } = this.last;
    const { itemWord, delayedWord } = this.inputs;
    const inputs = {
      itemWord: itemWord.bind(this.inputs),
      delayedWord: delayedWord.bind(this.inputs),
      // A payload that is not ours makes no block, whatever it says; zeros are one that says nothing.
      payloadWord: () => ZERO_WORD,
    };
    const { block, next } = this.engine.runUnit({ parentHash, parentNumber, item, ...place }, inputs);
    return { seal: block && this.toSeal(block), next: next.item === item ? next : undefined };
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

  snapshot(): Uint8Array {
    return sealEnvelope(this.last, this.engine.snapshot());
  }
}
