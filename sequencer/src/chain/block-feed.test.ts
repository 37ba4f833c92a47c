import { describe, expect, it } from '@jest/globals';
import type { EngineBlock } from '../engine/engine.types.js';
import { BlockFeed } from './block-feed.js';
import { HeadTracker } from './heads.js';

const block = (number: number): EngineBlock =>
  ({
    block: { number: BigInt(number) },
    records: new Uint8Array(0),
    content: new Uint8Array(0),
    entryEnds: new Uint32Array(0),
    messages: [],
    context: {},
  }) as unknown as EngineBlock;

function feed(replicate: (block: EngineBlock) => Promise<void> = async () => undefined) {
  const events: string[] = [];
  const steps = {
    replicate,
    visible: ({ block: { number } }: { block: { number: bigint } }) => void events.push(`visible ${number}`),
    failed: (error: Error) => void events.push(`failed ${error.message}`),
  };
  return { feed: new BlockFeed(steps), events };
}

describe('BlockFeed', () => {
  it('holds blocks back until opened, then hands them out one by one before they are visible', async () => {
    const { feed: blocks, events } = feed();
    blocks.block(block(1));
    blocks.onBlock(async ({ block: { number } }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      events.push(`indexed ${number}`);
    });
    blocks.block(block(2));
    expect(blocks.backlog).toBe(2);
    blocks.open();
    await blocks.drained();
    expect(events).toEqual(['indexed 1', 'visible 1', 'indexed 2', 'visible 2']);
    expect(blocks.backlog).toBe(0);
  });

  it('tries a listener again that fails', async () => {
    const { feed: blocks, events } = feed();
    let failures = 2;
    blocks.onBlock(async () => {
      if (failures-- > 0) throw new Error('database is locked');
    });
    blocks.open();
    blocks.block(block(1));
    await blocks.drained();
    expect(events).toEqual(['visible 1']);
  });

  it('shows nothing after a block that could not be handed out', async () => {
    const { feed: blocks, events } = feed(async ({ block: { number } }) => {
      if (number === 1n) throw new Error('broken');
    });
    blocks.open();
    blocks.block(block(1));
    blocks.block(block(2));
    await blocks.drained();
    expect(events).toEqual(['failed broken']);
  });
});

describe('HeadTracker', () => {
  it('keeps the levels in order and final where it is', () => {
    const tracker = new HeadTracker();
    tracker.setSoft(10n);
    expect([tracker.setSafe(8n), tracker.setFinal(5n), tracker.setFinal(4n)]).toEqual([true, true, false]);
    expect(tracker.setSafe(3n)).toBe(true);
    expect(tracker.heads).toEqual({ soft: 10n, safe: 5n, final: 5n });
    tracker.undo(7n);
    expect(tracker.heads).toEqual({ soft: 7n, safe: 5n, final: 5n });
  });
});
