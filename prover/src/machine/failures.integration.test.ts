import { beforeAll, describe, expect, it } from '@jest/globals';
import { ecrecover, ruleErrors } from '@metachain/program';
import { bytesToHex, numberToHex } from 'viem';
import { lowerProvable } from './lowering/program.js';
import { joinBytes } from './merkle/hash.js';
import { PersistentStateTree } from './merkle/state-tree.js';
import { FAILURES, POOLS, type Scenario, Senders, WEIGHT_LIMIT } from './testing/failures.js';
import { accounts, program, RealChain } from './testing/real-chain.js';
import { UnitChecker } from './unit-checker.js';

/** Added to the address of a contract on L1 that sends a message. */
const ALIAS = 0x1111000000000000000000000000000000001111n;
const chain = new RealChain({ blockWeightLimit: WEIGHT_LIMIT });
const senders = new Senders(chain);
const cryptography = { recover: ecrecover, verifyAggregate: () => false };
const checker = new UnitChecker(
  lowerProvable(program.wasm),
  PersistentStateTree.fromRecords(chain.genesis.contents),
  cryptography,
);
/** Replays in V8 what the checker replays in the stepper. */
const engine = chain.engine();
let position = chain.start;

const reached = Object.entries(FAILURES).flatMap(([code, failure]) =>
  typeof failure === 'string' ? [] : [[Number(code), failure] as const],
);

/** Builds a block of the entries, those that the rules skip too, and posts it; answers the code of the last entry or message. */
async function build(entries: readonly Uint8Array[], messages: NonNullable<Scenario['messages']>): Promise<number> {
  const parent = chain.builder.head.hash;
  chain.time += 5n;
  for (const message of messages) chain.deposit({ sender: l1Messenger, ...message });
  const delayed = BigInt(messages.length);
  const producer = accounts[0]?.address ?? '0x';
  chain.builder.begin({ timestamp: chain.time, delayed, priceItem: 0n, producer });
  const results = entries.map((entry) => chain.builder.apply(entry));
  const { receipts } = chain.builder.end();
  for (const [index, { status }] of results.entries()) if (status !== 'skipped') count(entries[index]);
  chain.postBlocks([await chain.signed(parent, delayed, joinBytes(entries))]);
  return results.at(-1)?.code ?? receipts.at(-1)?.code ?? 0;
}

const l1Messenger = numberToHex(BigInt('0x1111111111111111111111111111111111111112') + ALIAS, { size: 20 });

function count(entry: Uint8Array | undefined): void {
  if (entry?.[0] === 1) senders.nonce++;
  else senders.sequence++;
}

/** Runs the units of what was posted last, each in V8 and in the stepper. */
function replay(): number {
  let units = 0;
  for (; position.item < BigInt(chain.items.length); units++) {
    position = checker.check(position, chain.inputs, engine.runUnit(position, chain.inputs)).next;
  }
  expect(bytesToHex(checker.root)).toBe(engine.stateRoot());
  expect(engine.head).toEqual(chain.builder.head);
  return units;
}

beforeAll(async () => {
  const pools = POOLS.map((operation, index) => senders.packed([operation], { sequence: BigInt(index) }));
  expect(await build([...(await Promise.all(pools)), await senders.call(accounts[1]?.address)], [])).toBe(0);
  expect(replay()).toBe(1);
});

describe('failure codes of the rules', () => {
  it('are all in the table, those that no transaction reaches with the reason', () => {
    expect(Object.keys(FAILURES)).toEqual(Object.keys(ruleErrors));
  });

  it.each(reached)('%i is reached in a block, in V8 and in the stepper', async (code, { entries, messages }) => {
    const made = (await entries?.(senders)) ?? [];
    expect(await build(Array.isArray(made) ? made : [made], messages ?? [])).toBe(code);
    expect(replay()).toBeGreaterThanOrEqual(1);
  });
});
