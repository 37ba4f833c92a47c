import { DEVNET_CONFIG, disputeGameAbi, inboxAbi, rollupAbi } from '@metachain/contracts';
import { testAccount } from '@metachain/bridge/testing';
import {
  concat,
  createPublicClient,
  createTestClient,
  createWalletClient,
  type Hash,
  http,
  keccak256,
  parseEventLogs,
  type TransactionReceipt,
} from 'viem';
import { foundry } from 'viem/chains';
import type { Devnet } from '../../testing/devnet.js';

/** Lets L1 time pass. */
export async function passTime(devnet: Devnet, seconds: number): Promise<void> {
  const test = createTestClient({ mode: 'anvil', chain: foundry, transport: http(devnet.anvil.url) });
  await test.increaseTime({ seconds });
  await test.mine({ blocks: 1 });
}

/** What is claimed at the end of every segment. */
const ANYTHING = keccak256('0x');
const openingIn = ({ logs }: TransactionReceipt) =>
  parseEventLogs({ abi: disputeGameAbi, logs, eventName: 'GameOpened' })[0]!.args;
const pair = (left: Hash, right: Hash): Hash => keccak256(concat([left, right]));

/** Position of the first segment of an opening that claims `ANYTHING`: beside it all segments of a subtree are equal. */
function firstSegment({ turn, asserter, program, endItem, units: length, first }: ReturnType<typeof openingIn>) {
  const siblings: Hash[] = [];
  for (let node = pair(ANYTHING, ANYTHING); 2 ** siblings.length < DEVNET_CONFIG.gameDegree; node = pair(node, node))
    siblings.push(node);
  return { turn, asserter, program, endItem, level: 0, length, index: 0n, first, last: ANYTHING, siblings };
}

/** Somebody with bonds and no interest in the chain. */
export class StrangeAsserter {
  private readonly wallet;
  private readonly rollup;

  constructor(private readonly devnet: Devnet) {
    const transport = http(devnet.anvil.url);
    this.wallet = createWalletClient({ account: testAccount(9), chain: foundry, transport });
    this.rollup = { address: devnet.deployment.addresses.rollup, abi: rollupAbi } as const;
  }

  /** Asserts the newest root of the node at `url` at the newest item; with blocks left out of the count it is a lie. Returns the number. */
  async assert(parent: bigint, url: string, leftOut = 0n): Promise<bigint> {
    const { l1, deployment } = this.devnet;
    const inbox = { address: deployment.addresses.inbox, abi: inboxAbi } as const;
    const block = await createPublicClient({ transport: http(url) }).getBlock();
    const itemIndex = await l1.readContract({ ...inbox, functionName: 'itemCount' });
    const [{ outputRoot }, programHash, lastItem] = await Promise.all([
      l1.readContract({ ...this.rollup, functionName: 'assertion', args: [parent] }),
      l1.readContract({ ...this.rollup, functionName: 'programHash', args: [parent] }),
      l1.readContract({ ...inbox, functionName: 'items', args: [itemIndex - 1n] }),
    ]);
    const { stateRoot, hash: headerHash, number } = block;
    const state = { stateRoot, headerHash, programHash, blockNumber: number - leftOut, itemIndex };
    const args = [parent, outputRoot, state, lastItem] as const;
    const value = DEVNET_CONFIG.assertionBondWei;
    const call = { ...this.rollup, functionName: 'assertState', args, value } as const;
    const { logs } = await this.mined(await this.wallet.writeContract(call));
    // Of its own transaction: the proposer may put a bond behind the claim before this looks.
    return parseEventLogs({ abi: rollupAbi, logs, eventName: 'AssertionCreated' })[0]!.args.id;
  }

  async confirm(id: bigint): Promise<void> {
    await this.mined(await this.wallet.writeContract({ ...this.rollup, functionName: 'confirm', args: [id] }));
  }

  /** Challenges an assertion of its own, claims anything, and lets the clock of the other side run out, which is its own too. */
  async loseOnPurpose(id: bigint): Promise<void> {
    const game = { address: this.devnet.deployment.dispute.disputeGame, abi: disputeGameAbi } as const;
    const made = await this.created();
    const claim = made.find(({ args }) => args.id === id)!.args;
    const parent = made.find(({ args }) => args.id === claim.parent)!.args;
    const cut = Array.from({ length: Number(DEVNET_CONFIG.gameDegree) }, () => ANYTHING);
    const open = { ...game, functionName: 'open', args: [id, parent.state, claim.state, cut] } as const;
    const value = DEVNET_CONFIG.gameBondWei;
    const opened = openingIn(await this.mined(await this.wallet.writeContract({ ...open, value })));
    await passTime(this.devnet, DEVNET_CONFIG.gameClockSeconds + 1);
    const args = [opened.gameId, firstSegment(opened)] as const;
    await this.mined(await this.wallet.writeContract({ ...game, functionName: 'claimTimeout', args }));
  }

  private created() {
    const fromBlock = this.devnet.deployment.l1BlockNumber;
    return this.devnet.l1.getContractEvents({
      ...this.rollup,
      eventName: 'AssertionCreated',
      fromBlock,
      strict: true,
    });
  }

  /** What reverts is refused before it is sent, by the estimate of its gas. */
  private mined(hash: Hash): Promise<TransactionReceipt> {
    return this.devnet.l1.waitForTransactionReceipt({ hash });
  }
}
