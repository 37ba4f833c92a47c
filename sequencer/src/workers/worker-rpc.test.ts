import { afterEach, describe, expect, it } from '@jest/globals';
import { WorkerClient } from './worker-rpc.js';

const module = new URL('../testing/echo-worker.mjs', import.meta.url);

describe('calls to a thread', () => {
  const clients: WorkerClient[] = [];
  const open = (onEvent = (_: never): void => undefined, onEnd = (_: Error): void => undefined): WorkerClient => {
    const client = new WorkerClient('echo', module, 100, onEvent, onEnd);
    clients.push(client);
    return client;
  };
  afterEach(async () => void (await Promise.all(clients.splice(0).map((client) => client.terminate()))));

  it('answers each call with its own result, in any order', async () => {
    const client = open();
    const answers = [client.call('later', 'slow'), client.call('add', { a: 1, b: 2 })];
    expect(client.load).toBe(2);
    expect(await Promise.all(answers)).toEqual(['slow', 103]);
    expect(client.load).toBe(0);
  });

  it('hands buffers over instead of copying them', async () => {
    const buffer = new ArrayBuffer(8);
    const back = await open().call<ArrayBuffer>('take', buffer, [buffer]);
    expect([buffer.byteLength, back.byteLength]).toEqual([0, 8]);
  });

  it('passes errors on with code and values', async () => {
    await expect(open().call('fail')).rejects.toMatchObject({
      remoteName: 'RangeError',
      remoteCode: 7,
      message: 'out of range',
      details: { blockNumber: 3n },
    });
  });

  it('passes on what the thread says by itself', async () => {
    const events: unknown[] = [];
    await open((event) => events.push(event)).call('say', 'hello');
    expect(events).toEqual([{ text: 'hello' }]);
  });

  it('fails outstanding and later calls when the thread ends, and says so once', async () => {
    const ends: Error[] = [];
    const client = open(undefined, (error) => ends.push(error));
    await expect(Promise.all([client.call('later', 1), client.call('die')])).rejects.toMatchObject({ code: 202 });
    await expect(client.call('add', { a: 1, b: 1 })).rejects.toThrow('worker echo ended');
    expect(ends).toHaveLength(1);
  });
});
