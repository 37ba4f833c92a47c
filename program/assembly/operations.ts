import { OK } from '../../chain/src/kernel/errors';
import {
  ADD_LIQUIDITY,
  APPROVE,
  CREATE_POOL,
  Operation,
  REMOVE_LIQUIDITY,
  SENDER,
  SWAP,
  SWAP_EXACT_OUT,
  SWAP_ROUTE,
  SWAP_ROUTE_EXACT_OUT,
  TRANSFER,
  operationAccount,
  operationAmount,
  operationAt,
  operationPools,
  transaction,
} from '../../chain/src/modules/auth/module';
import { withdraw } from '../../chain/src/modules/bridge/module';
import { operationWeight } from '../../chain/src/modules/fees/module';
import {
  addLiquidity,
  createPool,
  removeLiquidity,
  swapExactIn,
  swapExactOut,
} from '../../chain/src/modules/swap/module';
import { approveToken, transferToken } from '../../chain/src/modules/token/module';

/** Packed operations: from the decoded record to the module that knows the rule. The sender acts and receives. */

function swapIn(operation: Operation): u32 {
  return swapExactIn(
    SENDER,
    SENDER,
    operationPools(operation),
    operation.poolCount,
    operation.zeroForOne != 0,
    operationAmount(operation, 0),
    operationAmount(operation, 1),
  );
}

function swapOut(operation: Operation): u32 {
  return swapExactOut(
    SENDER,
    SENDER,
    operationPools(operation),
    operation.poolCount,
    operation.zeroForOne != 0,
    operationAmount(operation, 0),
    operationAmount(operation, 1),
  );
}

function provide(operation: Operation): u32 {
  return addLiquidity(
    SENDER,
    SENDER,
    operation.pool0,
    operationAmount(operation, 0),
    operationAmount(operation, 1),
    operationAmount(operation, 2),
    operationAmount(operation, 3),
  );
}

function execute(operation: Operation): u32 {
  const account = operationAccount(operation);
  const amount = operationAmount(operation, 0);
  switch (operation.code) {
    case TRANSFER:
      return transferToken(operation.tokenA, SENDER, account, amount);
    case APPROVE:
      return approveToken(operation.tokenA, SENDER, account, amount);
    case SWAP:
    case SWAP_ROUTE:
      return swapIn(operation);
    case SWAP_EXACT_OUT:
    case SWAP_ROUTE_EXACT_OUT:
      return swapOut(operation);
    case ADD_LIQUIDITY:
      return provide(operation);
    case REMOVE_LIQUIDITY:
      return removeLiquidity(
        SENDER,
        SENDER,
        operation.pool0,
        amount,
        operationAmount(operation, 1),
        operationAmount(operation, 2),
      );
    case CREATE_POOL:
      return createPool(SENDER, operation.tokenA, operation.tokenB);
    default:
      return withdraw(SENDER, operation.tokenA, account, amount);
  }
}

/** Executes all operations of the transaction at hand; stops at the first that fails and answers its number. */
export function executeOperations(): u32 {
  const count = transaction().operations;
  for (let i: u32 = 0; i < count; i++) {
    const code = execute(operationAt(i));
    if (code != OK) return code;
  }
  return OK;
}

/** Step weight of all operations of the transaction at hand. */
export function operationsWeight(): u64 {
  const count = transaction().operations;
  let weight: u64 = 0;
  for (let i: u32 = 0; i < count; i++) weight += operationWeight(operationAt(i).code, operationAt(i).poolCount);
  return weight;
}
