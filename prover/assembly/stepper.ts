/**
 * The stepping machine: runs register code and can stop after any instruction. Registers, saved callers, globals, code
 * and the program's memory lie in one WebAssembly memory, at addresses that the host chooses with `configure`.
 * Semantics: docs/spec/machine.md. OneStepProver.sol does the same, one instruction at a time.
 */
import { host } from './host';
import {
  CALLER,
  CELL,
  CONSTANT_OPERAND,
  DIVIDE_BY_ZERO,
  HALTED,
  HOST_TRAP,
  NO_VALUE,
  OUT_OF_BOUNDS,
  OVERFLOW,
  RUNNING,
  STACK_EXHAUSTED,
  TRAPPED,
  UNREACHABLE,
} from './layout';

export let status: u32 = HALTED;
export let trapCode: u32 = 0;
export let steps: u64 = 0;
export let result: u64 = 0;
/** Address of the next instruction cell. */
export let cell: usize = 0;
/** Address and bytes of the current frame. */
export let frame: usize = 0;
export let frameBytes: u32 = 0;
/** Address after the last saved caller. */
export let callers: usize = 0;

let registersBase: usize = 0;
let registersEnd: usize = 0;
let callersBase: usize = 0;
let callersEnd: usize = 0;
let globalsBase: usize = 0;
let memoryBase: usize = 0;
let memorySize: u64 = 0;

export function configure(
  registers: usize,
  callerStack: usize,
  callerStackEnd: usize,
  globals: usize,
  memory: usize,
  memoryBytes: u32,
): void {
  registersBase = registers;
  registersEnd = callerStack;
  callersBase = callerStack;
  callersEnd = callerStackEnd;
  globalsBase = globals;
  memoryBase = memory;
  memorySize = memoryBytes;
}

/** Prepares a call: an empty frame of `bytes`, no callers. Arguments are then written into the frame. */
export function start(entry: usize, bytes: u32): void {
  cell = entry;
  frame = registersBase;
  frameBytes = bytes;
  callers = callersBase;
  status = RUNNING;
  trapCode = 0;
  steps = 0;
  result = 0;
  memory.fill(registersBase, 0, bytes);
}

