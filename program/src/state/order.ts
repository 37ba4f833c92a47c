/** Bits of a double's mantissa, and of a key. */
const EXACT_BITS = 53;
const KEY_BITS = 32;

/**
 * Indices `0 .. count - 1` in ascending order of `keyOf(index)`, an integer below 2^32. With more than 2^21 of them the lowest bits of the keys
 * are left out.
 */
export const orderBy = (count: number, keyOf: (index: number) => number): Int32Array => {
  const bits = Math.ceil(Math.log2(Math.max(2, count)));
  const [scale, dropped] = [2 ** bits, 2 ** Math.max(0, bits + KEY_BITS - EXACT_BITS)];
  // Numbers are sorted natively, a comparison function would be called: so each key carries its index below it.
  const keys = new Float64Array(count);
  for (let index = 0; index < count; index++) keys[index] = Math.floor(keyOf(index) / dropped) * scale + index;
  keys.sort();
  const order = new Int32Array(count);
  for (let at = 0; at < count; at++) order[at] = keys[at]! % scale;
  return order;
};
