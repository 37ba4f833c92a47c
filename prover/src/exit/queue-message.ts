import { L1TransactionRefusedError, type L1Request } from '@metachain/bridge';
import { optimismPortalAbi } from '@metachain/contracts';
import { encodeErrorResult, type Hash } from 'viem';

import { ExitError } from '../errors.js';
import type { ExitCall } from './exit-types.js';

/** Tries after the first. The tip doubles each time, so the last one offers a thousand times the first. */
const MOST_TRIES = 10;
/** Wei per gas that the first of them offers at least. */
const FIRST_TIP = 2_000_000_000n;
/** L1 gas, ample for a withdrawal's message: where the newest block is full, nodes that estimate in it say that the call reverts. */
const MESSAGE_GAS = 200_000n;

const EXHAUSTED = encodeErrorResult({ abi: optimismPortalAbi, errorName: 'DepositsExhausted', args: [0n] }).slice(
  0,
  10,
);

/** A message to the portal, and what to offer for it. */
export type MessageRequest = ExitCall & Pick<L1Request, 'gas' | 'leastTip'>;

/**
 * Queues a message although others fill L1's blocks with theirs (docs/spec/l1.md, "Deposit limits"): tries again in the next blocks for a higher
 * tip. `onFull` is told of each block that was full, with the tip of the next try in wei per gas. Throws ExitError after the last try,
 * and what sending throws.
 */
export async function queueMessage(
  call: ExitCall,
  send: (request: MessageRequest) => Promise<Hash>,
  onFull: (leastTip: bigint) => void,
): Promise<Hash> {
  let request: MessageRequest = call;
  for (let tries = 0; tries <= MOST_TRIES; tries++) {
    const hash = await send(request).catch(unlessFull);
    if (hash !== undefined) return hash;
    const leastTip = FIRST_TIP << BigInt(tries);
    request = { ...call, gas: MESSAGE_GAS, leastTip };
    if (tries < MOST_TRIES) onFull(leastTip);
  }
  throw new ExitError(
    `others filled L1's blocks with deposits ahead of the ${call.what} in ${MOST_TRIES + 1} tries, each for twice the tip up to --max-fee-gwei: ` +
      'run it again, or with a higher limit',
  );
}

/** A message that L1 took to be good, and that reverts in its block all the same, can only have found no room. */
function unlessFull(error: unknown): undefined {
  const isFull =
    error instanceof L1TransactionRefusedError && (error.included || error.data?.startsWith(EXHAUSTED) === true);
  if (!isFull) throw error;
}
