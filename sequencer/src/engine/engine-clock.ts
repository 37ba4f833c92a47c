/** Time of new blocks. */
export class EngineClock {
  private l1 = 0n;

  /** `wall`: milliseconds. */
  constructor(private readonly wall: () => number) {}

  /** L1 has reached this time, in seconds. */
  reach(l1: bigint): void {
    if (l1 > this.l1) this.l1 = l1;
  }

  /** Seconds; follows L1 when that is ahead, so that no block is older than its item allows. */
  readonly now = (): bigint => {
    const wall = BigInt(Math.floor(this.wall() / 1000));
    return wall > this.l1 ? wall : this.l1;
  };
}