/** Runs at most `limit` instructions; returns how many were executed. The trapping and the last one count. */
export function run(limit: u64): u64 {
  if (status != RUNNING) return 0;
  let p = cell;
  let f = frame;
  let size = frameBytes;
  let top = callers;
  let count: u64 = 0;
  let trap: u32 = 0;
  const end = memorySize;
  const base = memoryBase;

  while (count < limit) {
    count++;
    const head = load<u32>(p);
    const d = f + load<u32>(p, 4);
    const a = load<u64>(f + load<u32>(p, 8));
    const b = load<u64>(head & CONSTANT_OPERAND ? p + 16 : f + load<u32>(p, 12));
    const x = <u32>a;
    const y = <u32>b;
    const op = head & 0xff;
    const at = p;
    p += CELL;

    switch (op) {
      // control
      case 0x02:
        p = load<u32>(at, 16);
        continue;
      case 0x03:
        if (!x) p = load<u32>(at, 16);
        continue;
      case 0x04:
        if (x) p = load<u32>(at, 16);
        continue;
      case 0x0e:
        p += <usize>min<u32>(x, load<u32>(at, 16)) * CELL;
        continue;
      case 0x0f: {
        if (top == callersBase) {
          result = head & NO_VALUE ? 0 : a;
          status = HALTED;
          break;
        }
        top -= CALLER;
        p = load<u32>(top);
        size = load<u32>(top, 4);
        f -= size;
        if (!(head & NO_VALUE)) store<u64>(f + load<u32>(top, 8), a);
        continue;
      }
      case 0x10: {
        const arguments_ = load<u32>(at, 8);
        const callee = load<u32>(at, 12);
        const next = f + size;
        if (next + callee > registersEnd || top + CALLER > callersEnd) {
          trap = STACK_EXHAUSTED;
          break;
        }
        store<u32>(top, <u32>p);
        store<u32>(top, size, 4);
        store<u32>(top, load<u32>(at, 4), 8);
        top += CALLER;
        let i: u32 = 0;
        for (; i < arguments_; i += 8) store<u64>(next + i, load<u64>(d + i));
        for (; i < callee; i += 8) store<u64>(next + i, 0);
        f = next;
        size = callee;
        p = load<u32>(at, 16);
        continue;
      }
      case 0x12:
        if (host(load<u32>(at, 16), d)) {
          trap = HOST_TRAP;
          break;
        }
        continue;
      case 0x1b:
        store<u64>(d, <u32>load<u64>(f + load<u32>(at, 16)) ? a : b);
        continue;
      case 0x20:
        store<u64>(d, a);
        continue;
      case 0x21:
        store<u64>(d, load<u64>(at, 16));
        continue;
      case 0x23:
        store<u64>(d, load<u64>(globalsBase + (load<u32>(at, 16) << 3)));
        continue;
      case 0x24:
        store<u64>(globalsBase + (load<u32>(at, 16) << 3), a);
        continue;

      // loads: the address is the low half of a plus the offset, without wrapping
      case 0x28:
      case 0x35: {
        const m = <u64>x + load<u64>(at, 16);
        if (m + 4 > end) trap = OUT_OF_BOUNDS;
        else {
          store<u64>(d, <u64>load<u32>(base + <usize>m));
          continue;
        }
        break;
      }
      case 0x29: {
        const m = <u64>x + load<u64>(at, 16);
        if (m + 8 > end) trap = OUT_OF_BOUNDS;
        else {
          store<u64>(d, load<u64>(base + <usize>m));
          continue;
        }
        break;
      }
      case 0x2c:
      case 0x2d:
      case 0x30:
      case 0x31: {
        const m = <u64>x + load<u64>(at, 16);
        if (m + 1 > end) trap = OUT_OF_BOUNDS;
        else {
          const v = load<u8>(base + <usize>m);
          let r = <u64>v;
          if (op == 0x2c) r = <u64>(<u32>(<i32>(<i8>v)));
          else if (op == 0x30) r = <u64>(<i64>(<i8>v));
          store<u64>(d, r);
          continue;
        }
        break;
      }
      case 0x2e:
      case 0x2f:
      case 0x32:
      case 0x33: {
        const m = <u64>x + load<u64>(at, 16);
        if (m + 2 > end) trap = OUT_OF_BOUNDS;
        else {
          const v = load<u16>(base + <usize>m);
          let r = <u64>v;
          if (op == 0x2e) r = <u64>(<u32>(<i32>(<i16>v)));
          else if (op == 0x32) r = <u64>(<i64>(<i16>v));
          store<u64>(d, r);
          continue;
        }
        break;
      }
      case 0x34: {
        const m = <u64>x + load<u64>(at, 16);
        if (m + 4 > end) trap = OUT_OF_BOUNDS;
        else {
          store<u64>(d, <u64>(<i64>load<i32>(base + <usize>m)));
          continue;
        }
        break;
      }

      // stores
      case 0x36:
      case 0x3e: {
        const m = <u64>x + load<u64>(at, 16);
        if (m + 4 > end) trap = OUT_OF_BOUNDS;
        else {
          store<u32>(base + <usize>m, y);
          continue;
        }
        break;
      }
      case 0x37: {
        const m = <u64>x + load<u64>(at, 16);
        if (m + 8 > end) trap = OUT_OF_BOUNDS;
        else {
          store<u64>(base + <usize>m, b);
          continue;
        }
        break;
      }
      case 0x3a:
      case 0x3c: {
        const m = <u64>x + load<u64>(at, 16);
        if (m + 1 > end) trap = OUT_OF_BOUNDS;
        else {
          store<u8>(base + <usize>m, <u8>y);
          continue;
        }
        break;
      }
      case 0x3b:
      case 0x3d: {
        const m = <u64>x + load<u64>(at, 16);
        if (m + 2 > end) trap = OUT_OF_BOUNDS;
        else {
          store<u16>(base + <usize>m, <u16>y);
          continue;
        }
        break;
      }

      // 32-bit comparisons
      case 0x45:
        store<u64>(d, u64(x == 0));
        continue;
      case 0x46:
        store<u64>(d, u64(x == y));
        continue;
      case 0x47:
        store<u64>(d, u64(x != y));
        continue;
      case 0x48:
        store<u64>(d, u64(<i32>x < <i32>y));
        continue;
      case 0x49:
        store<u64>(d, u64(x < y));
        continue;
      case 0x4a:
        store<u64>(d, u64(<i32>x > <i32>y));
        continue;
      case 0x4b:
        store<u64>(d, u64(x > y));
        continue;
      case 0x4c:
        store<u64>(d, u64(<i32>x <= <i32>y));
        continue;
      case 0x4d:
        store<u64>(d, u64(x <= y));
        continue;
      case 0x4e:
        store<u64>(d, u64(<i32>x >= <i32>y));
        continue;
      case 0x4f:
        store<u64>(d, u64(x >= y));
        continue;

      // 64-bit comparisons
      case 0x50:
        store<u64>(d, u64(a == 0));
        continue;
      case 0x51:
        store<u64>(d, u64(a == b));
        continue;
      case 0x52:
        store<u64>(d, u64(a != b));
        continue;
      case 0x53:
        store<u64>(d, u64(<i64>a < <i64>b));
        continue;
      case 0x54:
        store<u64>(d, u64(a < b));
        continue;
      case 0x55:
        store<u64>(d, u64(<i64>a > <i64>b));
        continue;
      case 0x56:
        store<u64>(d, u64(a > b));
        continue;
      case 0x57:
        store<u64>(d, u64(<i64>a <= <i64>b));
        continue;
      case 0x58:
        store<u64>(d, u64(a <= b));
        continue;
      case 0x59:
        store<u64>(d, u64(<i64>a >= <i64>b));
        continue;
      case 0x5a:
        store<u64>(d, u64(a >= b));
        continue;

      // 32-bit arithmetic; results are stored zero-extended
      case 0x67:
        store<u64>(d, <u64>clz<u32>(x));
        continue;
      case 0x68:
        store<u64>(d, <u64>ctz<u32>(x));
        continue;
      case 0x69:
        store<u64>(d, <u64>popcnt<u32>(x));
        continue;
      case 0x6a:
        store<u64>(d, <u64>(x + y));
        continue;
      case 0x6b:
        store<u64>(d, <u64>(x - y));
        continue;
      case 0x6c:
        store<u64>(d, <u64>(x * y));
        continue;
      case 0x6d:
        if (!y) trap = DIVIDE_BY_ZERO;
        else if (x == 0x80000000 && y == 0xffffffff) trap = OVERFLOW;
        else {
          store<u64>(d, <u64>(<u32>(<i32>x / <i32>y)));
          continue;
        }
        break;
      case 0x6e:
        if (!y) trap = DIVIDE_BY_ZERO;
        else {
          store<u64>(d, <u64>(x / y));
          continue;
        }
        break;
      case 0x6f:
        if (!y) trap = DIVIDE_BY_ZERO;
        else {
          store<u64>(d, y == 0xffffffff ? 0 : <u64>(<u32>(<i32>x % <i32>y)));
          continue;
        }
        break;
      case 0x70:
        if (!y) trap = DIVIDE_BY_ZERO;
        else {
          store<u64>(d, <u64>(x % y));
          continue;
        }
        break;
      case 0x71:
        store<u64>(d, <u64>(x & y));
        continue;
      case 0x72:
        store<u64>(d, <u64>(x | y));
        continue;
      case 0x73:
        store<u64>(d, <u64>(x ^ y));
        continue;
      case 0x74:
        store<u64>(d, <u64>(x << y));
        continue;
      case 0x75:
        store<u64>(d, <u64>(<u32>((<i32>x) >> y)));
        continue;
      case 0x76:
        store<u64>(d, <u64>(x >> y));
        continue;
      case 0x77:
        store<u64>(d, <u64>rotl<u32>(x, y));
        continue;
      case 0x78:
        store<u64>(d, <u64>rotr<u32>(x, y));
        continue;

      // 64-bit arithmetic
      case 0x79:
        store<u64>(d, clz<u64>(a));
        continue;
      case 0x7a:
        store<u64>(d, ctz<u64>(a));
        continue;
      case 0x7b:
        store<u64>(d, popcnt<u64>(a));
        continue;
      case 0x7c:
        store<u64>(d, a + b);
        continue;
      case 0x7d:
        store<u64>(d, a - b);
        continue;
      case 0x7e:
        store<u64>(d, a * b);
        continue;
      case 0x7f:
        if (!b) trap = DIVIDE_BY_ZERO;
        else if (a == 0x8000000000000000 && b == 0xffffffffffffffff) trap = OVERFLOW;
        else {
          store<u64>(d, <u64>(<i64>a / <i64>b));
          continue;
        }
        break;
      case 0x80:
        if (!b) trap = DIVIDE_BY_ZERO;
        else {
          store<u64>(d, a / b);
          continue;
        }
        break;
      case 0x81:
        if (!b) trap = DIVIDE_BY_ZERO;
        else {
          store<u64>(d, b == 0xffffffffffffffff ? 0 : <u64>(<i64>a % <i64>b));
          continue;
        }
        break;
      case 0x82:
        if (!b) trap = DIVIDE_BY_ZERO;
        else {
          store<u64>(d, a % b);
          continue;
        }
        break;
      case 0x83:
        store<u64>(d, a & b);
        continue;
      case 0x84:
        store<u64>(d, a | b);
        continue;
      case 0x85:
        store<u64>(d, a ^ b);
        continue;
      case 0x86:
        store<u64>(d, a << b);
        continue;
      case 0x87:
        store<u64>(d, <u64>((<i64>a) >> b));
        continue;
      case 0x88:
        store<u64>(d, a >> b);
        continue;
      case 0x89:
        store<u64>(d, rotl<u64>(a, b));
        continue;
      case 0x8a:
        store<u64>(d, rotr<u64>(a, b));
        continue;

      // conversions
      case 0xa7:
        store<u64>(d, <u64>x);
        continue;
      case 0xac:
        store<u64>(d, <u64>(<i64>(<i32>x)));
        continue;
      case 0xad:
        store<u64>(d, <u64>x);
        continue;
      case 0xc0:
        store<u64>(d, <u64>(<u32>(<i32>(<i8>x))));
        continue;
      case 0xc1:
        store<u64>(d, <u64>(<u32>(<i32>(<i16>x))));
        continue;
      case 0xc2:
        store<u64>(d, <u64>(<i64>(<i8>a)));
        continue;
      case 0xc3:
        store<u64>(d, <u64>(<i64>(<i16>a)));
        continue;
      case 0xc4:
        store<u64>(d, <u64>(<i64>(<i32>a)));
        continue;
      default:
        trap = UNREACHABLE;
    }
    break;
  }

  if (trap) {
    status = TRAPPED;
    trapCode = trap;
  }
  cell = p;
  frame = f;
  frameBytes = size;
  callers = top;
  steps += count;
  return count;
}
