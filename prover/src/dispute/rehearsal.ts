import { bytesToHex, hexToBytes, type Hash } from 'viem';

import { LocalJudge } from '../machine/judge/local-judge.js';
import type { LoweredProgram } from '../machine/lowering/lower.js';
import { describeLowered, type ProgramDescription } from '../machine/lowering/program.js';
import type { ItemInputs } from './item-inputs.js';

/** L1's judge in a local EVM, made when first needed: what it says of a step here, it says there. */
export class Rehearsal {
  /** The program as L1 holds it. */
  readonly description: ProgramDescription;
  private judge: Promise<LocalJudge> | undefined;

  constructor(program: LoweredProgram) {
    this.description = describeLowered(program);
  }

  /** Hash of the program that it judges. */
  get programHash(): Hash {
    return bytesToHex(this.description.hash);
  }

  /** Machine hash after a step whose witnesses were made with `inputs`. Throws JudgeError `reverted` when the proof is wrong. */
  async step(before: Uint8Array, proof: Uint8Array, inputs: ItemInputs): Promise<Hash> {
    this.judge ??= this.open();
    const judge = await this.judge;
    await record(judge, inputs);
    return bytesToHex((await judge.step(this.description.hash, before, proof)).after);
  }

  private async open(): Promise<LocalJudge> {
    const judge = await LocalJudge.create();
    await judge.registerProgram(this.description);
    return judge;
  }
}

/** Puts what the witnesses name where the judge looks for it. */
async function record(judge: LocalJudge, inputs: ItemInputs): Promise<void> {
  for (const item of inputs.named.items) await judge.putItem(item, hexToBytes(inputs.itemHash(item)));
  for (const message of inputs.named.messages) {
    for (const count of [message, message + 1n]) {
      await judge.putDelayedAccumulator(count, hexToBytes(inputs.delayedAccumulator(count)));
    }
  }
}
