import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Address, Hash } from 'viem';
import { z } from 'zod';

import { replaceFile } from '../replay/disk.js';
import type { LogMark } from './game-marks.js';
import { LEVELS, OUTCOMES } from './types.js';

/** A number of so many bits. */
const unsigned = (bits: bigint) =>
  z
    .string()
    .regex(/^\d{1,78}$/)
    .transform(BigInt)
    .refine((value) => value < 1n << bits);
const whole = unsigned(64n);
const word = unsigned(256n);
const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as Hash);
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text as Address);
const sectionSchema = z.object({
  level: z.enum(LEVELS),
  length: whole,
  hashes: z.array(hash).min(2).max(257),
  offset: whole,
  unit: whole.optional().transform((unit) => unit),
});
const gameSchema = z.object({
  id: whole,
  assertionId: whole,
  challenger: address,
  asserter: address,
  program: hash,
  endItem: whole,
  turn: word,
  section: sectionSchema.transform(({ unit, ...rest }) => ({ ...rest, unit })),
  ended: z
    .enum(OUTCOMES)
    .optional()
    .transform((ended) => ended),
});
const fileSchema = z.object({
  contract: address,
  parties: z.array(address).optional(),
  marks: z.array(z.object({ number: whole, hash, games: z.array(gameSchema) })).max(2),
});

/**
 * Where a game log got to, across restarts. Nothing in it is believed without L1: blocks are compared with L1's, games with what the
 * contract commits to.
 */
export class GameLogFile {
  constructor(private readonly path: string) {}

  /** Marks of a contract, oldest first; none where the file is missing, damaged, another contract's, or kept for other parties. */
  async read(contract: Address, parties: Parties): Promise<LogMark[]> {
    const parsed = fileSchema.safeParse(await readFile(this.path, 'utf8').then(parse, () => undefined));
    if (!parsed.success || nameOf(parsed.data.contract, parsed.data.parties) !== nameOf(contract, parties)) return [];
    return parsed.data.marks.map(({ games, ...block }) => ({
      ...block,
      games: games.map(({ ended, ...game }) => ({ ...game, ended })),
    }));
  }

  /** A disk that refuses, or more than a file holds, costs only time: what is not kept is read again. */
  async write(contract: Address, parties: Parties, marks: readonly LogMark[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true })
      .then(() => replaceFile(this.path, textOf({ contract, parties, marks })))
      .catch(() => undefined);
  }
}

/** Accounts whose games are kept after their end. */
type Parties = readonly Address[] | undefined;

const nameOf = (contract: Address, parties: Parties): string =>
  [contract, ...(parties?.map((party) => party.toLowerCase()).toSorted() ?? ['all'])].join(' ').toLowerCase();

/** Throws RangeError for what is longer than a string can be. */
const textOf = (content: object): string =>
  JSON.stringify(content, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
