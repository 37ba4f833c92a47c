import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  encodePacked,
  erc20Abi,
  nodesToProof,
  pairAbi,
  packedHash,
  packedTypedData,
  type PackedTransaction,
  poolAddress,
  routerAbi,
  systemAddresses,
  verifyProof,
  withdrawalKey,
  withdrawalSlot,
} from '@metachain/program';
import {
  type Address,
  concatHex,
  createPublicClient,
  createWalletClient,
  decodeEventLog,
  defineChain,
  encodeFunctionData,
  type Hex,
  hexToBytes,
  http,
  keccak256,
  padHex,
  parseEther,
  parseSignature,
  type PublicClient,
  toHex,
  toRlp,
  trim,
  type WalletClient,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { chainConfig, getWithdrawals } from 'viem/op-stack';
import { CHAIN_ID, EngineChain } from '../testing/engine-chain.js';
import { startTestNode, type TestNode } from '../testing/test-node.js';

const user = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const account = user.address.toLowerCase() as Address;
const { eth, mb, dcep, router, messagePasser } = systemAddresses;
const friend: Address = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';
const DEADLINE = 2n ** 40n - 1n;
const slotOf = (index: number): Hex => toHex(index, { size: 32 });

let chain: EngineChain;
let node: TestNode;
let client: PublicClient;
let wallet: WalletClient;

beforeAll(async () => {
  const allocations = [0, 1, 2].map((token) => ({ token, account, amount: parseEther('1000000') }));
  chain = new EngineChain({ allocations });
  node = await startTestNode(chain);
  const network = defineChain({
    ...chainConfig,
    id: CHAIN_ID,
    name: 'MetaChain',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [node.url] } },
    contracts: { ...chainConfig.contracts, multicall3: { address: systemAddresses.multicall3 } },
  });
  client = createPublicClient({ chain: network, transport: http(), pollingInterval: 20 }) as unknown as PublicClient;
  wallet = createWalletClient({ account: user, chain: network, transport: http() }) as unknown as WalletClient;
}, 30_000);
afterAll(() => node.stop());

/** Sends a call as an application does and seals it. */
async function send(to: Address, data: Hex, value = 0n) {
  const hash = await wallet.sendTransaction({ to, data, value, account: user, chain: null });
  await chain.seal();
  return client.waitForTransactionReceipt({ hash });
}

async function packed(operations: PackedTransaction['operations'], sequence: bigint) {
  const transaction: PackedTransaction = {
    lane: 9,
    sequence,
    deadline: DEADLINE,
    feeToken: 'ETH',
    maxFee: 10n ** 16n,
    operations,
  };
  const signature = await user.signTypedData(packedTypedData(transaction, CHAIN_ID) as never);
  const answer = await node.call('metachain_sendTransaction', toHex(encodePacked(transaction, signature)));
  expect(answer).toMatchObject({
    result: { status: 'executed', hash: packedHash(transaction, CHAIN_ID, user.address) },
  });
  return packedHash(transaction, CHAIN_ID, user.address);
}

