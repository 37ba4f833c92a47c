import { poolAddress, systemAddresses } from '@metachain/program';
import { type Address, bytesToHex, type Hex, keccak256, parseEther, parseUnits, toFunctionSelector, toHex } from 'viem';
import { JsonRpc } from '../baseline/json-rpc.js';
import { type Clients, clientsOf } from '../devnet/clients.js';
import type { Devnet } from '../devnet/data-directory.js';
import { dcepDepositCalls, etherDepositData, mintData, sendOnL1, waitForBalance } from '../devnet/deposits.js';
import { InfraError } from '../errors.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { PackedUser } from '../load/packed-user.js';
import { waitUntil } from '../process/child.js';

/** Most wei that a transaction of the demonstration may cost. */
const maximumFee = 10n ** 16n;

const makerEther = parseEther('2000');
const makerDcep = parseUnits('3000000', 6);

/** ETH against DCEP: 500 ETH and 1,500,000 DCEP. */
const poolEther = parseEther('500');
const poolDcep = parseUnits('1500000', 6);

/** The only pool. */
export const pool = poolAddress(0);

export type Operations = Parameters<PackedUser['sign']>[0];

/** A packed transaction that the sequencer has executed. */
export interface Executed {
  readonly hash: Hex;
  readonly blockNumber: bigint;
  readonly status: 'executed' | 'failed';
}

/** Who takes part in one lie: each with fresh keys, so that lies can follow each other on one chain. */
export interface Cast {
  /** Swaps, and has the money. */
  readonly victim: PackedUser;
  readonly thief: PackedUser;
  /** Withdraws honestly. */
  readonly bystander: PackedUser;
}

/** The users of the demonstration and what they send to the sequencer. */
export class People {
  readonly maker: PackedUser;
  private readonly clients: Clients;
  /** Newest block that holds something sent here. */
  private newest = 0n;

  constructor(readonly devnet: Devnet) {
    const { privateKey } = developmentAccount(roles.marketMaker);
    this.maker = new PackedUser(privateKey, devnet.chainId);
    this.clients = clientsOf(devnet, privateKey);
  }

  /** The market maker's deposits on L1, then the pool. */
  async openMarket(): Promise<void> {
    const { maker, devnet, clients } = this;
    await sendOnL1(clients, [
      { to: devnet.addresses.portal, data: etherDepositData(maker.address, makerEther), value: makerEther },
      { to: devnet.testTokens.dcep, data: mintData(maker.address, makerDcep) },
      ...dcepDepositCalls(devnet, makerDcep),
    ]);
    await waitForBalance(clients, systemAddresses.dcep, maker.address, makerDcep);
    const { eth, dcep } = systemAddresses;
    await this.send([
      [maker, [{ type: 'CreatePool', tokenA: eth, tokenB: dcep }]],
      [
        maker,
        [{ type: 'AddLiquidity', pool: pool, amount0: poolEther, amount1: poolDcep, minimum0: 0n, minimum1: 0n }],
      ],
    ]);
  }

  /** New people, with money from the market maker; the bystander withdraws some of it to L1. */
  async cast(name: string, withdrawn: bigint): Promise<Cast> {
    const person = (part: string) =>
      new PackedUser(keccak256(toHex(`${name} ${part} ${Date.now()}`)), this.devnet.chainId);
    const cast = { victim: person('victim'), thief: person('thief'), bystander: person('bystander') };
    const { eth, dcep } = systemAddresses;
    const give = (token: Address, to: PackedUser, amount: bigint) =>
      ({ type: 'Transfer', token, to: to.address, amount }) as const;
    await this.send([
      [
        this.maker,
        [
          give(eth, cast.victim, parseEther('50')),
          give(dcep, cast.victim, parseUnits('10000', 6)),
          give(eth, cast.thief, parseEther('0.3')),
          give(dcep, cast.thief, parseUnits('20', 6)),
          give(eth, cast.bystander, parseEther('1')),
        ],
      ],
      [cast.bystander, [{ type: 'Withdraw', token: eth, to: cast.bystander.address, amount: withdrawn }]],
    ]);
    return cast;
  }

  /** Sends transactions as one request, in order; each must execute. Returns the block of the last. */
  async send(list: readonly (readonly [PackedUser, Operations])[]): Promise<bigint> {
    const executed = await this.attempt(list);
    const failed = executed.find(({ status }) => status !== 'executed');
    if (failed) throw new InfraError('checkFailed', `Transaction ${failed.hash} failed.`);
    return executed.at(-1)?.blockNumber ?? 0n;
  }

  /** As `send`, whatever becomes of them. */
  async attempt(list: readonly (readonly [PackedUser, Operations])[]): Promise<Executed[]> {
    const now = BigInt(Math.floor(Date.now() / 1_000));
    const wires = list.map(([user, operations]) => bytesToHex(user.sign(operations, now, maximumFee).wire));
    const answers = (await this.ask((rpc) => rpc.batch('metachain_sendTransaction', wires))) as (Executed & {
      blockNumber: Hex;
    })[];
    const executed = answers.map(({ hash, blockNumber, status }) => ({
      hash,
      status,
      blockNumber: BigInt(blockNumber),
    }));
    for (const { blockNumber } of executed) if (blockNumber > this.newest) this.newest = blockNumber;
    return executed;
  }

  /** Ether of an account on L2, wei. */
  balance(address: Address): Promise<bigint> {
    return this.clients.l2.getBalance({ address });
  }

  /** Waits until an account holds so much ether on L2. */
  reaches(address: Address, amount: bigint): Promise<void> {
    return waitUntil(`The deposit of ${address}`, async () => (await this.balance(address)) >= amount);
  }

  /** Nonce that the next withdrawal will have. */
  async nextWithdrawalNonce(): Promise<bigint> {
    const data = toFunctionSelector('messageNonce()');
    const { data: word = '0x0' } = await this.clients.l2.call({ to: messagePasser, data });
    return BigInt(word);
  }

  /** Waits until all that was sent, and all that the sequencer has sealed, is on L1. */
  async allPosted(): Promise<void> {
    await waitUntil('The last batch', async () => {
      const heads = await this.ask((rpc) => rpc.call<{ soft: Hex; safe: Hex }>('metachain_heads', []));
      return heads.soft === heads.safe && BigInt(heads.safe) >= this.newest;
    });
  }

  /** A connection for each request: the sequencer closes idle ones, and long waits lie in between. */
  private async ask<T>(request: (rpc: JsonRpc) => Promise<T>): Promise<T> {
    const rpc = new JsonRpc(this.devnet.rpcUrl, 1);
    try {
      return await request(rpc);
    } finally {
      await rpc.close();
    }
  }
}

const messagePasser: Address = '0x4200000000000000000000000000000000000016';
