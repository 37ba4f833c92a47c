import type { Address } from 'viem';

/** Operations of a packed transaction, in the words of their EIP-712 types (docs/spec/transactions.md). Amounts in base units. */
export type Operation =
  | { readonly type: 'Transfer'; readonly token: Address; readonly to: Address; readonly amount: bigint }
  | { readonly type: 'Approve'; readonly token: Address; readonly spender: Address; readonly amount: bigint }
  | {
      readonly type: 'Swap';
      readonly pool: Address;
      readonly zeroForOne: boolean;
      readonly amountIn: bigint;
      readonly minimumOut: bigint;
    }
  | {
      readonly type: 'SwapExactOut';
      readonly pool: Address;
      readonly zeroForOne: boolean;
      readonly amountOut: bigint;
      readonly maximumIn: bigint;
    }
  | {
      readonly type: 'SwapRoute';
      readonly pools: readonly Address[];
      readonly zeroForOne: boolean;
      readonly amountIn: bigint;
      readonly minimumOut: bigint;
    }
  | {
      readonly type: 'SwapRouteExactOut';
      readonly pools: readonly Address[];
      readonly zeroForOne: boolean;
      readonly amountOut: bigint;
      readonly maximumIn: bigint;
    }
  | {
      readonly type: 'AddLiquidity';
      readonly pool: Address;
      readonly amount0: bigint;
      readonly amount1: bigint;
      readonly minimum0: bigint;
      readonly minimum1: bigint;
    }
  | {
      readonly type: 'RemoveLiquidity';
      readonly pool: Address;
      readonly liquidity: bigint;
      readonly minimum0: bigint;
      readonly minimum1: bigint;
    }
  | { readonly type: 'CreatePool'; readonly tokenA: Address; readonly tokenB: Address }
  | { readonly type: 'Withdraw'; readonly token: Address; readonly to: Address; readonly amount: bigint };

export type OperationType = Operation['type'];

/** How a field travels: `direction` is one byte, `pools` a count of 2 or 3 and as many varints. */
export type FieldKind = 'token' | 'pool' | 'pools' | 'account' | 'direction' | 'amount';

export interface OperationField {
  readonly name: string;
  readonly kind: FieldKind;
}

interface OperationShape {
  readonly type: OperationType;
  readonly code: number;
  readonly fields: readonly OperationField[];
}

const shape = (type: OperationType, code: number, fields: string): OperationShape => ({
  type,
  code,
  fields: fields.split(' ').map((field) => {
    const [name, kind] = field.split(':') as [string, FieldKind];
    return { name, kind };
  }),
});

/** Wire order and EIP-712 order of the fields are the same. */
export const operationShapes: readonly OperationShape[] = [
  shape('Transfer', 0x01, 'token:token to:account amount:amount'),
  shape('Approve', 0x02, 'token:token spender:account amount:amount'),
  shape('Swap', 0x10, 'pool:pool zeroForOne:direction amountIn:amount minimumOut:amount'),
  shape('SwapExactOut', 0x11, 'pool:pool zeroForOne:direction amountOut:amount maximumIn:amount'),
  shape('SwapRoute', 0x12, 'pools:pools zeroForOne:direction amountIn:amount minimumOut:amount'),
  shape('SwapRouteExactOut', 0x13, 'pools:pools zeroForOne:direction amountOut:amount maximumIn:amount'),
  shape('AddLiquidity', 0x14, 'pool:pool amount0:amount amount1:amount minimum0:amount minimum1:amount'),
  shape('RemoveLiquidity', 0x15, 'pool:pool liquidity:amount minimum0:amount minimum1:amount'),
  shape('CreatePool', 0x16, 'tokenA:token tokenB:token'),
  shape('Withdraw', 0x20, 'token:token to:account amount:amount'),
];

const byType = new Map(operationShapes.map((entry) => [entry.type, entry]));
const byCode = new Map(operationShapes.map((entry) => [entry.code, entry]));

export const shapeOfType = (type: OperationType): OperationShape => byType.get(type)!;
export const shapeOfCode = (code: number): OperationShape | undefined => byCode.get(code);

/** EIP-712 type of a field. */
export const solidityType = (kind: FieldKind): string =>
  ({ token: 'address', pool: 'address', account: 'address', pools: 'address[]', direction: 'bool', amount: 'uint256' })[
    kind
  ];
