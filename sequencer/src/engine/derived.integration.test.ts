import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signedTransfer } from '../testing/engine-setup.js';
import {
  contentOf,
  foreignPayload,
  foreignScene,
  judgeForeign,
  requestFor,
  startHost,
  user,
} from '../testing/foreign-item.js';
import type { EngineOptions } from './engine.types.js';

const NEVER = 1n << 60n;

let options: EngineOptions;
let transactions: Uint8Array[];
beforeEach(async () => void ({ options, transactions } = await foreignScene('derived')));

const payload = () => foreignPayload(transactions);
const joined = (...places: number[]) => contentOf(transactions, ...places);

describe('an item that somebody else posted', () => {
  let running: Awaited<ReturnType<typeof startHost>>;
  beforeEach(async () => {
    running = await startHost(options);
  });
  afterEach(() => running.host.stop());

  it('becomes the blocks of L1, without what the rules skip, and is replayed from the journal alone', async () => {
    const words = await payload();
    const expected = judgeForeign(words);
    const blocks = await running.host.derive(requestFor(words));
    expect(blocks.map(({ hash }) => hash)).toEqual(expected.map(({ hash }) => hash));
    const [first, second] = running.blocks();
    expect([first!.content, second!.content].map((content) => Uint8Array.from(content))).toEqual([
      joined(0, 1),
      joined(2),
    ]);
    expect(first!.context).toMatchObject({ delayed: 1n, priceItem: 1n });
    expect([first!.messages.length, second!.messages.length]).toEqual([1, 0]);
    await running.host.stop();
    running = await startHost(options);
    expect(running.blocks().map(({ block }) => block.hash)).toEqual(expected.map(({ hash }) => hash));
    expect(running.blocks().map(({ content }) => Uint8Array.from(content))).toEqual([joined(0, 1), joined(2)]);
  });

  it('gives its transactions back when it is undone, and its deposit', async () => {
    await running.host.derive(requestFor(await payload()));
    await running.host.undo(0n, NEVER, NEVER);
    await running.host.tick();
    const again = running.blocks().at(-1)!;
    expect(again.block.number).toBe(1n);
    expect(Uint8Array.from(again.content)).toEqual(joined(0, 1, 2));
    expect([again.messages.length, running.host.nonce(user.address)]).toEqual([2, 3n]);
  });

  it('takes the place of blocks of this node, whose transactions follow where they still can', async () => {
    await running.host.submit([await signedTransfer(options, user, 0), await signedTransfer(options, user, 1)]);
    await running.host.submit([await signedTransfer(options, user, 2), await signedTransfer(options, user, 3)]);
    await running.host.tick();
    const words = await payload();
    await running.host.derive(requestFor(words));
    await running.host.tick();
    const after = running.blocks().at(-1)!;
    expect(after.block).toMatchObject({ number: 3n, parentHash: judgeForeign(words)[1]!.hash });
    expect(Uint8Array.from(after.content)).toEqual((await signedTransfer(options, user, 3)).wire);
  });

  it('stops the node where it lacks an input of L1, instead of taking the trap for a verdict', async () => {
    const request = { ...requestFor(await payload()), items: [] };
    await expect(running.host.derive(request)).rejects.toMatchObject({ code: 205 });
    expect(running.host.status()).toMatchObject({ head: 0n, halted: 'item 0 of L1 is not known here' });
  });
});
