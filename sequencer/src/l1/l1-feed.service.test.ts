import { expect, it } from '@jest/globals';
import type { L1Event } from '@metachain/bridge';
import type { ChainService } from '../chain/chain.service.js';
import type { ChainBlock } from '../chain/chain.types.js';
import { L1FeedService } from './l1-feed.service.js';
import type { L1Parts } from './l1.tokens.js';

const EVER = 1n << 60n;
const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

/** A block that consumed the first delayed message, or nothing. */
const block = (number: bigint, consumes: boolean) =>
  ({
    block: { number, delayedConsumed: consumes ? 1n : 0n },
    context: { delayed: consumes ? 1n : 0n, priceItem: 0n },
    recorded: consumes ? [{ wire: new Uint8Array(32), records: new Uint8Array(0) }] : [],
  }) as unknown as ChainBlock;

const reorg = { type: 'reorg', reorg: { firstItem: 0n, firstMessage: 0n, depth: 1n, fromBlock: 9n } } as const;

/** A feed whose engine, when blocks are undone, puts the message into the first block after those that stay. */
function feed() {
  const undone: [bigint, bigint][] = [];
  let [onBlock, onReorg]: ((value: never) => Promise<void>)[] = [];
  const chain = {
    onBlock: (listener: typeof onBlock) => (onBlock = listener),
    onReorg: (listener: typeof onReorg) => (onReorg = listener),
    onHeads: () => undefined,
    drained: async () => undefined,
  } as unknown as ChainService;
  const engine = {
    undo: async (number: bigint, _: bigint, firstMessage: bigint) => {
      undone.push([number, firstMessage]);
      await pause();
      await onReorg!(number as never);
      await onBlock!(block(number + 1n, true) as never);
    },
    dropL1: async () => undefined,
  };
  const watcher = {
    async *events(): AsyncGenerator<L1Event> {
      yield reorg as unknown as L1Event;
    },
  };
  const parts = { engine, watcher, onReorg: () => undefined } as unknown as L1Parts;
  return { service: new L1FeedService(parts, chain), undone, add: (made: ChainBlock) => onBlock!(made as never) };
}

it('judges what L1 took back by the blocks there are when an undo of somebody else is done', async () => {
  const { service, undone, add } = feed();
  await add(block(1n, false));
  await add(block(2n, false));
  await add(block(3n, true));
  const remade = service.remake(1n, 'too old');
  service.start();
  await remade;
  await service.stop();
  // The message is in block 1 by then, no longer in block 3.
  expect(undone).toEqual([
    [0n, EVER],
    [0n, 0n],
  ]);
});
