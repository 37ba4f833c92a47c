import { parseRecords } from '@metachain/program';
import { decodeAbiParameters, parseAbiParameters, toEventSelector } from 'viem';

const MESSAGE_PASSER = '0x4200000000000000000000000000000000000016';
const MESSAGE_PASSED = toEventSelector('MessagePassed(uint256,address,address,uint256,uint256,bytes,bytes32)');
const TOPIC = Buffer.from(MESSAGE_PASSED.slice(2), 'hex');
const DATA = parseAbiParameters('uint256 value, uint256 gasLimit, bytes data, bytes32 withdrawalHash');

/** Wei that left the chain in a block, by its log records. Blocks without withdrawals are not parsed. */
export function withdrawnIn(records: Uint8Array): bigint {
  if (!Buffer.from(records.buffer, records.byteOffset, records.byteLength).includes(TOPIC)) return 0n;
  let sum = 0n;
  for (const { events } of parseRecords(records).receipts) {
    for (const { address, topics, data } of events) {
      if (address === MESSAGE_PASSER && topics[0] === MESSAGE_PASSED) sum += decodeAbiParameters(DATA, data)[0];
    }
  }
  return sum;
}
