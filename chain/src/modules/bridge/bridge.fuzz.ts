import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { type Hex, encodeFunctionData } from 'viem';

import { bridgeAbi } from '../../../test/abi.ts';
import {
  BRIDGE,
  MESSENGER,
  PASSER,
  alias,
  eventsOf,
  l1Bridge,
  l1Token,
  legacyEther,
  openBridge,
  withdrawalHash,
  withdrawalsOf,
} from '../../../test/bridge.ts';
import { type Outcome, account, tokenAddress, tokenRef } from '../../../test/ledger.ts';

const runs = Number(process.env.FUZZ_RUNS ?? 30);
jest.setTimeout(60_000 + runs * 500);

const users = [account(1), account(2), account(3)];
/** Where a deposit may be sent: users, and places that must refuse it. */
const recipients = [...users, BRIDGE, tokenAddress(2), `0x${'00'.repeat(20)}` as const];

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
  wrong: fc.nat({ max: 3 }).map((value) => value === 0),
  // Small ones more often: what is there is withdrawn, and what is not is refused.
  amount: fc.oneof(
    { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: 50n }) },
    { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 1n << 100n }) },
  ),
});
type Step = ReturnType<typeof step.generate>['value_'];

/** The chain, and what L1 holds in escrow for it if every withdrawal is paid at once. */
class Bridge {
  readonly ledger = openBridge();
  /** By token index; 0 is ETH. */
  readonly escrow = [this.ledger.supply(tokenRef(0)), 0n, 0n, 0n];
  /** Token deposits whose message failed: in escrow, not yet minted. */
  readonly waiting = [0n, 0n, 0n, 0n];
  /** Hashes of what was withdrawn, and of the messages from L1. */
  readonly withdrawals = new Set<Hex>();
  readonly messages = new Set<Hex>();
  private readonly failed: { data: Hex; token: number; amount: bigint }[] = [];
  private nonce = 0n;

  private relay(value: bigint, message: Hex): Hex {
    const args = [(1n << 240n) | this.nonce++, l1Bridge, BRIDGE, value, 0n, message] as const;
    return encodeFunctionData({ abi: bridgeAbi, functionName: 'relayMessage', args });
  }

  private finalise(name: 'finalizeBridgeETH' | 'finalizeBridgeERC20', ...args: unknown[]): Hex {
    return encodeFunctionData({ abi: bridgeAbi, functionName: name, args: args as never });
  }

  /** Answers whether the message was executed. */
  private noteMessage(outcome: Outcome): boolean {
    const told = eventsOf(outcome).find(({ eventName }) => eventName.endsWith('relayedmessage'));
    if (told) this.messages.add(told.args.msgHash as Hex);
    return told?.eventName === 'relayedmessage';
  }

  private deliver(data: Hex, value: bigint, token: number, amount: bigint): void {
    this.ledger.mint(tokenRef(0), alias, value);
    this.escrow[0]! += value;
    const outcome = this.ledger.raw(alias, MESSENGER, data, value);
    expect(outcome.code).toBe(0);
    if (this.noteMessage(outcome)) return;
    this.failed.push({ data, token, amount });
    if (token > 0) this.waiting[token]! += amount;
  }

  private retry(): void {
    const message = this.failed.shift();
    if (!message) return;
    const done = this.noteMessage(this.ledger.raw(users[0]!, MESSENGER, message.data));
    if (done && message.token > 0) this.waiting[message.token]! -= message.amount;
  }

  private deposit({ kind, user, to, token, wrong, amount }: Step): void {
    const [from, recipient] = [users[user]!, recipients[to]!];
    if (kind === 'depositEther') {
      const message = this.finalise('finalizeBridgeETH', from, recipient, wrong ? amount + 1n : amount, '0x');
      return this.deliver(this.relay(amount, message), amount, 0, amount);
    }
    const pair = [tokenAddress(token), l1Token(wrong ? 9 : token)];
    const message = this.finalise('finalizeBridgeERC20', ...pair, from, recipient, amount, '0x');
    this.escrow[token]! += amount;
    this.deliver(this.relay(0n, message), 0n, token, amount);
  }

  private callWithdrawal({ kind, user, to, token, wrong, amount }: Step): Outcome {
    const [from, recipient] = [users[user]!, recipients[to]!];
    if (kind === 'pass')
      return this.ledger.call(bridgeAbi, 'initiateWithdrawal', [recipient, 0n, '0x'], PASSER, from, amount);
    if (kind === 'withdrawEther') {
      const args = [legacyEther, wrong ? amount + 1n : amount, 0, '0x'] as const;
      return this.ledger.call(bridgeAbi, 'withdraw', args, BRIDGE, from, amount);
    }
    if (kind === 'withdrawToken') {
      const args = [tokenAddress(token), l1Token(wrong ? 9 : token), recipient, amount, 0, '0x'] as const;
      return this.ledger.call(bridgeAbi, 'bridgeERC20To', args, BRIDGE, from);
    }
    const [who, where] = [this.ledger.address(0, from), this.ledger.address(1, recipient)];
    return this.ledger.run('withdraw', who, tokenRef(token), where, this.ledger.amount(4, amount));
  }

  private withdraw(one: Step): void {
    const outcome = this.callWithdrawal(one);
    if (outcome.code !== 0) return;
    const isEther = one.kind === 'pass' || one.kind === 'withdrawEther';
    this.escrow[isEther ? 0 : one.token]! -= one.amount;
    const sent = withdrawalsOf(outcome);
    expect(sent).toHaveLength(1);
    expect(this.withdrawals.has(withdrawalHash(sent[0]!))).toBe(false);
    this.withdrawals.add(withdrawalHash(sent[0]!));
  }

  apply(one: Step): void {
    if (one.kind === 'portal') {
      this.ledger.mint(tokenRef(0), users[one.user]!, one.amount);
      this.escrow[0]! += one.amount;
    } else if (one.kind === 'retry') this.retry();
    else if (one.kind.startsWith('deposit')) this.deposit(one);
    else this.withdraw(one);
  }

  expectInvariants(): void {
    const { ledger } = this;
    for (const token of [0, 2, 3]) {
      const amounts = [ledger.amount(4, this.escrow[token]!), ledger.amount(5, this.waiting[token]!)];
      expect([token, ledger.holds('isEscrowed', tokenRef(token), ...amounts)]).toEqual([token, true]);
      expect(ledger.isSupplyHeld(tokenRef(token), [...users, MESSENGER, alias])).toBe(true);
    }
    expect(ledger.holds('areNoncesOrdered')).toBe(true);
    for (const hash of this.withdrawals) expect(ledger.holds('isMarkPlain', ledger.address(3, hash))).toBe(true);
    for (const hash of this.messages) expect(ledger.holds('areFlagsKnown', ledger.address(3, hash))).toBe(true);
  }
}

describe('the bridge under random deposits and withdrawals', () => {
  it('keeps supply equal to escrow less what waits, and everything held by somebody', () => {
    let [withdrawn, relayed] = [0, 0];
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        const bridge = new Bridge();
        for (const one of steps) {
          bridge.apply(one);
          bridge.expectInvariants();
        }
        for (const hash of bridge.withdrawals)
          expect(bridge.ledger.read(bridgeAbi, 'sentMessages', [hash], PASSER)).toBe(true);
        withdrawn += bridge.withdrawals.size;
        relayed += bridge.messages.size;
      }),
      { numRuns: runs },
    );
    expect(withdrawn).toBeGreaterThan(runs);
    expect(relayed).toBeGreaterThan(runs);
  });
});
