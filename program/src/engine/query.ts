import { concatBytes, fixedBytes, fromHex, littleEndian, readLittleEndian, toHex } from '../codec/bytes.js';
import type { StateAccess } from '../state/state-access.js';
import { Host } from './host.js';
import { ProgramInstance } from './program.js';
import type { QueryRequest, QueryResult } from './types.js';
import type { ProgramModule } from './wasm.js';

const HEAD_BYTES = 32;

/** Request of `query` (docs/spec/program.md). */
export const encodeQuery = (request: QueryRequest): Uint8Array =>
  concatBytes(
    fixedBytes(request.from, 20),
    fixedBytes(request.to, 20),
    littleEndian(request.value, 16),
    littleEndian(request.timestamp, 8),
    fromHex(request.data),
  );

/** Runs message calls on a state, each in a fresh instance; what they write is taken back. */
export class QueryRunner {
  private readonly host: Host;

  constructor(
    private readonly module: ProgramModule,
    private readonly state: StateAccess,
  ) {
    this.host = new Host(state);
  }

  /** Fails: engine/length for more calldata than the transaction buffer holds, codec/range for a value above u128, TrapError. */
  query(request: QueryRequest): QueryResult {
    const bytes = encodeQuery(request);
    const mark = this.state.mark();
    try {
      const { code, answer } = new ProgramInstance(this.module, this.host).query(bytes);
      const gasUsed = readLittleEndian(answer.subarray(0, 8));
      return { code, data: toHex(answer.subarray(HEAD_BYTES)), gasUsed };
    } finally {
      this.state.undo(mark);
    }
  }
}
