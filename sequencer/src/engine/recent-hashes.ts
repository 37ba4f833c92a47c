import type { Hex } from 'viem';

/** Hashes of the last transactions, in two generations so that memory stays bounded without a scan. */
export class RecentHashes {
  private young = new Set<Hex>();
  private old = new Set<Hex>();

  constructor(private readonly generation: number) {}

  has(hash: Hex): boolean {
    return this.young.has(hash) || this.old.has(hash);
  }

  add(hash: Hex): void {
    this.young.add(hash);
    if (this.young.size < this.generation) return;
    this.old = this.young;
    this.young = new Set();
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
  }
}
