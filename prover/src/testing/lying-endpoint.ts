import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An L1 endpoint that tells the truth about blocks and lies about everything by which games are played. */
export interface LyingEndpoint {
  readonly url: string;
  /** Answers that were lies, by method. */
  readonly lies: Map<string, number>;
  stop(): Promise<void>;
}

const revert = { error: { code: 3, message: 'execution reverted: no', data: '0x' } };
/** What it says; a transaction it is given it keeps. */
const ANSWERS: Readonly<Record<string, object>> = {
  eth_estimateGas: revert,
  eth_call: revert,
  eth_getLogs: { result: [] },
  eth_getCode: { result: '0x' },
  eth_getStorageAt: { result: `0x${'00'.repeat(32)}` },
  eth_getTransactionCount: { result: '0x0' },
  eth_getTransactionReceipt: { result: null },
  eth_sendRawTransaction: { result: `0x${'11'.repeat(32)}` },
  eth_maxPriorityFeePerGas: { result: '0xffffffffffff' },
  eth_getBalance: { result: '0x0' },
};

/** Starts it in front of the L1 at `target`. */
export async function startLyingEndpoint(target: string): Promise<LyingEndpoint> {
  const lies = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const { id, method } = JSON.parse(body) as { id: number; method: string };
    const lie = ANSWERS[method];
    if (lie !== undefined) {
      lies.set(method, (lies.get(method) ?? 0) + 1);
      return void response.end(JSON.stringify({ jsonrpc: '2.0', id, ...lie }));
    }
    const answer = await fetch(target, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    response.end(await answer.text());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lies, stop };
}
