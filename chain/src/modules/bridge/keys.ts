import { makeKey, makeKeyHash } from '../../kernel/store';
import { BRIDGE } from '../../kernel/memory';

/** Keys of the bridge (docs/spec/state.md). Every function returns where the key is; it stays there until the next call of that function. */

export const MODULE_BRIDGE: u32 = 7;
const KIND_SENT: u32 = 1;
const KIND_L1_MESSENGER: u32 = 2;
const KIND_L1_BRIDGE: u32 = 3;
const KIND_RELAYED: u32 = 4;
const KIND_NONCES: u32 = 5;

const SENT_KEY: usize = BRIDGE;
const L1_KEY: usize = BRIDGE + 0x20;
const RELAYED_KEY: usize = BRIDGE + 0x40;
const NONCES_KEY: usize = BRIDGE + 0x60;

/** Withdrawals that were sent: what the Portal proves. */
export function sentKey(withdrawalHash: usize): usize {
  makeKeyHash(SENT_KEY, MODULE_BRIDGE, KIND_SENT, withdrawalHash);
  return SENT_KEY;
}

export function l1MessengerKey(): usize {
  makeKey(L1_KEY, MODULE_BRIDGE, KIND_L1_MESSENGER);
  return L1_KEY;
}

export function l1BridgeKey(): usize {
  makeKey(L1_KEY, MODULE_BRIDGE, KIND_L1_BRIDGE);
  return L1_KEY;
}

/** What became of a message from L1. */
export function relayedKey(messageHash: usize): usize {
  makeKeyHash(RELAYED_KEY, MODULE_BRIDGE, KIND_RELAYED, messageHash);
  return RELAYED_KEY;
}

export function noncesKey(): usize {
  makeKey(NONCES_KEY, MODULE_BRIDGE, KIND_NONCES);
  return NONCES_KEY;
}
