import WebSocket from 'ws';
import type { ApiLimits } from '../api.options.js';
import { ScriptedChain } from './scripted-chain.js';
import { startTestNode, type TestNode } from './test-node.js';

/** The public surface over a chain that a test scripts. */
export interface ScriptedNode extends TestNode {
  readonly chain: ScriptedChain;
  /** A WebSocket, open. */
  socket(): Promise<WebSocket>;
}

/** Starts the surface over an empty scripted chain; `limits` replace the defaults. */
export async function startScriptedNode(
  limits: Partial<ApiLimits> = {},
  http: { readonly trustProxy?: boolean } = {},
): Promise<ScriptedNode> {
  const chain = new ScriptedChain();
  const node = await startTestNode(chain, limits, http);
  const socket = () =>
    new Promise<WebSocket>((resolve, reject) => {
      const opened = new WebSocket(node.url.replace('http', 'ws'));
      opened.once('open', () => resolve(opened)).once('error', reject);
    });
  return { ...node, chain, socket };
}

/** The next message of a socket. */
export const nextMessage = (socket: WebSocket): Promise<Record<string, unknown>> =>
  new Promise((resolve) =>
    socket.once('message', (text) => resolve(JSON.parse(String(text)) as Record<string, unknown>)),
  );
