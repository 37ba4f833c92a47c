import type { Chain, ChainBlock, Heads } from '../../chain/chain.types.js';

type BlockListener = Parameters<Chain['onBlock']>[0];
type HeadsListener = Parameters<Chain['onHeads']>[0];
type ReorgListener = Parameters<Chain['onReorg']>[0];

/** The listeners of a chain made for tests, called one after another as the real one does. */
export class ChainListeners {
  private readonly blocks: BlockListener[] = [];
  private readonly changes: HeadsListener[] = [];
  private readonly reorgs: ReorgListener[] = [];

  readonly onBlock = (listener: BlockListener): void => void this.blocks.push(listener);
  readonly onHeads = (listener: HeadsListener): void => void this.changes.push(listener);
  readonly onReorg = (listener: ReorgListener): void => void this.reorgs.push(listener);

  async block(block: ChainBlock): Promise<void> {
    for (const listener of this.blocks) await listener(block);
  }

  async heads(heads: Heads, batch?: Parameters<HeadsListener>[1]): Promise<void> {
    for (const listener of this.changes) await listener(heads, batch);
  }

  async reorg(above: bigint): Promise<void> {
    for (const listener of this.reorgs) await listener(above);
  }
}
