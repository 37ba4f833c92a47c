import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { type Hex, encodeFunctionData, toHex } from 'viem';

import { bridgeAbi } from '../../../test/abi.ts';
import { Ledger, account, predeploy, tokenAddress, tokenRef } from '../../../test/ledger.ts';

const runs = Number(process.env.FUZZ_RUNS ?? 30);
jest.setTimeout(60_000 + runs * 500);

const [MESSENGER, BRIDGE, PASSER] = [0x07, 0x10, 0x16].map(predeploy) as [Hex, Hex, Hex];
const l1Messenger = `0x${'4d'.repeat(20)}` as const;
const l1Bridge = `0x${'b1'.repeat(20)}` as const;
const alias = toHex(BigInt(l1Messenger) + 0x1111000000000000000000000000000000001111n, { size: 20 });
const l1Token = (index: number): Hex => `0x${index.toString(16).padStart(40, 'e')}`;
const users = [account(1), account(2), account(3)];
/** Where a deposit may be sent: users, and places that must refuse it. */
const recipients = [...users, BRIDGE, tokenAddress(2), `0x${'00'.repeat(20)}` as const];
const legacyEther = '0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000';

const step = fc.record({
  kind: fc.constantFrom(
    'depositEther',
    'depositToken',
    'portal',
    'retry',
    'withdrawEther',
    'withdrawToken',
    'pass',
    'packed',
  ),
  user: fc.nat({ max: 2 }),
  to: fc.nat({ max: recipients.length - 1 }),
  token: fc.constantFrom(2, 3),
  wrong: fc.boolean(),
  amount: fc.oneof(fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 0n, max: 1n << 100n })),
});
type Step = ReturnType<typeof step.generate>['value_'];

/** The chain, and what L1 holds in escrow for it if every withdrawal is paid at once. */
class Bridge {
  readonly ledger = new Ledger();
  /** By token index; 0 is ETH. */
  readonly escrow = [0n, 0n, 0n, 0n];
  /** Token deposits whose message failed: in escrow, not yet minted. */
  readonly waiting = [0n, 0n, 0n, 0n];
  private readonly failed: { data: Hex; token: number; amount: bigint }[] = [];
  private nonce = 0n;

  constructor() {
    this.ledger.setWord('0702', `${'00'.repeat(12)}${l1Messenger.slice(2)}`);
    this.ledger.setWord('0703', `${'00'.repeat(12)}${l1Bridge.slice(2)}`);
  }

  private relay(value: bigint, message: Hex): Hex {
    const args = [(1n << 240n) | this.nonce++, l1Bridge, BRIDGE, value, 0n, message] as const;
    return encodeFunctionData({ abi: bridgeAbi, functionName: 'relayMessage', args });
  }

  private deliver(data: Hex, value: bigint, token: number, amount: bigint): void {
    this.ledger.mint(tokenRef(0), alias, value);
    this.escrow[0]! += value;
    const { code, events } = this.ledger.raw(alias, MESSENGER, data, value);
    expect(code).toBe(0);
    // One event: FailedRelayedMessage.
    if (events.length > 1) return;
    this.failed.push({ data, token, amount });
    if (token > 0) this.waiting[token]! += amount;
  }

  private finalise(name: 'finalizeBridgeETH' | 'finalizeBridgeERC20', ...args: unknown[]): Hex {
    return encodeFunctionData({ abi: bridgeAbi, functionName: name, args: args as never });
  }

  private retry(): void {
    const message = this.failed.shift();
    if (!message) return;
    const { events } = this.ledger.raw(users[0]!, MESSENGER, message.data);
    if (events.length > 1 && message.token > 0) this.waiting[message.token]! -= message.amount;
  }

  private withdrawn(token: number, amount: bigint, code: number): void {
    if (code === 0) this.escrow[token]! -= amount;
  }

  apply({ kind, user, to, token, wrong, amount }: Step): void {
    const [from, recipient] = [users[user]!, recipients[to]!];
    const { ledger } = this;
    if (kind === 'depositEther') {
      const stated = wrong ? amount + 1n : amount;
      this.deliver(
        this.relay(amount, this.finalise('finalizeBridgeETH', from, recipient, stated, '0x')),
        amount,
        0,
        amount,
      );
    }
    if (kind === 'depositToken') {
      const remote = l1Token(wrong ? 9 : token);
      const message = this.finalise('finalizeBridgeERC20', tokenAddress(token), remote, from, recipient, amount, '0x');
      this.escrow[token]! += amount;
      this.deliver(this.relay(0n, message), 0n, token, amount);
    }
    if (kind === 'portal') {
      ledger.mint(tokenRef(0), from, amount);
      this.escrow[0]! += amount;
    }
    if (kind === 'retry') this.retry();
    if (kind === 'withdrawEther') {
      const args = [legacyEther, wrong ? amount + 1n : amount, 0, '0x'] as const;
      this.withdrawn(0, amount, ledger.call(bridgeAbi, 'withdraw', args, BRIDGE, from, amount).code);
    }
    if (kind === 'withdrawToken') {
      const args = [tokenAddress(token), l1Token(wrong ? 9 : token), recipient, amount, 0, '0x'] as const;
      this.withdrawn(token, amount, ledger.call(bridgeAbi, 'bridgeERC20To', args, BRIDGE, from).code);
    }
    if (kind === 'pass') {
      this.withdrawn(
        0,
        amount,
        ledger.call(bridgeAbi, 'initiateWithdrawal', [recipient, 0n, '0x'], PASSER, from, amount).code,
      );
    }
    if (kind === 'packed') {
      const outcome = ledger.run(
        'withdraw',
        ledger.address(0, from),
        tokenRef(token),
        ledger.address(1, recipient),
        ledger.amount(4, amount),
      );
      this.withdrawn(token, amount, outcome.code);
    }
  }
}

describe('the bridge under random deposits and withdrawals', () => {
  it('keeps supply equal to escrow less what waits, and everything held by somebody', () => {
    let supplied = 0n;
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
        const bridge = new Bridge();
        for (const one of steps) bridge.apply(one);
        for (const token of [0, 2, 3]) {
          const reference = tokenRef(token);
          const supply = bridge.ledger.supply(reference);
          expect(supply).toBe(bridge.escrow[token]! - bridge.waiting[token]!);
          const holders = [...users, MESSENGER, alias];
          expect(holders.reduce((sum, holder) => sum + bridge.ledger.balance(reference, holder), 0n)).toBe(supply);
          supplied += supply;
        }
      }),
      { numRuns: runs },
    );
    expect(supplied).toBeGreaterThan(0n);
  });
});
