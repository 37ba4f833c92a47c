/** Moving and comparing bytes in memory. Words are 32 bytes, addresses 20; integers in memory are little-endian unless a name says otherwise. */

/** Copies a 32-byte word. */
export function copyWord(out: usize, from: usize): void {
  const a = load<u64>(from);
  const b = load<u64>(from, 8);
  const c = load<u64>(from, 16);
  const d = load<u64>(from, 24);
  store<u64>(out, a);
  store<u64>(out, b, 8);
  store<u64>(out, c, 16);
  store<u64>(out, d, 24);
}

/** Writes 32 zero bytes. */
export function zeroWord(out: usize): void {
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  store<u64>(out, 0, 16);
  store<u64>(out, 0, 24);
}

/** Writes `count` zero words. */
export function zeroWords(out: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) zeroWord(out + (i << 5));
}

/** Copies a 20-byte address. */
export function copyAddress(out: usize, from: usize): void {
  const a = load<u64>(from);
  const b = load<u64>(from, 8);
  const c = load<u32>(from, 16);
  store<u64>(out, a);
  store<u64>(out, b, 8);
  store<u32>(out, c, 16);
}

export function equalAddress(a: usize, b: usize): bool {
  return load<u64>(a) == load<u64>(b) && load<u64>(a, 8) == load<u64>(b, 8) && load<u32>(a, 16) == load<u32>(b, 16);
}

export function isZeroAddress(a: usize): bool {
  return (load<u64>(a) | load<u64>(a, 8) | u64(load<u32>(a, 16))) == 0;
}

export function equalWord(a: usize, b: usize): bool {
  return (
    load<u64>(a) == load<u64>(b) &&
    load<u64>(a, 8) == load<u64>(b, 8) &&
    load<u64>(a, 16) == load<u64>(b, 16) &&
    load<u64>(a, 24) == load<u64>(b, 24)
  );
}

export function isZeroWord(a: usize): bool {
  return (load<u64>(a) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0;
}

/** Copies `length` bytes upwards: right for separate ranges and for moving data to lower addresses. */
export function copyBytes(out: usize, from: usize, length: u32): void {
  let i: u32 = 0;
  for (; i + 8 <= length; i += 8) store<u64>(out + i, load<u64>(from + i));
  for (; i < length; i++) store<u8>(out + i, load<u8>(from + i));
}

/** Writes `length` zero bytes. */
export function zeroBytes(out: usize, length: u32): void {
  let i: u32 = 0;
  for (; i + 8 <= length; i += 8) store<u64>(out + i, 0);
  for (; i < length; i++) store<u8>(out + i, 0);
}

const SEVEN_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/** How many of `length` bytes are zero; eight at a time: adding 0x7f to the low bits of a byte sets its top bit unless they are zero. */
export function countZeroBytes(from: usize, length: u32): u32 {
  let zeros: u32 = 0;
  let i: u32 = 0;
  for (; i + 8 <= length; i += 8) {
    const value = load<u64>(from + usize(i));
    zeros += u32(popcnt<u64>(~(((value & SEVEN_BITS) + SEVEN_BITS) | value | SEVEN_BITS)));
  }
  for (; i < length; i++) zeros += u32(load<u8>(from + usize(i)) == 0);
  return zeros;
}

/** Big-endian u64 at any address. */
export function loadBig64(from: usize): u64 {
  return bswap<u64>(load<u64>(from));
}

export function storeBig64(out: usize, value: u64): void {
  store<u64>(out, bswap<u64>(value));
}

/** Big-endian unsigned integer of `length <= 8` bytes. */
export function loadBig(from: usize, length: u32): u64 {
  let value: u64 = 0;
  for (let i: u32 = 0; i < length; i++) value = (value << 8) | u64(load<u8>(from + i));
  return value;
}

/** Writes the ASCII characters of a literal and returns how many. */
export function putText(out: usize, text: string): u32 {
  const length = u32(text.length);
  const from = changetype<usize>(text);
  for (let i: u32 = 0; i < length; i++) store<u8>(out + i, u8(load<u16>(from + (i << 1))));
  return length;
}

/** Rounds up to a multiple of 32. */
export function roundToWord(length: u32): u32 {
  return (length + 31) & ~31;
}
