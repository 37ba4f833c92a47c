import { z } from 'zod';
import type { ItemBoundary, ItemLedger } from '../poster/item-ledger.js';

const whole = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform(BigInt);
const word = z.string().regex(/^0x[0-9a-f]{64}$/);

/** The part of a prover's `/status` that matters here. */
const statusSchema = z.object({
  crossCheck: z
    .object({
      item: whole,
      itemHash: word,
      stateRoot: word,
      headerHash: word,
      mismatch: z.object({ item: whole, difference: z.string() }).optional(),
      stopped: z.string().optional(),
    })
    .optional(),
});

/** How far the node may assert, and why no further. */
export interface CheckVerdict {
  /** Items below it were run in the stepper and agree with the own state; undefined: nothing may be asserted now. */
  readonly item: bigint | undefined;
  /** For operators: one sentence. */
  readonly detail: string;
  /** The stepper, the prover or this node computed something else: people have to look. */
  readonly disagreement: boolean;
}

/** Largest status that is read, bytes. */
const MAX_STATUS_BYTES = 1 << 20;
const TIMEOUT_MILLISECONDS = 5_000;

const nothing = (detail: string, disagreement = false): CheckVerdict => ({ item: undefined, detail, disagreement });

/**
 * Asks a prover how far it has derived the chain from L1 and run it in the stepper. A wrong assertion costs the bond, and one that is right
 * in V8 but not in the stepper would be lost in a dispute: so nothing is asserted beyond what both agree on.
 */
export class AssertionChecker {
  private last: CheckVerdict = nothing('not asked yet');

  /** `url` of the prover's status server; undefined only where a development network runs without one. */
  constructor(
    private readonly url: string | undefined,
    private readonly request: typeof fetch = fetch,
  ) {}

  /** Newest verdict. */
  get verdict(): CheckVerdict {
    return this.last;
  }

  /** Asks again. Never throws: a checker that cannot be asked allows nothing. */
  async ask(ledger: ItemLedger): Promise<CheckVerdict> {
    this.last = await this.judge(ledger).catch((error: unknown) =>
      nothing(`the checker cannot be asked: ${error instanceof Error ? error.message : String(error)}`),
    );
    return this.last;
  }

  private async judge(ledger: ItemLedger): Promise<CheckVerdict> {
    const newest = ledger.latest.itemIndex;
    if (this.url === undefined) return { item: newest, detail: 'no checker is configured', disagreement: false };
    const { crossCheck } = statusSchema.parse(JSON.parse(await this.read(this.url)));
    if (crossCheck === undefined) return nothing('the checker runs no stepper');
    const { item, mismatch, stopped } = crossCheck;
    const own = ledger.at(item);
    if (own !== undefined && own.itemHash !== crossCheck.itemHash)
      return nothing(`the checker reads another item ${item - 1n} on L1, as during a reorganisation`);
    if (own !== undefined && differs(own, crossCheck))
      return nothing(`the checker has another state after ${item} items`, true);
    if (mismatch !== undefined)
      return nothing(`V8 and the stepper disagree about item ${mismatch.item}: ${mismatch.difference}`, true);
    if (own === undefined) return nothing(`the checker is at item ${item}, this node has read ${newest}`);
    const reason = stopped === undefined ? '' : `; it runs no more: ${stopped}`;
    return { item, detail: `${newest - item} items not checked${reason}`, disagreement: false };
  }

  private async read(url: string): Promise<string> {
    const response = await this.request(new URL('status', url.endsWith('/') ? url : `${url}/`), {
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      redirect: 'error',
    });
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body ?? []) {
      size += (part as Uint8Array).length;
      if (size > MAX_STATUS_BYTES) return '';
      parts.push(part as Uint8Array);
    }
    return Buffer.concat(parts).toString();
  }
}

const differs = (
  own: ItemBoundary,
  { stateRoot, headerHash }: { readonly stateRoot: string; readonly headerHash: string },
): boolean => own.stateRoot !== stateRoot || own.headerHash !== headerHash;
