import { describe, expect, it } from '@jest/globals';
import type { L1Addresses } from '@metachain/contracts';
import { messengerAbi, standardBridgeAbi, systemAddresses, tokenAddress } from '@metachain/program';
import { type Address, encodeFunctionData, getAddress, type Hex, numberToHex, zeroAddress } from 'viem';

import { partiesOf } from './parties.js';

const at = (number: number): Address => getAddress(numberToHex(number, { size: 20 }));
const [alice, bob, carol, l1Messenger, l1Bridge] = [at(0xa), at(0xb), at(0xc), at(1), at(2)] as const;
const l1 = { l1CrossDomainMessenger: l1Messenger, l1StandardBridge: l1Bridge } as L1Addresses;
const { messenger, standardBridge } = systemAddresses;

const withdrawal = (sender: Address, target: Address, data: Hex) => ({
  ...{ nonce: 0n, value: 0n, gasLimit: 0n },
  sender,
  target,
  data,
});

const relayed = (from: Address, to: Address, message: Hex) =>
  encodeFunctionData({ abi: messengerAbi, functionName: 'relayMessage', args: [0n, from, to, 0n, 0n, message] });

const ether = (from: Address, to: Address) =>
  encodeFunctionData({ abi: standardBridgeAbi, functionName: 'finalizeBridgeETH', args: [from, to, 1n, '0x'] });

const token = (from: Address, to: Address) =>
  encodeFunctionData({
    abi: standardBridgeAbi,
    functionName: 'finalizeBridgeERC20',
    args: [zeroAddress, tokenAddress(2), from, to, 1n, '0x12'],
  });

/** Through messenger and bridge. */
const bridged = (message: Hex) => withdrawal(messenger, l1Messenger, relayed(standardBridge, l1Bridge, message));

describe('the parties of a withdrawal', () => {
  it.each<[string, ReturnType<typeof withdrawal>, Address, Address]>([
    ['ether', withdrawal(alice, bob, '0x'), alice, bob],
    ['a message', withdrawal(messenger, l1Messenger, relayed(alice, bob, '0x1234')), alice, bob],
    ['ether through the bridge', bridged(ether(alice, bob)), alice, bob],
    ['a token', bridged(token(alice, bob)), alice, bob],
  ])('are read of %s', (_, sent, from, to) => {
    expect(partiesOf(sent, l1)).toEqual({ from, to });
  });

  it.each<[string, ReturnType<typeof withdrawal>, Address, Address]>([
    ['a name somewhere in the data', withdrawal(bob, carol, alice), bob, carol],
    ['a message that nobody relayed', withdrawal(bob, l1Messenger, relayed(alice, alice, '0x')), bob, l1Messenger],
    ['a message to another messenger', withdrawal(messenger, carol, relayed(alice, alice, '0x')), messenger, carol],
    [
      'a token that the bridge did not send',
      withdrawal(messenger, l1Messenger, relayed(bob, l1Bridge, token(alice, alice))),
      bob,
      l1Bridge,
    ],
    [
      'a token paid by another bridge',
      withdrawal(messenger, l1Messenger, relayed(standardBridge, carol, token(alice, alice))),
      standardBridge,
      carol,
    ],
    ['bytes behind a token', bridged(`${token(alice, alice)}00`), standardBridge, l1Bridge],
    ['a token cut off', bridged(token(alice, alice).slice(0, -2) as Hex), standardBridge, l1Bridge],
    [
      'bytes behind a message',
      withdrawal(messenger, l1Messenger, `${relayed(alice, alice, '0x')}00`),
      messenger,
      l1Messenger,
    ],
    ['another call', withdrawal(messenger, l1Messenger, ether(alice, alice)), messenger, l1Messenger],
  ])('are not taken from %s', (_, sent, from, to) => {
    expect(partiesOf(sent, l1)).toEqual({ from: getAddress(from), to: getAddress(to) });
  });
});
