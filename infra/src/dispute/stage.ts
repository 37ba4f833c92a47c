import { createGenesis } from '@metachain/program';
import { type Address, zeroHash } from 'viem';
import { type Clients, clientsOf } from '../devnet/clients.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { disputeConfig, DisputeNet, type NetListener } from './dispute-net.js';
import { GameWatch } from './game-watch.js';
import { L1View } from './l1-view.js';
import { type Claim, Operator } from './operator.js';
import { People } from './people.js';
import { Withdrawals } from './withdrawals.js';

/** Development accounts of the parties. */
export const parties = {
  /** The operator who asserts. */
  operator: developmentAccount(roles.proposer),
  /** The prover's dispute agent. */
  prover: developmentAccount(roles.challenger),
  /** A challenger who lies. */
  challenger: developmentAccount(6),
  /** Pays for proofs and finalisations of withdrawals. */
  payer: developmentAccount(7),
} as const;

export const burnAddress: Address = '0x000000000000000000000000000000000000dEaD';

/** Everything that the plays of one run share. */
export class Stage {
  /** Newest assertion that stands and is right. */
  parent: Claim;

  private constructor(
    readonly net: DisputeNet,
    readonly people: People,
    readonly view: L1View,
    readonly operator: Operator,
    readonly withdrawals: Withdrawals,
    readonly watch: GameWatch,
    readonly clients: Clients,
  ) {
    const { stateRoot, hash } = createGenesis(net.genesis);
    const state = { stateRoot, headerHash: hash, blockNumber: 0n, itemIndex: 0n, payloadOffset: 0, unitIndex: 0 };
    this.parent = { id: 0n, state, gas: 0n, transaction: zeroHash, at: Date.now() };
  }

  /** Starts a devnet, opens its market and turns on the L1 clock. */
  static async start(listener: NetListener, config = disputeConfig): Promise<Stage> {
    const net = await DisputeNet.start(listener, 'play', config);
    try {
      listener.report('deposits and a pool');
      const people = new People(net.devnet);
      await people.openMarket();
      await net.useBlockTime();
      const clients = clientsOf(net.devnet, parties.payer.privateKey);
      const { disputeGame } = net.devnet.dispute;
      return new Stage(
        net,
        people,
        new L1View(net.devnet, net.genesis),
        new Operator(net.devnet, parties.operator),
        new Withdrawals(net.devnet, parties.payer),
        new GameWatch(clients, disputeGame, net.devnet.l1BlockNumber),
        clients,
      );
    } catch (error) {
      await net.stop();
      throw error;
    }
  }

  /** Wei of an account on L1. */
  balance(address: Address): Promise<bigint> {
    return this.clients.l1.getBalance({ address });
  }

  /** Program of the chain, as L1 names it. */
  get programHash() {
    return this.net.devnet.programHash;
  }

  stop(): Promise<void> {
    return this.net.stop();
  }
}
