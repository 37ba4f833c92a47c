import { concatBytes } from '@metachain/program';

/** Unsigned LEB128. */
export const unsigned = (value: bigint): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
};

/** Signed LEB128. */
export const signed = (value: bigint): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 64n && rest >= -64n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
};

const text = (name: string): number[] => [name.length, ...new TextEncoder().encode(name)];
const section = (id: number, content: readonly number[]): Uint8Array =>
  Uint8Array.from([id, ...unsigned(BigInt(content.length)), ...content]);

const i32 = 0x7f;
const i64 = 0x7e;
/** `item done` in the result of a unit (docs/spec/program.md). */
const itemDone = 1n << 62n;

/**
 * A WebAssembly module with a page of memory and one function, `run`: two 64-bit locals, `code`, and then the item is done. The code may
 * call function 0, `state_set`.
 */
export function unitModule(code: readonly number[]): Uint8Array {
  const body = [1, 2, i64, ...code, 0x42, ...signed(itemDone), 0x0b];
  return concatBytes(
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
    section(1, [2, 0x60, 2, i32, i32, 0, 0x60, 0, 1, i64]),
    section(2, [1, ...text('host'), ...text('state_set'), 0, 0]),
    section(3, [1, 1]),
    section(5, [1, 1, 1, 1]),
    section(7, [2, ...text('memory'), 2, 0, ...text('run'), 0, 1]),
    section(10, [1, ...unsigned(BigInt(body.length)), ...body]),
  );
}
