import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, type Hex, keccak256, numberToHex } from 'viem';
import { type Clients } from '../devnet/clients.js';
import { etherDepositData } from '../devnet/deposits.js';

const PAUSE_MILLISECONDS = 1_500;

/** A deposit, and every L1 transaction that made it: a reorganisation of L1 loses some. */
export interface Deposit {
  readonly to: Address;
  readonly amount: bigint;
  readonly transactions: Hex[];
}

/** Deposits ether to fresh accounts, one after another, and again what L1 lost. `over` ends it. */
export class Depositor {
  readonly deposits: Deposit[] = [];
  private stopping = false;
  private readonly running: Promise<void>;

  constructor(
    private readonly clients: Clients,
    private readonly portal: Address,
    private readonly over: AbortSignal,
  ) {
    this.running = this.run();
    this.running.catch(() => undefined);
  }

  /** Resolves when each deposit is on L1. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
    for (const deposit of this.deposits) while ((await this.onL1(deposit)) === 0) await this.send(deposit);
  }

  /** How often a deposit stands on L1. */
  async onL1({ transactions }: Deposit): Promise<number> {
    const found = await Promise.all(transactions.map((hash) => this.receipt(hash)));
    return found.filter((receipt) => receipt !== undefined).length;
  }

  private async run(): Promise<void> {
    for (let index = 1; !this.stopping && !this.over.aborted; index++) {
      const to = keccak256(numberToHex(index)).slice(0, 42) as Address;
      const deposit = { to, amount: BigInt(index) * 1_000_000_000n, transactions: [] };
      this.deposits.push(deposit);
      await this.send(deposit);
      await sleep(PAUSE_MILLISECONDS);
    }
  }

  private async send({ to, amount, transactions }: Deposit): Promise<void> {
    const { l1Wallet, l1, account } = this.clients;
    const data = etherDepositData(to, amount);
    const hash = await l1Wallet.sendTransaction({ account, to: this.portal, data, value: amount, gas: 1_000_000n });
    transactions.push(hash);
    await l1.waitForTransactionReceipt({ hash, timeout: 5_000 }).catch(() => undefined);
  }

  private receipt(hash: Hex) {
    return this.clients.l1.getTransactionReceipt({ hash }).catch(() => undefined);
  }
}