describe('the rules through JSON-RPC', () => {
  it('trade like Uniswap V2 with an unmodified client', async () => {
    for (const token of [mb, dcep]) {
      const approval = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [router, 2n ** 256n - 1n] });
      expect((await send(token, approval)).status).toBe('success');
    }
    const liquidity = [mb, dcep, 10n ** 22n, 10n ** 10n, 0n, 0n, account, DEADLINE] as const;
    const added = await send(
      router,
      encodeFunctionData({ abi: routerAbi, functionName: 'addLiquidity', args: liquidity }),
    );
    expect(added).toMatchObject({ status: 'success', to: router });
    const path = [mb, dcep];
    const amounts = await client.readContract({
      address: router,
      abi: routerAbi,
      functionName: 'getAmountsOut',
      args: [10n ** 18n, path],
    });
    const swap = encodeFunctionData({
      abi: routerAbi,
      functionName: 'swapExactTokensForTokens',
      args: [10n ** 18n, amounts[1]!, path, account, DEADLINE],
    });
    const before = await client.readContract({
      address: dcep,
      abi: erc20Abi,
      functionName: 'balanceOf',
      args: [account],
    });
    const swapped = await send(router, swap);
    const after = await client.readContract({
      address: dcep,
      abi: erc20Abi,
      functionName: 'balanceOf',
      args: [account],
    });
    expect(after - before).toBe(amounts[1]);
    const [event] = swapped.logs.filter(({ address }) => address === poolAddress(0)).slice(-1);
    expect(decodeEventLog({ abi: pairAbi, data: event!.data, topics: event!.topics as never })).toMatchObject({
      eventName: expect.stringMatching(/Swap|Sync/),
    });
    expect(swapped.gasUsed * swapped.effectiveGasPrice).toBe(
      (await metachainReceipt(swapped.transactionHash)).fee.total,
    );
  });

  it('read through Multicall3, and have code where they answer', async () => {
    const contracts = [eth, mb, dcep].map((address) => ({ address, abi: erc20Abi, functionName: 'symbol' as const }));
    expect(await client.multicall({ contracts, allowFailure: false })).toEqual(['ETH', 'MB', 'DCEP']);
    for (const address of [mb, router, poolAddress(0), messagePasser])
      expect(await client.getCode({ address })).toBe('0xfe');
    for (const address of [account, poolAddress(77)]) expect(await client.getCode({ address })).toBeUndefined();
  });

  it('estimate gas that suffices, and explain a revert', async () => {
    const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [friend, 1n] });
    const gas = await client.estimateGas({ account: user, to: mb, data });
    expect((await send(mb, data)).gasUsed).toBeLessThanOrEqual(gas);
    const tooMuch = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [friend, 10n ** 30n] });
    expect(await node.call('eth_call', { from: account, to: mb, data: tooMuch })).toMatchObject({
      error: {
        code: 3,
        message: expect.stringMatching(/^execution reverted/),
        data: expect.stringMatching(/^0x08c379a0/),
      },
    });
  });

  it.each([
    ['an address', [{ address: mb, storageKeys: [] }]],
    [
      'many addresses and keys',
      Array.from({ length: 12 }, (_, i) => ({ address: mb, storageKeys: [1, 2, 3 + i].map(slotOf) })),
    ],
  ])('estimate gas that suffices with an access list of %s', async (_name, accessList) => {
    const request = { account: user, to: friend, value: 1n, accessList } as const;
    const gas = await client.estimateGas(request);
    const hash = await wallet.sendTransaction({ ...request, gas, chain: null });
    await chain.seal();
    expect(await client.getTransactionReceipt({ hash })).toMatchObject({ status: 'success' });
  });

  it('count nonces of what is accepted and of what is sealed', async () => {
    const sealed = await client.getTransactionCount({ address: account });
    await wallet.sendTransaction({ to: friend, value: 1n, gas: 100_000n, account: user, chain: null });
    const pending = await client.getTransactionCount({ address: account, blockTag: 'pending' });
    expect(pending).toBe(sealed + 1);
    await chain.seal();
    expect(await client.getTransactionCount({ address: account, blockTag: 'latest' })).toBe(pending);
  });

  it('show packed operations as transactions', async () => {
    const hash = await packed(
      [
        { type: 'Transfer', token: mb, to: friend, amount: 7n },
        { type: 'Approve', token: mb, spender: router, amount: 5n },
      ],
      0n,
    );
    const { number } = await chain.seal();
    const { result } = await node.call('eth_getTransactionByHash', hash);
    expect(result).toMatchObject({
      type: '0x7d',
      from: account,
      to: mb,
      nonce: '0x0',
      metachain: {
        lane: 9,
        operations: [
          { type: 'Transfer', amount: '0x7' },
          { type: 'Approve', spender: router },
        ],
      },
    });
    expect(await client.getTransactionReceipt({ hash })).toMatchObject({ status: 'success', blockNumber: number });
    expect((await node.call('metachain_getSequence', account, '0x9')).result).toBe('0x1');
    expect((await node.call('metachain_getSequence', account, '0x5')).result).toBe('0x0');
  });

  it('credit a deposit under the hash op-stack clients compute', async () => {
    const to = '0x00000000000000000000000000000000000000aa';
    chain.deposit({ sender: account, to, mint: 5n, value: 5n, gasLimit: 100_000n, data: '0x' });
    const { receipts } = await chain.seal();
    expect(receipts).toMatchObject([{ kind: 'delayed', status: 'ok' }]);
    expect(await client.getBalance({ address: to })).toBe(5n);
    const { result } = await node.call('eth_getBlockByNumber', 'latest', true);
    const [deposit] = (result as { transactions: Record<string, unknown>[] }).transactions;
    expect(deposit).toMatchObject({
      type: '0x7e',
      from: account,
      to,
      mint: '0x5',
      value: '0x5',
      sourceHash: receipts[0]!.hash,
    });
  });

  it('prove a withdrawal to viem/op-stack against the state root', async () => {
    const hash = await packed([{ type: 'Withdraw', token: eth, to: account, amount: 3n }], 1n);
    await chain.seal();
    const receipt = await client.getTransactionReceipt({ hash });
    const [withdrawal] = getWithdrawals(receipt as never);
    const slot = withdrawalSlot(withdrawal!.withdrawalHash);
    const proof = await client.getProof({
      address: messagePasser,
      storageKeys: [slot],
      blockNumber: receipt.blockNumber,
    });
    const block = await client.getBlock({ blockNumber: receipt.blockNumber });
    expect(proof).toMatchObject({ storageHash: block.stateRoot, storageProof: [{ key: slot, value: 1n }] });
    const key = new Uint8Array(32);
    key.set(withdrawalKey(withdrawal!.withdrawalHash));
    const value = verifyProof(hexToBytes(block.stateRoot), key, nodesToProof(proof.storageProof[0]!.proof));
    expect(value?.[0]).toBe(1);
    const output = await node.call('optimism_outputAtBlock', toHex(receipt.blockNumber));
    expect(output.result).toMatchObject({
      stateRoot: block.stateRoot,
      withdrawalStorageRoot: block.stateRoot,
      blockRef: { hash: block.hash },
    });
    expect((await node.call('eth_getProof', messagePasser, [padHex('0x1')], 'latest')).result).toMatchObject({
      storageProof: [{ value: '0x0' }],
    });
    expect((await node.call('eth_getProof', mb, [padHex('0x1')], 'latest')).error?.code).toBe(-32602);
    expect((await node.call('eth_getProof', messagePasser, Array(1_025).fill('0x1'), 'latest')).error?.code).toBe(
      -32602,
    );
  });

  it('refuse in the words wallets know', async () => {
    const base = { to: friend, value: 0n, gas: 1_000_000n, chainId: CHAIN_ID, maxFeePerGas: 2_000_000n } as const;
    const nonce = await client.getTransactionCount({ address: account });
    const poor = privateKeyToAccount(`0x${'77'.repeat(32)}`);
    const cases: [Promise<Hex>, RegExp][] = [
      // The words for it are the queue's, which is not here.
      [user.signTransaction({ ...base, nonce: 0 }), /refused by the rules, error 2001/],
      [user.signTransaction({ ...base, nonce, chainId: 1 }), /invalid chain id/],
      [user.signTransaction({ ...base, nonce, gas: 21_000n, maxFeePerGas: 1n }), /less than block base fee/],
      [user.signTransaction({ ...base, nonce, gas: 1n }), /intrinsic gas too low/],
      [poor.signTransaction({ ...base, nonce: 0 }), /insufficient funds/],
      [user.signTransaction({ ...base, nonce, to: undefined, data: '0x6000' }), /contract creation/],
      [tipAboveMaximum(nonce), /max priority fee per gas higher than max fee per gas/],
    ];
    for (const [raw, message] of cases) {
      expect((await node.call('eth_sendRawTransaction', await raw)).error).toMatchObject({
        code: -32000,
        message: expect.stringMatching(message),
      });
    }
    expect(await client.getTransactionCount({ address: account, blockTag: 'pending' })).toBe(nonce);
  });
});

/** An EIP-1559 transaction that neither viem nor ethers would sign. */
async function tipAboveMaximum(nonce: number): Promise<Hex> {
  const [tip, maximum, gas] = [3_000_000, 2_000_000, 1_000_000];
  const fields = [
    ...[CHAIN_ID, nonce, tip, maximum, gas].map((field) => toHex(field)),
    friend,
    '0x',
    '0x',
    [],
  ] as const;
  const hash = keccak256(concatHex(['0x02', toRlp(fields as never)]));
  const { r, s, yParity } = parseSignature(await user.sign({ hash }));
  const signature = [yParity === 0 ? '0x' : '0x01', trim(r), trim(s)];
  return concatHex(['0x02', toRlp([...fields, ...signature] as never)]);
}

async function metachainReceipt(hash: Hex): Promise<{ fee: { total: bigint } }> {
  const { result } = await node.call('metachain_getReceipt', hash);
  return { fee: { total: BigInt((result as { fee: { total: string } }).fee.total) } };
}
