import { Injectable } from '@nestjs/common';
import type { Hex } from 'viem';

type Listener = (hashes: readonly Hex[]) => void;

/** Tells subscribers and filters which transactions this node accepted. */
@Injectable()
export class PendingFeed {
  private readonly listeners = new Set<Listener>();

  announce(hashes: readonly Hex[]): void {
    if (hashes.length > 0) for (const listener of this.listeners) listener(hashes);
  }

  /** Returns the function that ends the subscription. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
