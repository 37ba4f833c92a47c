import { type Hex, encodeAbiParameters, encodeFunctionData, keccak256, parseAbiParameters, toHex } from 'viem';
import { getWithdrawals } from 'viem/op-stack';

import { bridgeAbi } from './abi.ts';
import { decodeEvents } from './events.ts';
import { Ledger, type Outcome, account, predeploy, tokenRef } from './ledger.ts';

/** A chain with a bridge to L1, and what the tests of the bridge share. */

export const [one, two] = [account(1), account(2)];
export const [MESSENGER, BRIDGE, FACTORY, PASSER] = [0x07, 0x10, 0x12, 0x16].map(predeploy) as [Hex, Hex, Hex, Hex];
export const legacyEther = '0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000';
export const l1Messenger = `0x${'4d'.repeat(20)}` as const;
export const l1Bridge = `0x${'b1'.repeat(20)}` as const;
export const alias = toHex((BigInt(l1Messenger) + 0x1111000000000000000000000000000000001111n) % (1n << 160n), {
  size: 20,
});
export const l1Token = (index: number): Hex => `0x${index.toString(16).padStart(40, 'e')}`;
export const unit = 10n ** 18n;
export const eth = tokenRef(0);
export const versioned = (nonce: bigint): bigint => (1n << 240n) | nonce;
export const lower = (value: unknown): unknown =>
  typeof value === 'string'
    ? value.toLowerCase()
    : Array.isArray(value)
      ? value.map(lower)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, lower(entry)]))
        : value;
export const eventsOf = (outcome: Outcome) =>
  decodeEvents(bridgeAbi, outcome.events).map(
    (event) => lower(event) as { eventName: string; args: Record<string, unknown> },
  );
export const named = (outcome: Outcome, name: string) =>
  eventsOf(outcome).find(({ eventName }) => eventName === name.toLowerCase())!.args;

/** The withdrawals of a transaction as viem's op-stack client finds them. */
export const withdrawalsOf = (outcome: Outcome) => getWithdrawals({ logs: outcome.events as never });
export const withdrawalHash = ({
  nonce,
  sender,
  target,
  value,
  gasLimit,
  data,
}: ReturnType<typeof withdrawalsOf>[number]): Hex =>
  keccak256(
    encodeAbiParameters(parseAbiParameters('uint256, address, address, uint256, uint256, bytes'), [
      nonce,
      sender,
      target,
      value,
      gasLimit,
      data,
    ]),
  );

export const relayData = (nonce: bigint, sender: Hex, target: Hex, value: bigint, message: Hex): Hex =>
  encodeFunctionData({
    abi: bridgeAbi,
    functionName: 'relayMessage',
    args: [versioned(nonce), sender, target, value, 200_000n, message],
  });

export const openBridge = (): Ledger => {
  const ledger = new Ledger();
  ledger.setWord('0702', `${'00'.repeat(12)}${l1Messenger.slice(2)}`);
  ledger.setWord('0703', `${'00'.repeat(12)}${l1Bridge.slice(2)}`);
  ledger.mint(eth, one, 100n * unit);
  return ledger;
};
