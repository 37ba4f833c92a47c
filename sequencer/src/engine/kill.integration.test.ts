import { fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import {
  createGenesis,
  Engine,
  frameEthereum,
  type GenesisInput,
  loadProgram,
  unframeEthereum,
} from '@metachain/program';
import { hexToBytes, keccak256, parseEther, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { EngineHost } from './engine-host.js';
import type { EngineBlock, EngineOptions } from './engine.types.js';
import { entriesOf } from './engine-views.js';
import { programFactory } from './program-machine.js';
import { programRules } from './program-rules.js';

const CYCLES = Number(process.env['KILL_CYCLES'] ?? 50);
const ACCOUNTS = 8;
const BATCH = 8;
const CHAIN_ID = 77_001;
const LONGEST_LIFE_MILLISECONDS = 250;
/** A start takes a few times as long as a life. */
const START_SHARE = 5;

const accounts = Array.from({ length: ACCOUNTS }, (_, index) =>
  privateKeyToAccount(`0x${(index + 1).toString(16).padStart(64, '0')}`),
);
const genesis: GenesisInput = {
  chainId: CHAIN_ID,
  timestamp: Math.floor(Date.now() / 1_000) - 10,
  producer: accounts[0]!.address,
  l1Messenger: accounts[1]!.address,
  l1StandardBridge: accounts[1]!.address,
  allocations: accounts.map(({ address: account }) => ({ token: 0, account, amount: parseEther('100').toString() })),
};

const optionsOf = (directory: string, changed: Partial<EngineOptions> = {}): EngineOptions => ({
  chainId: CHAIN_ID,
  directory,
  genesis: JSON.stringify(genesis),
  producer: accounts[0]!.address,
  segmentBytes: 20_000,
  replayAbove: 1n << 50n,
  provenBlock: 0n,
  slotMilliseconds: 60,
  maxContentBytes: 1_500,
  maxDelayed: 64,
  snapshotEveryBlocks: 4,
  archive: true,
  snapshotEveryTransactions: 1_000_000,
  queuePerAccount: 16,
  queueTotal: 1_000,
  priceBumpPercent: 10,
  ...changed,
});

/** Transactions of all accounts in turn; each is made once and sent again until it is known to be in. */
class Load {
  readonly acknowledged = new Set<string>();
  readonly blocks = new Map<string, string>();
  private readonly next = accounts.map(() => 0);

  /** The next transaction of each account, signed. */
  async batch(): Promise<{ wires: string[]; hashes: string[] }> {
    const raws = await Promise.all(accounts.slice(0, BATCH).map((account, place) => sign(account, this.next[place]!)));
    return {
      wires: raws.map((raw) => Buffer.from(frameEthereum(hexToBytes(raw))).toString('hex')),
      hashes: raws.map((raw) => keccak256(raw)),
    };
  }

  /** A refusal as already known or used means: it was journalled, and the answer died with the process. */
  settle(hashes: readonly string[], outcomes: readonly { status: string; message: string }[]): void {
    outcomes.forEach(({ status, message }, place) => {
      const known = /already known|nonce too low/.test(message);
      if (!known) expect(['executed', status === 'rejected' ? message : '']).toContain(status);
      this.acknowledged.add(hashes[place]!);
      this.next[place]! += 1;
    });
  }
}

function sign(account: (typeof accounts)[number], nonce: number) {
  const to = accounts[(nonce + 3) % ACCOUNTS]!.address;
  return account.signTransaction({
    chainId: CHAIN_ID,
    nonce,
    to,
    value: 1n,
    gas: 200_000n,
    maxFeePerGas: parseGwei('1'),
    maxPriorityFeePerGas: 0n,
    type: 'eip1559',
  });
}

/** Runs the target under load and kills it at a random moment: while it starts, replays, writes, seals or snapshots. */
async function oneLife(options: EngineOptions, load: Load, early: boolean): Promise<void> {
  const lifeMilliseconds = Math.random() * LONGEST_LIFE_MILLISECONDS;
  const text = JSON.stringify(options, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  const target = fileURLToPath(new URL('../testing/kill-target.mjs', import.meta.url));
  const child = fork(target, [text], { execArgv: [] });
  const dead = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  let timer: NodeJS.Timeout | undefined;
  let sent: string[] = [];
  const feed = async (): Promise<void> => {
    const { wires, hashes } = await load.batch();
    sent = hashes;
    if (child.connected) child.send({ wires }, () => undefined);
  };
  if (early) timer = setTimeout(() => child.kill('SIGKILL'), lifeMilliseconds * START_SHARE);
  child.on('message', (message: Message) => {
    if (message.halted) throw new Error(message.halted);
    if (message.block) record(load, message.block, message.hash!);
    if (message.outcomes && !early) timer ??= setTimeout(() => child.kill('SIGKILL'), lifeMilliseconds);
    if (message.outcomes) load.settle(sent, message.outcomes);
    if (message.ready || message.outcomes) void feed();
  });
  await dead;
  clearTimeout(timer);
}

interface Message {
  readonly ready?: boolean;
  readonly halted?: string;
  readonly block?: string;
  readonly hash?: string;
  readonly outcomes?: { status: string; message: string }[];
}

/** A block that was announced once must stay: the same number never gets another hash. */
function record(load: Load, block: string, hash: string): void {
  expect(load.blocks.get(block) ?? hash).toBe(hash);
  load.blocks.set(block, hash);
}

/** The same blocks through a fresh engine that knows no memo and no journal. */
function replayIndependently(blocks: readonly EngineBlock[]): string | undefined {
  const engine = Engine.fromGenesis({ module: loadProgram().module, chainId: CHAIN_ID }, createGenesis(genesis));
  let root: string | undefined;
  for (const { block, context, ...rest } of blocks) {
    engine.begin(context);
    for (const wire of entriesOf(rest)) expect(engine.apply(wire).status).toBe('executed');
    const sealed = engine.end();
    expect(sealed.hash).toBe(block.hash);
    root = sealed.stateRoot;
  }
  return root;
}

it(`loses nothing acknowledged and runs nothing twice over ${CYCLES} kills`, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kill-'));
  const load = new Load();
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    // Every third life ends at any moment of the start, replay included; the others under load, some time after the first answer.
    await oneLife(optionsOf(directory), load, cycle % 3 === 2);
  }
  const blocks: EngineBlock[] = [];
  const options = optionsOf(directory, { replayAbove: 0n });
  const { host } = await EngineHost.start(options, programFactory(options), programRules, (event) => {
    if (event.type === 'block') blocks.push(event.block);
  });
  await host.stop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const hashes = blocks.flatMap((block) => entriesOf(block).map((wire) => keccak256(unframeEthereum(wire)!)));
  expect(new Set(hashes).size).toBe(hashes.length);
  const included = new Set<string>(hashes);
  expect([...load.acknowledged].filter((hash) => !included.has(hash))).toEqual([]);
  expect(load.acknowledged.size).toBeGreaterThan(CYCLES / 2);
  for (const { block } of blocks) expect(load.blocks.get(String(block.number)) ?? block.hash).toBe(block.hash);
  expect(load.blocks.size).toBeLessThanOrEqual(blocks.length);
  expect(replayIndependently(blocks)).toBe(blocks.at(-1)!.block.stateRoot);
}, 900_000);
