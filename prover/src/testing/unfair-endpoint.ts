import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Hex, keccak256, parseTransaction } from 'viem';

/** What becomes of the calls that an unfair endpoint is against: never mined, or refused by every estimate. */
export type Fate = 'swallowed' | 'reverts';

/** An L1 endpoint that treats some calls unfairly and passes on everything else. */
export interface UnfairEndpoint {
  readonly url: string;
  /** How often it did. */
  readonly treated: () => number;
  stop(): Promise<void>;
}

const revert = { error: { code: 3, message: 'execution reverted: no', data: '0x' } };

interface Question {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What it answers to a question about a call that it is against; undefined: it passes the question on. */
function unfairAnswer({ method, params }: Question, selector: Hex, fate: Fate): object | undefined {
  if (fate === 'reverts') {
    const isMeant = method === 'eth_estimateGas' && (params[0] as { data?: Hex }).data?.startsWith(selector);
    return isMeant ? revert : undefined;
  }
  if (method !== 'eth_sendRawTransaction') return undefined;
  const raw = params[0] as Hex;
  return parseTransaction(raw).data?.startsWith(selector) ? { result: keccak256(raw) } : undefined;
}

/** Starts one in front of the L1 at `target`, against calls of the function with this selector. */
export async function startUnfairEndpoint(target: string, selector: Hex, fate: Fate): Promise<UnfairEndpoint> {
  let treated = 0;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const question = JSON.parse(body) as Question;
    const answer = unfairAnswer(question, selector, fate);
    if (answer !== undefined) {
      treated++;
      return void response.end(JSON.stringify({ jsonrpc: '2.0', id: question.id, ...answer }));
    }
    const passed = await fetch(target, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    response.end(await passed.text());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, treated: () => treated, stop };
}
