import { Preparer } from '@metachain/program';
import { type Stamped, stamp } from '../engine/prepared.js';
import type { Genesis } from '../engine/genesis.js';

const NO_HASH = new Uint8Array(32);
const NO_SENDER = new Uint8Array(20);

/** Runs the program's `prepare` and stamps the recorded memo with hash and sender. */
export class StampingPreparer {
  private readonly preparer: Preparer;

  constructor(genesis: Pick<Genesis, 'module' | 'chainId'>) {
    this.preparer = new Preparer(genesis.module, genesis.chainId);
  }

  /** Stamped memo of one entry; of a malformed one the empty memo, and the engine will say why. `time` in seconds. */
  prepare(wire: Uint8Array, time: bigint): Uint8Array {
    return stamp(this.identify(wire, time));
  }

  /** The same in parts. */
  identify(wire: Uint8Array, time: bigint): Stamped {
    const { code, memo, hash, sender } = this.preparer.recordIdentified(wire, time);
    const bytes = new Uint8Array(memo.buffer, memo.byteOffset, memo.byteLength);
    return code === 0 ? { hash, sender, memo: bytes } : { hash: NO_HASH, sender: NO_SENDER, memo: bytes };
  }
}
