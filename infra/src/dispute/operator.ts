import { disputeGameAbi, inboxAbi, rollupAbi } from '@metachain/contracts';
import { outputRoot } from '@metachain/program';
import type { UnitState } from '@metachain/prover';
import { type Address, decodeEventLog, type Hash, type TransactionReceipt } from 'viem';
import { type Clients, clientsOf } from '../devnet/clients.js';
import type { Devnet } from '../devnet/data-directory.js';
import { InfraError } from '../errors.js';
import type { DevelopmentAccount } from '../l1/accounts.js';
import { waitUntil } from '../process/child.js';
import { disputeConfig } from './dispute-net.js';

/** An assertion on L1 with what its output root commits. */
export interface Claim {
  readonly id: bigint;
  readonly state: UnitState;
  readonly gas: bigint;
  readonly transaction: Hash;
  /** Milliseconds of this machine's clock when L1 had it. */
  readonly at: number;
}

/** Somebody who asserts states on L1, rightly or not. */
export class Operator {
  readonly address: Address;
  private readonly clients: Clients;

  constructor(
    private readonly devnet: Devnet,
    account: DevelopmentAccount,
  ) {
    this.address = account.address;
    this.clients = clientsOf(devnet, account.privateKey);
  }

  /** Claims a state after `parent`, with the bond. */
  async assert(parent: Claim, state: UnitState, lastItem: Hash): Promise<Claim> {
    const { stateRoot, headerHash, blockNumber, itemIndex } = state;
    const { programHash } = this.devnet;
    const hash = await this.clients.l1Wallet.writeContract({
      address: this.devnet.addresses.rollup,
      abi: rollupAbi,
      functionName: 'assertState',
      args: [
        parent.id,
        outputRoot(parent.state.stateRoot, parent.state.headerHash),
        { stateRoot, headerHash, programHash, blockNumber, itemIndex },
        lastItem,
      ],
      value: disputeConfig.assertionBondWei,
    });
    const receipt = await this.mined(hash);
    return { id: assertionIn(receipt), state, gas: receipt.gasUsed, transaction: hash, at: Date.now() };
  }

  /** Appends items without payload. */
  async appendEmpty(count: number): Promise<void> {
    const append = { address: this.devnet.addresses.inbox, abi: inboxAbi, functionName: 'appendEmpty' } as const;
    const hashes: Hash[] = [];
    while (hashes.length < count) hashes.push(await this.clients.l1Wallet.writeContract(append));
    for (const hash of hashes) await this.mined(hash);
  }

  /** Names who plays the operator's games, as a proposer does before its first assertion. */
  async nameDefender(mover: Address): Promise<void> {
    const hash = await this.clients.l1Wallet.writeContract({
      address: this.devnet.dispute.disputeGame,
      abi: disputeGameAbi,
      functionName: 'setDelegate',
      args: [mover],
    });
    await this.mined(hash);
  }

  /** Confirms an assertion as soon as its window is over and nothing stands against it, unless somebody else does. */
  async confirm(id: bigint): Promise<void> {
    const request = {
      account: this.clients.account,
      address: this.devnet.addresses.rollup,
      abi: rollupAbi,
      functionName: 'confirm',
      args: [id],
    } as const;
    await waitUntil(`The confirmation of assertion ${id}`, async () => {
      if (await this.isConfirmed(id)) return true;
      await this.clients.l1.simulateContract(request);
      await this.clients.l1.waitForTransactionReceipt({ hash: await this.clients.l1Wallet.writeContract(request) });
      return false;
    });
  }

  /** An assertion of a state that was made after another one, whoever made it. */
  async find({ stateRoot, headerHash, ...rest }: UnitState, after: bigint): Promise<Claim | undefined> {
    const { l1 } = this.clients;
    const address = this.devnet.addresses.rollup;
    const fromBlock = this.devnet.l1BlockNumber;
    const made = await l1.getContractEvents({
      address,
      abi: rollupAbi,
      eventName: 'AssertionCreated',
      fromBlock,
      strict: true,
    });
    const found = made.find(
      ({ args }) => args.id > after && args.state.stateRoot === stateRoot && args.state.headerHash === headerHash,
    );
    if (found === undefined) return undefined;
    const { gasUsed } = await l1.getTransactionReceipt({ hash: found.transactionHash });
    const state = { stateRoot, headerHash, ...rest };
    return { id: found.args.id, state, gas: gasUsed, transaction: found.transactionHash, at: Date.now() };
  }

  /** An assertion as L1 has it. */
  assertion(id: bigint) {
    return this.clients.l1.readContract({
      address: this.devnet.addresses.rollup,
      abi: rollupAbi,
      functionName: 'assertion',
      args: [id],
    });
  }

  /** Whether what an assertion claims is confirmed, through whichever bond. */
  private isConfirmed(id: bigint): Promise<boolean> {
    return this.clients.l1.readContract({
      address: this.devnet.addresses.rollup,
      abi: rollupAbi,
      functionName: 'isConfirmed',
      args: [id],
    });
  }

  private async mined(hash: Hash): Promise<TransactionReceipt> {
    const receipt = await this.clients.l1.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new InfraError('checkFailed', `L1 transaction ${hash} failed.`);
    return receipt;
  }
}

function assertionIn({ logs }: TransactionReceipt): bigint {
  for (const { topics, data } of logs) {
    const event = decodeEventLog({ abi: rollupAbi, topics, data, strict: false });
    if (event.eventName === 'AssertionCreated' && event.args.id !== undefined) return event.args.id;
  }
  throw new InfraError('checkFailed', 'The Rollup made no assertion.');
}
