import { decodePacked, feeTokenAddress, systemAddresses, unframeEthereum } from '@metachain/program';
import { parseTransaction, toHex } from 'viem';
import { RejectedTransaction } from '../chain/chain.types.js';
import type { NonceTicket } from './mempool.js';
import { type PreparedTransaction, STAMP_BYTES } from './prepared.js';
import type { RuleBook } from './rule-book.js';

/** Numbers of the rules that the mempool acts on (errors.ts of kernel and auth). */
const BLOCK_FULL = 1201;
const NONCE_TOO_LOW = 2001;
const NONCE_TOO_HIGH = 2002;
const SEQUENCE = 2003;
const INSUFFICIENT_FUNDS = 6003;

/** Why a transaction is refused, in geth's wording where geth has one: wallets match on the text. */
const MESSAGES: ReadonlyMap<number, string> = new Map([
  [1201, 'exceeds block gas limit'],
  [1202, 'malformed transaction'],
  [2004, 'deadline has passed'],
  [2005, 'invalid sender: invalid transaction v, r, s values'],
  [2101, 'rlp: transaction is not canonically encoded'],
  [2102, 'transaction type not supported'],
  [2103, 'only replay-protected (EIP-155) transactions allowed over RPC'],
  [2104, 'invalid sender: invalid chain id for signer'],
  [2105, 'contract creation is not supported'],
  [2106, 'max priority fee per gas higher than max fee per gas'],
  [2107, 'insufficient funds for gas * price + value: gas * price exceeds 256 bits'],
  [2108, 'nonce has max value'],
  [2109, 'intrinsic gas too low'],
  [2201, 'malformed packed transaction'],
  [2202, 'malformed packed transaction: unknown operation'],
  [2203, 'malformed packed transaction: number of operations'],
  [2204, 'unknown fee token'],
  [6001, 'max fee per gas less than block base fee'],
  [6002, 'intrinsic gas too low'],
  [6003, 'insufficient funds for gas * price + value'],
  [6004, 'fee exceeds the signed maximum'],
  [6005, 'fee token not accepted: no pool gives its rate'],
]);

/** Every number named here. */
export const namedRules = {
  BLOCK_FULL,
  NONCE_TOO_LOW,
  NONCE_TOO_HIGH,
  SEQUENCE,
  INSUFFICIENT_FUNDS,
  messages: [...MESSAGES.keys()],
} as const;

/** The rule book of this repository's program. */
export const programRules: RuleBook = {
  isBlockFull: (code) => code === BLOCK_FULL,
  isNonce: (code) => code === NONCE_TOO_LOW || code === NONCE_TOO_HIGH || code === SEQUENCE,
  rejection,
  get noFunds() {
    return rejection(INSUFFICIENT_FUNDS);
  },
  durableMemo,
  ticket,
};

function rejection(code: number): RejectedTransaction {
  return new RejectedTransaction(code, MESSAGES.get(code) ?? `transaction refused by the rules, error ${code}`);
}

/** Of the fee token some of it: what a packed transaction costs is known when its turn comes. */
const SOME = 1n;

function ticket({ wire, sender }: PreparedTransaction): NonceTicket {
  const raw = unframeEthereum(wire);
  if (!raw) {
    const { transaction } = decodePacked(wire, 0n);
    return {
      account: `${sender}/${transaction.lane}`,
      lane: transaction.lane,
      nonce: transaction.sequence,
      price: transaction.maxFee,
      holding: { token: feeTokenAddress(transaction.feeToken), amount: SOME },
    };
  }
  const { nonce, maxFeePerGas, gasPrice, gas = 0n, value = 0n } = parseTransaction(toHex(raw));
  const price = maxFeePerGas ?? gasPrice ?? 0n;
  const holding = { token: systemAddresses.eth, amount: gas * price + value };
  return { account: sender, lane: undefined, nonce: BigInt(nonce ?? 0), price, holding };
}

const ECRECOVER_KIND = 2;
const ANSWER_WORDS = 8;

/** Keeps the recovered keys and drops the hashes: the program computes those as fast as they could be read. */
function durableMemo(stamped: Uint8Array): Uint8Array {
  const buffer = Buffer.from(stamped.buffer, stamped.byteOffset, stamped.byteLength);
  const kept: Uint8Array[] = [buffer.subarray(0, STAMP_BYTES)];
  for (let at = STAMP_BYTES; at < buffer.length;) {
    const entry = buffer.readUInt32LE(at);
    const end = at + 4 * (1 + (((entry & 0xffff) + 3) >> 2) + ANSWER_WORDS);
    if (entry >>> 16 === ECRECOVER_KIND) kept.push(buffer.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}
