import { answerTo, type Relay, startRelay } from '@metachain/bridge/testing';

/** An L1 endpoint that tells the truth about blocks and lies about everything by which games are played. */
export interface LyingEndpoint extends Relay {
  /** Answers that were lies, by method. */
  readonly lies: Map<string, number>;
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
  const relay = await startRelay(target, async (question, pass) => {
    const { method } = question;
    const lie = ANSWERS[method];
    if (lie === undefined) return pass();
    lies.set(method, (lies.get(method) ?? 0) + 1);
    return answerTo(question, lie);
  });
  return { ...relay, lies };
}
