import {
  ADD_LIQUIDITY,
  APPROVE,
  CREATE_POOL,
  REMOVE_LIQUIDITY,
  SWAP,
  SWAP_EXACT_OUT,
  SWAP_ROUTE,
  SWAP_ROUTE_EXACT_OUT,
  TRANSFER,
  WITHDRAW,
} from './operation';

/** EIP-712 types of the operations (docs/spec/transactions.md) and their hashes. A test recomputes the hashes. */

export function operationType(code: u32): string {
  switch (code) {
    case TRANSFER:
      return 'Transfer(address token,address to,uint256 amount)';
    case APPROVE:
      return 'Approve(address token,address spender,uint256 amount)';
    case SWAP:
      return 'Swap(address pool,bool zeroForOne,uint256 amountIn,uint256 minimumOut)';
    case SWAP_EXACT_OUT:
      return 'SwapExactOut(address pool,bool zeroForOne,uint256 amountOut,uint256 maximumIn)';
    case SWAP_ROUTE:
      return 'SwapRoute(address[] pools,bool zeroForOne,uint256 amountIn,uint256 minimumOut)';
    case SWAP_ROUTE_EXACT_OUT:
      return 'SwapRouteExactOut(address[] pools,bool zeroForOne,uint256 amountOut,uint256 maximumIn)';
    case ADD_LIQUIDITY:
      return 'AddLiquidity(address pool,uint256 amount0,uint256 amount1,uint256 minimum0,uint256 minimum1)';
    case REMOVE_LIQUIDITY:
      return 'RemoveLiquidity(address pool,uint256 liquidity,uint256 minimum0,uint256 minimum1)';
    case CREATE_POOL:
      return 'CreatePool(address tokenA,address tokenB)';
    case WITHDRAW:
      return 'Withdraw(address token,address to,uint256 amount)';
    default:
      return '';
  }
}

/** Operation codes by the alphabetical order of their type names. */
export function codeByName(index: u32): u32 {
  switch (index) {
    case 0:
      return ADD_LIQUIDITY;
    case 1:
      return APPROVE;
    case 2:
      return CREATE_POOL;
    case 3:
      return REMOVE_LIQUIDITY;
    case 4:
      return SWAP;
    case 5:
      return SWAP_EXACT_OUT;
    case 6:
      return SWAP_ROUTE;
    case 7:
      return SWAP_ROUTE_EXACT_OUT;
    case 8:
      return TRANSFER;
    default:
      return WITHDRAW;
  }
}

export const OPERATION_TYPES: u32 = 10;

/** Writes four big-endian u64. */
export function putQuarters(out: usize, a: u64, b: u64, c: u64, d: u64): void {
  store<u64>(out, bswap<u64>(a));
  store<u64>(out, bswap<u64>(b), 8);
  store<u64>(out, bswap<u64>(c), 16);
  store<u64>(out, bswap<u64>(d), 24);
}

/** Writes the type hash of an operation. */
export function putTypeHash(out: usize, code: u32): void {
  switch (code) {
    case TRANSFER:
      return putQuarters(out, 0x998112c75a1eb739, 0xaf2f7f067a8ef0c7, 0x2d2c20cb06189774, 0xad78015750bf99fd);
    case APPROVE:
      return putQuarters(out, 0x832128f574e94690, 0x4a5f68acedffc992, 0xcf263ad42ce41786, 0xca1de303842e78e3);
    case SWAP:
      return putQuarters(out, 0x049073914c330a81, 0x54e4c75f57a7eb24, 0x415759dbc31b040b, 0x57ce1bf6fafcd6b9);
    case SWAP_EXACT_OUT:
      return putQuarters(out, 0xbcab22913924699b, 0xff9f121e021bf0f0, 0x46e8ac87cf219a2c, 0x15db94a32d6a4782);
    case SWAP_ROUTE:
      return putQuarters(out, 0xe09cf29a252b8d3c, 0x65fd15dd74af89db, 0x933ec0f6b4ceea94, 0x0bf04b7fdd583dd1);
    case SWAP_ROUTE_EXACT_OUT:
      return putQuarters(out, 0xbcfb2c4fddcaaced, 0x419824ecf626d4a5, 0x149e0bc4b18ff318, 0x5312a10b24984a73);
    case ADD_LIQUIDITY:
      return putQuarters(out, 0x2b83a6e85557811c, 0x1a9d1179fd666a15, 0x3a5e441e8b212d79, 0x1092c9f21bb32eb2);
    case REMOVE_LIQUIDITY:
      return putQuarters(out, 0x5c73e422ab6e8067, 0x03de357b15591a0e, 0x70e153fd52eb1dfb, 0xa0862308965bc984);
    case CREATE_POOL:
      return putQuarters(out, 0x4c763e7095f04af4, 0x5a7c80537129c578, 0x5a4dcc8a2dd07f22, 0xdaf3468eb3f80491);
    default:
      return putQuarters(out, 0x2f33eb8144fa7638, 0x1e2473e0a14edeb6, 0xc6cc1f2d56cbdf82, 0x2154d8a6ac296a72);
  }
}

/** Writes the type hash of a transaction whose only operation is a `Swap`: the hot path needs no type string. */
export function putSingleSwapTypeHash(out: usize): void {
  putQuarters(out, 0x66089cfa24ff3127, 0x5d6c63084a923301, 0xfa7cbc18de03d889, 0xfe767b812de94ef8);
}
