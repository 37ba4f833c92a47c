import type { Address, Hex } from 'viem';

import { balanceKey, tokenAddress, tokenReference } from '../codec/address.js';
import { concatBytes, fixedBytes, littleEndian, toHex, word } from '../codec/bytes.js';
import type { InitialState } from '../engine/engine.js';
import { genesisHead } from '../engine/seal.js';
import { GenesisError } from '../errors.js';
import { treeOf } from '../state/chain-state.js';
import { StateStore } from '../state/state-store.js';
import { type GenesisConfig, type GenesisWord, parseGenesisConfig } from './config.js';
import * as keys from './keys.js';

/** First index that is not ETH, MB or DCEP. */
const RESERVED_TOKENS = 3;

/** The state before block 1. `contents` is what Engine.fromGenesis takes. */
export interface Genesis extends InitialState {
  readonly config: GenesisConfig;
  readonly words: readonly GenesisWord[];
  readonly stateRoot: Hex;
  /** Header hash of block 0. */
  readonly hash: Hex;
}

type Write = (key: Uint8Array, value: Uint8Array) => void;

/** Bytes from the start of a word; the rest is zero. */
const from = (...parts: Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(32);
  out.set(concatBytes(...parts));
  return out;
};

const writeChain = (config: GenesisConfig, write: Write): void => {
  write(keys.headKey(), from(littleEndian(0n, 8), littleEndian(config.timestamp, 8)));
  write(keys.chainKey(), from(littleEndian(BigInt(config.chainId), 8), littleEndian(config.blockWeightLimit, 8)));
  write(keys.producerKey(), from(fixedBytes(config.producer, 20)));
  write(keys.l1MessengerKey(), word(fixedBytes(config.l1Messenger, 20)));
  write(keys.l1StandardBridgeKey(), word(fixedBytes(config.l1StandardBridge, 20)));
};

const writeFees = ({ fees, poster, producer }: GenesisConfig, write: Write): void => {
  const u32 = (value: number): Uint8Array => littleEndian(BigInt(value), 4);
  const { basePrice, blobScalar, overheadScalar, spreadBps } = fees;
  write(
    keys.feeParametersKey(),
    from(littleEndian(basePrice, 8), u32(blobScalar), u32(overheadScalar), u32(spreadBps)),
  );
  write(keys.posterKey(), from(fixedBytes(poster ?? producer, 20)));
};

type Token = GenesisConfig['tokens'][number];

const writeToken = (index: number, token: Token, write: Write): void => {
  const name = new TextEncoder().encode(token.name);
  const symbol = new TextEncoder().encode(token.symbol);
  const l1Token = token.l1Token ? fixedBytes(token.l1Token, 20) : new Uint8Array(20);
  write(
    keys.tokenKey(index),
    from(Uint8Array.of(1, token.decimals, name.length, symbol.length), new Uint8Array(8), l1Token),
  );
  write(keys.tokenNameKey(index, 0), from(name.subarray(0, 32)));
  if (name.length > 32) write(keys.tokenNameKey(index, 1), from(name.subarray(32)));
  write(keys.tokenSymbolKey(index), from(symbol));
};

const writeTokens = ({ tokens }: GenesisConfig, write: Write): void => {
  const listed: Token[] = [{ name: 'Ether', symbol: 'ETH', decimals: 18 }, ...tokens];
  const seen = new Set<Address>();
  listed.forEach((token, index) => {
    writeToken(index, token, write);
    if (token.l1Token === undefined || seen.has(token.l1Token)) return;
    seen.add(token.l1Token);
    write(keys.l1TokenKey(token.l1Token), from(littleEndian(BigInt(index), 4)));
  });
  write(keys.tokenCountKey(), from(littleEndian(BigInt(Math.max(RESERVED_TOKENS, listed.length)), 4)));
};

const writeBalances = ({ allocations, tokens }: GenesisConfig, write: Write): void => {
  const balances = new Map<string, { token: number; account: Address; amount: bigint }>();
  const supplies = new Map<number, bigint>();
  for (const { token, account, amount } of allocations) {
    if (token > tokens.length)
      throw new GenesisError('genesis/token', `allocation of token ${token}, which does not exist`);
    const key = `${token} ${account}`;
    balances.set(key, { token, account, amount: (balances.get(key)?.amount ?? 0n) + amount });
    supplies.set(token, (supplies.get(token) ?? 0n) + amount);
  }
  for (const [token, supply] of supplies) {
    if (supply >> 128n !== 0n) throw new GenesisError('genesis/supply', `the supply of token ${token} reaches 2^128`);
    write(keys.supplyKey(tokenReference(tokenAddress(token))), from(littleEndian(supply, 16)));
  }
  for (const { token, account, amount } of balances.values()) {
    write(balanceKey(tokenAddress(token), account), from(littleEndian(amount, 16)));
  }
};

/**
 * Genesis of a configuration: its words, root and header hash. The same configuration gives the same bytes everywhere.
 * Fails: GenesisError genesis/config, genesis/token, genesis/supply.
 */
export const createGenesis = (input: unknown): Genesis => {
  const config = parseGenesisConfig(input);
  const store = new StateStore();
  const write: Write = (key, value) => void store.write(key, value);
  for (const part of [writeChain, writeFees, writeTokens, writeBalances]) part(config, write);
  const stateRoot = toHex(treeOf(store).rootHash());
  const head = genesisHead(stateRoot);
  const words = Array.from({ length: store.size }, (_, record) => ({
    key: toHex(store.keyOf(record)),
    value: toHex(store.valueOf(record)),
  }));
  return { config, words, stateRoot, hash: head.hash, head, contents: store.contents().slice() };
};
