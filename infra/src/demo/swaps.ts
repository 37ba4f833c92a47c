import { factoryAbi, pairAbi, systemAddresses } from '@metachain/program';
import { type Address, type Hex, parseUnits } from 'viem';
import { JsonRpc } from '../baseline/json-rpc.js';
import { quantile } from '../bench/report.js';
import { clientsOf } from '../devnet/clients.js';
import type { Devnet } from '../devnet/data-directory.js';
import { merchantToken } from '../devnet/market.js';
import { InfraError } from '../errors.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { swapOperation, wireHex } from '../load/packed-user.js';
import { generator } from '../load/swap-mix.js';
import type { Crowd } from './crowd.js';

/** Transactions in one JSON-RPC request. */
const batchSize = 50;

/** Which of the pools got how much DCEP (6 decimals). */
export interface Trade {
  readonly pool: number;
  readonly amount: bigint;
}

export interface SwapRun {
  readonly swaps: number;
  readonly trades: readonly Trade[];
  readonly hashes: readonly Hex[];
  readonly bytes: number;
  readonly seconds: number;
  readonly acknowledgedP50Ms: number;
  readonly acknowledgedP99Ms: number;
  readonly firstBlock: bigint;
  readonly lastBlock: bigint;
}

interface Pool {
  readonly address: Address;
  readonly dcepIsToken0: boolean;
}

/** Every user signs swaps from DCEP into ETH, MB and the merchant token; they are sent and acknowledged in small batches. */
export async function swapCrowd(devnet: Devnet, crowd: Crowd, swapsEach: number): Promise<SwapRun> {
  const pools = await dcepPools(devnet);
  const now = BigInt(Math.floor(Date.now() / 1000));
  const trades = drawTrades(crowd.users.length * swapsEach, pools.length);
  const wires = trades.map(({ pool, amount }, place) => {
    const { address, dcepIsToken0 } = pools[pool]!;
    const user = crowd.users[place % crowd.users.length]!;
    return user.sign([swapOperation(address, dcepIsToken0, amount, 1n)], now).wire;
  });
  return { ...(await send(devnet, wires)), trades };
}

/** Amounts from 1 to 21 DCEP with two digits behind the point, as people type them. */
function drawTrades(count: number, pools: number): Trade[] {
  const random = generator(42);
  return Array.from({ length: count }, () => ({
    pool: Math.floor(random() * pools),
    amount: parseUnits((1 + random() * 20).toFixed(2), 6),
  }));
}

async function dcepPools(devnet: Devnet): Promise<Pool[]> {
  const { l2 } = clientsOf(devnet, developmentAccount(roles.deployer).privateKey);
  return Promise.all(
    [systemAddresses.eth, systemAddresses.mb, merchantToken].map(async (token) => {
      const address = await l2.readContract({
        address: systemAddresses.factory,
        abi: factoryAbi,
        functionName: 'getPair',
        args: [token, systemAddresses.dcep],
      });
      const token0 = await l2.readContract({ address, abi: pairAbi, functionName: 'token0' });
      return { address, dcepIsToken0: token0.toLowerCase() === systemAddresses.dcep };
    }),
  );
}

interface Acknowledgement {
  readonly hash: Hex;
  readonly blockNumber: Hex;
  readonly status: string;
  readonly code: number;
}

async function send(devnet: Devnet, wires: readonly Uint8Array[]): Promise<Omit<SwapRun, 'trades'>> {
  const rpc = new JsonRpc(devnet.rpcUrl);
  const latencies: number[] = [];
  const answers: Acknowledgement[] = [];
  const started = performance.now();
  for (let start = 0; start < wires.length; start += batchSize) {
    const sent = performance.now();
    answers.push(
      ...((await rpc.batch(
        'metachain_sendTransaction',
        wires.slice(start, start + batchSize).map(wireHex),
      )) as Acknowledgement[]),
    );
    latencies.push(performance.now() - sent);
  }
  const seconds = (performance.now() - started) / 1000;
  await rpc.close();
  const failed = answers.find((answer) => answer.status !== 'executed');
  if (failed) throw new InfraError('checkFailed', `Swap ${failed.hash} failed with code ${failed.code}.`);
  const blocks = answers.map((answer) => BigInt(answer.blockNumber));
  return {
    swaps: answers.length,
    hashes: answers.map((answer) => answer.hash),
    bytes: wires.reduce((sum, wire) => sum + wire.length, 0),
    seconds,
    acknowledgedP50Ms: quantile(latencies, 0.5),
    acknowledgedP99Ms: quantile(latencies, 0.99),
    firstBlock: blocks[0] ?? 0n,
    lastBlock: blocks[blocks.length - 1] ?? 0n,
  };
}
