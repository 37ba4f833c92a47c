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

/** What a unit module has: 64-bit locals, pages of memory of 65,536 bytes. */
export interface UnitShape {
  readonly locals: number;
  readonly pages: number;
}

/** Functions of the host that the code of a unit module may call. */
export const hostFunction = { stateSet: 0, readInput: 1, keccak: 2 } as const;

const signatures = [0x60, 2, i32, i32, 0, 0x60, 2, i64, i32, 0, 0x60, 3, i32, i32, i32, 0, 0x60, 0, 1, i64];
const imported = (name: string, type: number): number[] => [...text('host'), ...text(name), 0, type];

/** A WebAssembly module with one function, `run`: `code`, and then the item is done. */
export function unitModule(
  code: readonly number[],
  { locals, pages }: UnitShape = { locals: 2, pages: 1 },
): Uint8Array {
  const body = [1, locals, i64, ...code, 0x42, ...signed(itemDone), 0x0b];
  return concatBytes(
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
    section(1, [4, ...signatures]),
    section(2, [3, ...['state_set', 'read_input', 'keccak'].flatMap(imported)]),
    section(3, [1, 3]),
    section(5, [1, 1, pages, pages]),
    section(7, [2, ...text('memory'), 2, 0, ...text('run'), 0, 3]),
    section(10, [1, ...unsigned(BigInt(body.length)), ...body]),
  );
}
