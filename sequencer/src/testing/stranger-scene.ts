import { afterEach, beforeEach, expect } from '@jest/globals';
import { expectAgreement } from './agreement.js';
import { type Devnet, type NodeProcess, startDevnet, startNode } from './devnet.js';
import { allocation, headsOf, sendInBlock } from './l2-user.js';
import { Stranger } from './stranger.js';

/** Batches as calldata, which a stranger can read while they wait, and no assertions. */
const settings = { poster: { data: 'calldata', intervalSeconds: 3 }, proposer: { enabled: false } };

/** A devnet with one node that posts, and a stranger who does too. */
export class StrangerScene {
  devnet!: Devnet;
  node!: NodeProcess;
  stranger!: Stranger;

  /** One that is made anew for each test of a file. */
  static forEachTest(): StrangerScene {
    const scene = new StrangerScene();
    beforeEach(() => scene.open());
    afterEach(() => scene.close());
    return scene;
  }

  /** Waits until all of the node's chain is on L1 and is what the rules make of L1. Returns the head. */
  agreesWithL1(): Promise<bigint> {
    return expectAgreement(this.node, this.devnet);
  }

  /** Kills the node, between whatever two steps it may be, and starts the next one. */
  async revive(): Promise<void> {
    await this.node.stop('SIGKILL');
    await this.start();
  }

  /** Kills the node; the next one takes over what is on L1 up to `head`, and goes on. */
  async restart(head: bigint): Promise<void> {
    await this.revive();
    await this.node.until('what was on L1', async () => (await headsOf(this.node)).safe === head);
    await sendInBlock(this.node);
    expect(await this.agreesWithL1()).toBe(head + 1n);
  }

  /** The batch in the newest block of L1. */
  async lastBatch() {
    const { l1, deployment } = this.devnet;
    const { transactions } = await l1.getBlock({ includeTransactions: true });
    return transactions.find(({ to }) => to?.toLowerCase() === deployment.addresses.inbox.toLowerCase())!;
  }

  private async open(): Promise<void> {
    this.devnet = await startDevnet(settings, [allocation]);
    this.stranger = new Stranger(this.devnet);
    await this.start();
  }

  private async start(): Promise<void> {
    this.node = await startNode(this.devnet.configFile);
    await this.node.ready();
  }

  private async close(): Promise<void> {
    await this.node?.stop('SIGKILL');
    await this.devnet?.anvil.stop();
  }
}
