import { messagePasserAbi, parseRecords, systemAddresses, type Withdrawal } from '@metachain/program';
import { decodeEventLog, type Hex } from 'viem';

/** A withdrawal that the chain recorded, and the block it is in. */
export interface SentWithdrawal {
  readonly hash: Hex;
  readonly blockNumber: bigint;
  readonly withdrawal: Withdrawal;
}

const PASSER = Buffer.from(systemAddresses.messagePasser.slice(2), 'hex');

/** Withdrawals in the log records of a block. Blocks without any are not parsed. */
export function withdrawalsIn(records: Uint8Array, blockNumber: bigint): SentWithdrawal[] {
  if (!Buffer.from(records.buffer, records.byteOffset, records.byteLength).includes(PASSER)) return [];
  const events = parseRecords(records).receipts.flatMap((receipt) => receipt.events);
  return events
    .filter(({ address }) => address === systemAddresses.messagePasser)
    .map(({ topics, data }) => {
      const { args } = decodeEventLog({
        abi: messagePasserAbi,
        eventName: 'MessagePassed',
        topics: topics as [Hex, ...Hex[]],
        data,
      });
      const { withdrawalHash: hash, ...withdrawal } = args;
      return { hash, blockNumber, withdrawal };
    });
}
