import type { Hex } from 'viem';
import type { HeadFeed } from '../chain-view/head-feed.js';
import { RPC_CODE, RpcError } from './rpc.errors.js';

/** Waits until `read` finds the receipt, looking after every new block. Fails with code 4 and the hash after `milliseconds` (EIP-7966). */
export function waitForReceipt<T>(
  feed: HeadFeed,
  hash: Hex,
  read: () => Promise<T | null>,
  milliseconds: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      clearTimeout(timer);
      stop();
      act();
    };
    const look = () => {
      read().then(
        (receipt) => receipt && finish(() => resolve(receipt)),
        (error: unknown) => finish(() => reject(error)),
      );
    };
    const timer = setTimeout(() => {
      const message = `the transaction was added to the mempool but wasn't processed within ${milliseconds}ms`;
      finish(() => reject(new RpcError(RPC_CODE.syncTimeout, message, hash)));
    }, milliseconds);
    const stop = feed.onBlock(look);
    look();
  });
}
