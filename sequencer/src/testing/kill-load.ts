import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { frameEthereum, type GenesisInput } from '@metachain/program';
import { hexToBytes, keccak256, parseEther, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { EngineOptions } from '../engine/engine.types.js';

const ACCOUNTS = 8;
const BATCH = 8;
export const CHAIN_ID = 77_001;
const LONGEST_LIFE_MILLISECONDS = 250;
/** A start takes a few times as long as a life. */
const START_SHARE = 5;

const accounts = Array.from({ length: ACCOUNTS }, (_, index) =>
  privateKeyToAccount(`0x${(index + 1).toString(16).padStart(64, '0')}`),
);
export const genesis: GenesisInput = {
  chainId: CHAIN_ID,
  timestamp: Math.floor(Date.now() / 1_000) - 10,
  producer: accounts[0]!.address,
  l1Messenger: accounts[1]!.address,
  l1StandardBridge: accounts[1]!.address,
  allocations: accounts.map(({ address: account }) => ({ token: 0, account, amount: parseEther('100').toString() })),
};

/** Small blocks, segments and frames, so that every life passes many of their ends. */
export const optionsOf = (directory: string, changed: Partial<EngineOptions> = {}): EngineOptions => ({
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
  queueSeconds: 10_800,
  priceBumpPercent: 10,
  ...changed,
});

/** Transactions of all accounts in turn; each is made once and sent again until it is known to be in. */
export class Load {
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

  /** A block that was announced once must stay: the same number never gets another hash. */
  record(block: string, hash: string): void {
    expect(this.blocks.get(block) ?? hash).toBe(hash);
    this.blocks.set(block, hash);
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

interface Message {
  readonly ready?: boolean;
  readonly halted?: string;
  readonly block?: string;
  readonly hash?: string;
  readonly outcomes?: { status: string; message: string }[];
  readonly undone?: boolean;
}

/**
 * When a life ends, at a random moment after this: `start` of the process, replay included; its first answer under `load`; the first `undo`
 * of blocks, which then goes on without a pause.
 */
export type Death = 'start' | 'load' | 'undo';

const DEEPEST = 6;

/** Runs the target under load and kills it: while it starts, replays, writes, seals, snapshots or undoes. */
export async function oneLife(options: EngineOptions, load: Load, death: Death): Promise<void> {
  const life = Math.random() * LONGEST_LIFE_MILLISECONDS;
  const child = forkTarget(options);
  const dead = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const dieIn = (milliseconds: number) => setTimeout(() => child.kill('SIGKILL'), milliseconds);
  let timer = death === 'start' ? dieIn(life * START_SHARE) : undefined;
  let sent: string[] = [];
  const undo = (): void => {
    timer ??= dieIn(life);
    if (child.connected) child.send({ undo: true, depth: Math.floor(Math.random() * DEEPEST) }, () => undefined);
  };
  const feed = async (): Promise<void> => {
    const { wires, hashes } = await load.batch();
    sent = hashes;
    if (child.connected) child.send({ wires }, () => undefined);
  };
  child.on('message', (message: Message) => {
    expect(message.halted).toBeUndefined();
    if (message.block && death !== 'undo') load.record(message.block, message.hash!);
    if (message.outcomes && death === 'load') timer ??= dieIn(life);
    if (death === 'undo' && (message.undone || (message.outcomes && !timer))) undo();
    if (message.outcomes) load.settle(sent, message.outcomes);
    if (message.ready || message.outcomes) void feed();
  });
  await dead;
  clearTimeout(timer);
}

function forkTarget(options: EngineOptions): ChildProcess {
  const text = JSON.stringify(options, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return fork(fileURLToPath(new URL('./kill-target.mjs', import.meta.url)), [text], { execArgv: [] });
}
