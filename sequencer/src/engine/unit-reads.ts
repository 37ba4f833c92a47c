import { MissingInputError } from './engine.errors.js';
import type { ItemPayload } from './item-payload.js';
import type { MachineInputs } from './machine.port.js';

/**
 * Inputs of one unit that remember what was read. The program traps on an input that L1 has and this node lacks, and a trap has effects:
 * such a unit must not count.
 */
export class UnitReads {
  readonly messages = new Set<bigint>();
  readonly items = new Set<bigint>();
  private missing: string | undefined;

  constructor(
    private readonly inputs: MachineInputs,
    private readonly payload: ItemPayload,
  ) {}

  itemWord(item: bigint, word: number): Uint8Array | undefined {
    this.items.add(item);
    if (this.inputs.itemWord(item, 0) === undefined) this.missing ??= `item ${item}`;
    return this.inputs.itemWord(item, word);
  }

  delayedWord(message: bigint, word: number): Uint8Array | undefined {
    this.messages.add(message);
    if (this.inputs.delayedWord(message, 0) === undefined) this.missing ??= `delayed message ${message}`;
    return this.inputs.delayedWord(message, word);
  }

  payloadWord(_item: bigint, word: number): Uint8Array {
    return this.payload.word(word);
  }

  /** Throws MissingInputError when the unit read what this node does not have. */
  requireAll(): void {
    if (this.missing !== undefined) throw new MissingInputError(this.missing);
  }
}
