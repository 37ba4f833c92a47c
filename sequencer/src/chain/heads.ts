import type { Heads } from './chain.types.js';

/** Block numbers at each level of finality. A level never passes the one below it. */
export class HeadTracker {
  private current: Heads = { soft: 0n, safe: 0n, final: 0n };

  get heads(): Heads {
    return this.current;
  }

  /** Moves the soft head up. */
  setSoft(soft: bigint): void {
    this.current = { ...this.current, soft };
  }

  /** Blocks up to this one are on L1. Says whether anything changed. */
  setSafe(safe: bigint): boolean {
    return this.change({ ...this.current, safe: safe < this.current.final ? this.current.final : safe });
  }

  /** Blocks up to this one can no longer be disputed. Says whether anything changed. */
  setFinal(final: bigint): boolean {
    if (final <= this.current.final) return false;
    const { safe } = this.current;
    return this.change({ ...this.current, final, safe: safe < final ? final : safe });
  }

  /** Blocks above this one were undone. */
  undo(number: bigint): void {
    const { soft, safe, final } = this.current;
    this.current = { soft: soft < number ? soft : number, safe: safe < number ? safe : number, final };
  }

  private change(next: Heads): boolean {
    const changed = next.safe !== this.current.safe || next.final !== this.current.final;
    this.current = next;
    return changed;
  }
}
