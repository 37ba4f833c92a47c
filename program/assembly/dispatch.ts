import { caller, callValue, requireWritable, target } from '../../chain/src/kernel/call';
import {
  KIND_MODULE,
  KIND_POOL,
  KIND_TOKEN,
  NO_ENTITY,
  TOKEN_ETH,
  indexOf,
  kindOf,
  referenceOf,
} from '../../chain/src/kernel/entity';
import {
  ERR_NO_CONTRACT,
  ERR_QUERY_ONLY,
  ERR_READ_ONLY,
  ERR_UNKNOWN_SELECTOR,
  OK,
} from '../../chain/src/kernel/errors';
import { isZero128 } from '../../chain/src/math/u128';
import { moveBalance } from '../../chain/src/modules/bank/module';
import {
  callGasPriceOracle,
  callL1Block,
  callMessagePasser,
  callMessenger,
  callStandardBridge,
  callTokenFactory,
} from '../../chain/src/modules/bridge/module';
import { callFactory, callPool, callRouter } from '../../chain/src/modules/swap/module';
import { callToken } from '../../chain/src/modules/token/module';

/** The one switch that knows every module: address to module; the module goes on by selector (docs/spec/state.md, "Entities and addresses"). */

const MODULE_FACTORY: u32 = 1;
const MODULE_ROUTER: u32 = 2;

const PREDEPLOY_MESSENGER: u32 = 0x07;
const PREDEPLOY_GAS_PRICE_ORACLE: u32 = 0x0f;
const PREDEPLOY_STANDARD_BRIDGE: u32 = 0x10;
const PREDEPLOY_TOKEN_FACTORY: u32 = 0x12;
const PREDEPLOY_L1_BLOCK: u32 = 0x15;
const PREDEPLOY_MESSAGE_PASSER: u32 = 0x16;

/** Last byte of a predeploy `0x4200...00xx`, 0 for any other address. */
function predeployOf(address: usize): u32 {
  if (load<u64>(address) != 0x42 || load<u64>(address, 8) != 0) return 0;
  const last = load<u32>(address, 16);
  return (last & 0x00ff_ffff) == 0 ? last >> 24 : 0;
}

function callPredeploy(last: u32): u32 {
  switch (last) {
    case PREDEPLOY_MESSENGER:
      return callMessenger();
    case PREDEPLOY_GAS_PRICE_ORACLE:
      return callGasPriceOracle();
    case PREDEPLOY_STANDARD_BRIDGE:
      return callStandardBridge();
    case PREDEPLOY_TOKEN_FACTORY:
      return callTokenFactory();
    case PREDEPLOY_L1_BLOCK:
      return callL1Block();
    case PREDEPLOY_MESSAGE_PASSER:
      return callMessagePasser();
    default:
      return ERR_NO_CONTRACT;
  }
}

/** A pool answers as a pair first and as its LP token second. */
function callPoolOrToken(reference: u64): u32 {
  const code = callPool(indexOf(reference));
  return code == ERR_UNKNOWN_SELECTOR ? callToken(reference) : code;
}

function callModule(index: u32): u32 {
  if (index == MODULE_FACTORY) return callFactory();
  return index == MODULE_ROUTER ? callRouter() : ERR_NO_CONTRACT;
}

function callEntity(reference: u64): u32 {
  switch (kindOf(reference)) {
    case KIND_TOKEN:
      return callToken(reference);
    case KIND_POOL:
      return callPoolOrToken(reference);
    case KIND_MODULE:
      return callModule(indexOf(reference));
    default:
      return ERR_NO_CONTRACT;
  }
}

/** A transfer of wei to an account; calldata is ignored, as on Ethereum. */
function payAccount(): u32 {
  if (isZero128(callValue())) return OK;
  return requireWritable() != OK ? ERR_READ_ONLY : moveBalance(TOKEN_ETH, caller(), target(), callValue());
}

/** Multicall3, `0xcA11bde05977b3631167028862bE2a173976CA11`. */
export function isMulticall(address: usize): bool {
  return (
    load<u64>(address) == 0x63b37759e0bd11ca &&
    load<u64>(address, 8) == 0x172abe6288026711 &&
    load<u32>(address, 16) == 0x11ca7639
  );
}

/** Whether the rules answer at this address. */
export function isSystemAddress(address: usize): bool {
  return referenceOf(address) != NO_ENTITY || predeployOf(address) != 0;
}

/** Executes the open call. Answers 0 or an error number; return data is in the return buffer. */
export function dispatch(): u32 {
  const reference = referenceOf(target());
  if (reference != NO_ENTITY) return callEntity(reference);
  const last = predeployOf(target());
  if (last != 0) return callPredeploy(last);
  return isMulticall(target()) ? ERR_QUERY_ONLY : payAccount();
}
