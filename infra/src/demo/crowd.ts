import { systemAddresses } from '@metachain/program';
import { type Address, type Hex, parseEther, parseUnits } from 'viem';
import { foundry } from 'viem/chains';
import { JsonRpc } from '../baseline/json-rpc.js';
import { signTransaction } from '../baseline/sign.js';
import { clientsOf } from '../devnet/clients.js';
import type { Devnet } from '../devnet/data-directory.js';
import { dcepDepositCalls, etherDepositData, mintData, waitForBalance } from '../devnet/deposits.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { PackedUser } from '../load/packed-user.js';
import { waitUntil } from '../process/child.js';

/** What each user brings. DCEP has 6 decimals. */
export const etherEach = parseEther('0.5');
export const dcepEach = parseUnits('1000', 6);
/** Left on L1 for gas. */
const etherForGas = parseEther('0.1');

export interface Crowd {
  readonly users: readonly PackedUser[];
  readonly l1Transactions: number;
}

const fees = {
  type: 'eip1559',
  chainId: foundry.id,
  maxFeePerGas: 50_000_000_000n,
  maxPriorityFeePerGas: 1_000_000_000n,
} as const;

interface Call {
  readonly to: Address;
  readonly data?: Hex;
  readonly value?: bigint;
}

/** New users get money on L1 (from a development account and by minting), then each deposits it by transactions of its own. */
export async function depositCrowd(devnet: Devnet, count: number, report: (text: string) => void): Promise<Crowd> {
  const name = `demo ${Date.now()}`;
  const users = Array.from({ length: count }, (_, index) => PackedUser.of(name, index, devnet.chainId));
  const rpc = new JsonRpc(devnet.l1Url);
  report('funding them on L1');
  await fund(devnet, rpc, users);
  report('their deposits');
  const raw = users.flatMap((user) => signCalls(user.privateKey, 0, depositCalls(devnet, user)));
  await sendAndWait(devnet, rpc, raw);
  report('waiting for the credits on L2');
  await waitForCredits(devnet, users);
  await rpc.close();
  return { users, l1Transactions: raw.length };
}

const depositCalls = (devnet: Devnet, user: PackedUser): Call[] => [
  { to: devnet.addresses.portal, data: etherDepositData(user.address, etherEach), value: etherEach },
  ...dcepDepositCalls(devnet, dcepEach),
];

const signCalls = (privateKey: Hex, nonce: number, calls: readonly Call[]): Hex[] =>
  calls.map((call, index) => signTransaction({ ...fees, ...call, nonce: nonce + index, gas: 600_000n }, privateKey));

async function fund(devnet: Devnet, rpc: JsonRpc, users: readonly PackedUser[]): Promise<void> {
  const { privateKey, address } = developmentAccount(roles.deployer);
  const nonce = Number(await rpc.call<string>('eth_getTransactionCount', [address, 'pending']));
  const calls = users.flatMap((user): Call[] => [
    { to: user.address, value: etherEach + etherForGas },
    { to: devnet.testTokens.dcep, data: mintData(user.address, dcepEach) },
  ]);
  await sendAndWait(devnet, rpc, signCalls(privateKey, nonce, calls));
}

async function sendAndWait(devnet: Devnet, rpc: JsonRpc, raw: readonly Hex[]): Promise<void> {
  const hashes = (await rpc.sendInBatches('eth_sendRawTransaction', raw, 100)) as Hex[];
  const last = hashes[hashes.length - 1];
  const mined = async () => (await rpc.call('eth_getTransactionReceipt', [last])) !== null;
  await waitUntil('The last L1 transaction', mined, undefined, 300_000);
}

async function waitForCredits(devnet: Devnet, users: readonly PackedUser[]): Promise<void> {
  const clients = clientsOf(devnet, developmentAccount(roles.deployer).privateKey);
  for (const user of users) {
    await waitForBalance(clients, systemAddresses.dcep, user.address, dcepEach, 300_000);
    await waitForBalance(clients, systemAddresses.eth, user.address, etherEach, 300_000);
  }
}
