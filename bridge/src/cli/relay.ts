#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { createPublicClient, defineChain, http, isAddress, isHex, type Address } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { l1AddressesSchema } from '../clients/addresses.js';
import { WithdrawalRelayer } from '../clients/relayer.js';
import { USUAL_WITHDRAWAL_GAS } from '../clients/withdrawal-gas.js';
import { BridgeConfigurationError } from '../errors.js';

const usage = `metachain-relayer: proves and finalises withdrawals, and retries those whose call failed

  --l1 <url>            L1 endpoint
  --l2 <url>            RPC of the chain
  --addresses <file>    JSON with the L1 addresses, or with a field "addresses" that holds them
  --key-file <file>     private key (hex) that pays for the L1 transactions
  --account <address>   only withdrawals from or to this account, tokens too; may be repeated; when absent
                        those of everybody, however many: their gas is paid from the key
  --maximum-gas <n>     leave withdrawals alone that ask for more gas on L1 (${USUAL_WITHDRAWAL_GAS})
  --from-block <n>      first L2 block to look at (0)
  --watch <seconds>     look again after so many seconds, for ever; once when absent
  --help

Prints one JSON line for each withdrawal and look. Safe to stop, repeat and run several times over.
`;

const options = {
  l1: { type: 'string' },
  l2: { type: 'string' },
  addresses: { type: 'string' },
  'key-file': { type: 'string' },
  account: { type: 'string', multiple: true },
  'maximum-gas': { type: 'string', default: String(USUAL_WITHDRAWAL_GAS) },
  'from-block': { type: 'string', default: '0' },
  watch: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

const required = (values: Values, name: 'l1' | 'l2' | 'addresses' | 'key-file'): string => {
  const value = values[name];
  if (value === undefined) throw new BridgeConfigurationError(`--${name} is missing; see --help`);
  return value;
};

async function readAddresses(path: string) {
  const content = JSON.parse(await readFile(path, 'utf8')) as { addresses?: unknown };
  const parsed = l1AddressesSchema.safeParse(content.addresses ?? content);
  if (!parsed.success)
    throw new BridgeConfigurationError(`${path} does not hold the L1 addresses: ${parsed.error.message}`);
  return parsed.data;
}

async function readKey(path: string) {
  const key = (await readFile(path, 'utf8')).trim();
  if (!isHex(key) || key.length !== 66) throw new BridgeConfigurationError(`${path} holds no private key`);
  return privateKeyToAccount(key);
}

const readAccounts = (accounts: readonly string[]): readonly Address[] =>
  accounts.map((account) => {
    if (!isAddress(account, { strict: false }))
      throw new BridgeConfigurationError(`--account ${account} is no address`);
    return account;
  });

async function openRelayer(values: Values): Promise<WithdrawalRelayer> {
  const [l1Url, l2Url] = [required(values, 'l1'), required(values, 'l2')];
  const [l1Id, chainId] = await Promise.all(
    [l1Url, l2Url].map((url) => createPublicClient({ transport: http(url) }).getChainId()),
  );
  const l1Chain = defineChain({
    id: l1Id!,
    name: 'L1',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [l1Url] } },
  });
  return new WithdrawalRelayer({
    l1Url,
    l2Url,
    l1Chain,
    chainId: chainId!,
    addresses: await readAddresses(required(values, 'addresses')),
    account: await readKey(required(values, 'key-file')),
    maximumGas: BigInt(values['maximum-gas']),
    fromBlock: BigInt(values['from-block']),
    ...(values.account === undefined ? {} : { accounts: readAccounts(values.account) }),
  });
}

const print = (value: object) =>
  process.stdout.write(
    `${JSON.stringify(value, (_key, field: unknown) => (typeof field === 'bigint' ? field.toString() : field))}\n`,
  );

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(usage);
  const relayer = await openRelayer(values);
  do {
    for (const report of await relayer.step()) print(report);
    if (values.watch !== undefined) await sleep(Number(values.watch) * 1_000);
  } while (values.watch !== undefined);
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
