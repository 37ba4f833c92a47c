import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ARGUMENTS, TestProgram } from '../../test/wasm.js';

const program = new TestProgram('kernel');

describe('zero bytes', () => {
  it('are counted whatever stands beside them', () => {
    const byte = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff);
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), (bytes) => {
        program.write(ARGUMENTS, Uint8Array.from([...bytes, 0, 0]));
        expect(program.number('countZeroBytes', ARGUMENTS, bytes.length)).toBe(
          bytes.filter((value) => value === 0).length,
        );
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 1_000) },
    );
  });
});
