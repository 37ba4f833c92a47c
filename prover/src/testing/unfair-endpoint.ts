import { answerTo, type Question, type Relay, startRelay } from '@metachain/bridge/testing';
import { type Hex, keccak256, parseTransaction } from 'viem';

/** What becomes of the calls that an unfair endpoint is against: never mined, or refused by every estimate. */
export type Fate = 'swallowed' | 'reverts';

/** An L1 endpoint that treats some calls unfairly and passes on everything else. */
export interface UnfairEndpoint extends Relay {
  /** How often it did. */
  readonly treated: () => number;
}

const revert = { error: { code: 3, message: 'execution reverted: no', data: '0x' } };

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
  const relay = await startRelay(target, async (question, pass) => {
    const answer = unfairAnswer(question, selector, fate);
    if (answer === undefined) return pass();
    treated++;
    return answerTo(question, answer);
  });
  return { ...relay, treated: () => treated };
}
