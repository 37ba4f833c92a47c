import { CONTEXT_PRODUCER, block } from '../../chain/src/kernel/block-context';
import { copyAddress, copyWord } from '../../chain/src/kernel/bytes';
import { OK } from '../../chain/src/kernel/errors';
import { appendRecord } from '../../chain/src/kernel/event';
import { copy128 } from '../../chain/src/math/u128';
import { SENDER, TRANSACTION_HASH, transaction } from '../../chain/src/modules/auth/module';
import { FEE, charge } from '../../chain/src/modules/fees/module';

/** Receipt and block records (docs/spec/logs.md). */

const RECEIPT_LENGTH: u32 = 120;
const BLOCK_LENGTH: u32 = 73;

/** Appends the receipt of the transaction at hand; `code` 0 = executed. Gas, fee and sender are those in the scratch of fees and auth. */
export function writeReceipt(code: u32): void {
  const fields = transaction();
  const cost = charge();
  const at = appendRecord(RECEIPT_LENGTH);
  store<u8>(at, 0x02);
  store<u8>(at, u8(fields.kind), 1);
  store<u8>(at, u8(code != OK), 2);
  store<u8>(at, u8(fields.operations), 3);
  store<u32>(at, code, 4);
  store<u64>(at, cost.gas, 8);
  store<u64>(at, cost.l1Gas, 16);
  store<u64>(at, block().basePrice, 24);
  copy128(at + 32, FEE);
  store<u64>(at, cost.token, 48);
  copyWord(at + 56, TRANSACTION_HASH);
  copyAddress(at + 88, SENDER);
  store<u64>(at, fields.nonce, 108);
  store<u32>(at, fields.lane, 116);
}

/** Appends the block record: the last of a block. */
export function writeBlockRecord(): void {
  const context = block();
  const at = appendRecord(BLOCK_LENGTH);
  store<u8>(at, 0x03);
  store<u64>(at, context.number, 1);
  store<u64>(at, context.timestamp, 9);
  store<u64>(at, context.gasUsed, 17);
  store<u64>(at, context.delayedConsumed, 25);
  store<u64>(at, context.l1BytePrice, 33);
  store<u64>(at, context.basePrice, 41);
  store<u32>(at, u32(context.transactions), 49);
  copyAddress(at + 53, CONTEXT_PRODUCER);
}
