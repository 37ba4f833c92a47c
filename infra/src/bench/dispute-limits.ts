import { LocalJudge } from '@metachain/prover';
import { keccakStep, logStep, type MadeStep, messageStep, proveMade } from '@metachain/prover/bench';
import { InfraError } from '../errors.js';
import { type GameGas, gasWithStep } from './dispute-game.js';

/** Steps whose proofs grow with the bytes that they take, and how many those may be. */
const growing = [
  { what: 'keccak', of: keccakStep, most: 16_384 },
  { what: 'log', of: logStep, most: 4_096 },
  { what: 'message', of: messageStep, most: 4_096 },
] as const;
/** Sizes are looked at in steps of so many bytes. */
const stride = 256;

/** Up to how many bytes a step of a kind may take for a game to stay within its target. */
export type ByteLimit = { readonly step: string; readonly items: number; readonly bytes: number };

/** Measures made steps, each once. */
class StepMeter {
  private readonly known = new Map<string, number>();

  constructor(private readonly judge: LocalJudge) {}

  async gasOf(made: MadeStep): Promise<number> {
    const known = this.known.get(made.name);
    if (known !== undefined) return known;
    const costs = new Map();
    const [mismatch] = await proveMade(this.judge, made, costs);
    if (mismatch) throw new InfraError('checkFailed', `Stepper and judge differ: ${mismatch}`);
    const gas = Number(costs.get(made.name)?.transactionGas);
    this.known.set(made.name, gas);
    return gas;
  }
}

/** For games about so many items, given one of each that ended otherwise: what still ends within `target` gas, to the 256 bytes. */
export async function bytesWithin(target: number, games: ReadonlyMap<bigint, GameGas>): Promise<ByteLimit[]> {
  const meter = new StepMeter(await LocalJudge.create());
  const limits: ByteLimit[] = [];
  for (const { what, of, most } of growing)
    for (const [items, game] of games) {
      const fits = async (bytes: number) => gasWithStep(game, await meter.gasOf(of(bytes))) <= target;
      limits.push({ step: what, items: Number(items), bytes: await largest(most, fits) });
    }
  return limits;
}

/** The largest multiple of the stride up to `most` that fits; 0 if none does. */
async function largest(most: number, fits: (bytes: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [0, most / stride];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (await fits(middle * stride)) low = middle;
    else high = middle - 1;
  }
  return low * stride;
}
