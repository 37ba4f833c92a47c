import { log } from './host';
import { KERNEL, LOG, LOG_CAPACITY } from './memory';

/**
 * The log buffer (docs/spec/logs.md): records gather here and `flushLog` hands them to the host in one call. Events are written with
 * event-record.ts.
 */

/** Bytes in the log buffer. */
const LENGTH: usize = KERNEL + 0x280;

/** Empties the buffer without writing: at the start of a block, and after a rollback. */
export function resetLog(): void {
  store<u32>(LENGTH, 0);
}

/** Hands the gathered records to the host. */
export function flushLog(): void {
  const length = load<u32>(LENGTH);
  if (length == 0) return;
  log(LOG, length);
  store<u32>(LENGTH, 0);
}

/** Makes room for a record of `length <= LOG_CAPACITY` bytes and answers where it goes. */
export function appendRecord(length: u32): usize {
  if (load<u32>(LENGTH) + length > LOG_CAPACITY) flushLog();
  const at = LOG + usize(load<u32>(LENGTH));
  store<u32>(LENGTH, load<u32>(LENGTH) + length);
  return at;
}
