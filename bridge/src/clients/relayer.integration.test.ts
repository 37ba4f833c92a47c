import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DEVNET_CONFIG, inboxAbi, optimismPortalAbi, rollupAbi } from '@metachain/contracts';
import {
  messagePasserAbi,
  messengerAbi,
  standardBridgeAbi,
  systemAddresses,
  tokenAddress,
  type Withdrawal,
  withdrawalHash as hashOf,
} from '@metachain/program';
import {
  concat,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionData,
  hexToBigInt,
  keccak256,
  numberToHex,
  parseAbiParameters,
  parseEther,
  zeroHash,
  type Hex,
} from 'viem';
import { foundry } from 'viem/chains';

import {
  anvilClient,
  type AnvilHandle,
  type DeployedL1,
  imitationCall,
  imitationCode,
  REFUSING_CODE,
  startAnvil,
  startL1,
  testAccount,
  TWO_FACED_CODE,
} from '../testing/index.js';
import { type RelayerOptions, WithdrawalRelayer } from './relayer.js';
import { finalisationGas } from './withdrawal-gas.js';

jest.setTimeout(60_000);

const MESSAGE_PASSER = '0x4200000000000000000000000000000000000016';
/** Code that goes round in a circle until its gas is used up. */
const CIRCLE = '0x5b600056';
/** Of the portal's `provenWithdrawals`. */
const PROVEN_SLOT = 3n;
const [first, second, relaying] = [3, 4, 5].map(testAccount) as [Account, Account, Account];
type Account = ReturnType<typeof testAccount>;

const withdrawal = {
  nonce: 1n << 240n,
  sender: first.address,
  target: second.address,
  value: 0n,
  gasLimit: 100_000n,
  data: '0x',
} as const;

let l1: DeployedL1;
let l2: AnvilHandle;
let client: ReturnType<typeof anvilClient>;
let base: Hex;
let l2Base: Hex;

beforeAll(async () => {
  [l1, l2] = await Promise.all([startL1(), startAnvil({ chainId: 7_771, args: ['--slots-in-an-epoch', '1'] })]);
  client = anvilClient(l1.anvil.url);
  await withdrawOnL2(withdrawal);
  await appendEmpty();
  base = await client.snapshot();
  l2Base = await anvilClient(l2.url).snapshot();
});
afterAll(() => Promise.all([l1.anvil.stop(), l2.stop()]));
beforeEach(async () => {
  await client.revert({ id: base });
  base = await client.snapshot();
  await anvilClient(l2.url).revert({ id: l2Base });
  l2Base = await anvilClient(l2.url).snapshot();
});

/** A chain that shows a withdrawal, in a safe block. */
async function withdrawOnL2(shown: Withdrawal): Promise<void> {
  const chain = anvilClient(l2.url);
  const { nonce, sender, target, value, gasLimit, data } = shown;
  const topics = encodeEventTopics({
    abi: messagePasserAbi,
    eventName: 'MessagePassed',
    args: { nonce, sender, target },
  }) as Hex[];
  const plain = parseAbiParameters('uint256, uint256, bytes, bytes32');
  const logged = encodeAbiParameters(plain, [value, gasLimit, data, hashOf(shown)]);
  await chain.setCode({ address: MESSAGE_PASSER, bytecode: imitationCode(4) });
  const call = imitationCall({ topics, data: logged });
  await chain.sendTransaction({ account: first, chain: null, to: MESSAGE_PASSER, data: call });
  await chain.mine({ blocks: 4 });
}

const send = async (to: Hex, data: Hex, value = 0n, account: Account | Hex = relaying) => {
  const hash = await client.sendTransaction({ account, chain: null, to, data, value });
  expect((await client.waitForTransactionReceipt({ hash })).status).toBe('success');
};

const appendEmpty = () =>
  send(l1.deployment.addresses.inbox, encodeFunctionData({ abi: inboxAbi, functionName: 'appendEmpty' }));

const contract = () => ({ address: l1.deployment.addresses.rollup, abi: rollupAbi }) as const;

/** A claim of something on a parent, or a copy of it; one item further than the parent. */
async function assertAs(account: Account, parent = 0n, something = 1): Promise<void> {
  const { inbox } = l1.deployment.addresses;
  const { outputRoot, itemIndex } = await client.readContract({
    ...contract(),
    functionName: 'assertion',
    args: [parent],
  });
  const lastItem = await client.readContract({
    address: inbox,
    abi: inboxAbi,
    functionName: 'items',
    args: [BigInt(itemIndex)],
  });
  const root = numberToHex(something, { size: 32 });
  const end = BigInt(itemIndex) + 1n;
  const state = { stateRoot: root, headerHash: root, programHash: zeroHash, blockNumber: 1n, itemIndex: end };
  const args = [parent, outputRoot, state, lastItem] as const;
  const data = encodeFunctionData({ abi: rollupAbi, functionName: 'assertState', args });
  await send(contract().address, data, DEVNET_CONFIG.assertionBondWei, account);
}

/** What the dispute game says of a bond. */
async function say(verdict: 'onGameOpened' | 'onGameLost', id: bigint): Promise<void> {
  const { disputeGame } = l1.deployment.dispute;
  await client.impersonateAccount({ address: disputeGame });
  await client.setBalance({ address: disputeGame, value: parseEther('1') });
  const data =
    verdict === 'onGameOpened'
      ? encodeFunctionData({ abi: rollupAbi, functionName: verdict, args: [id] })
      : encodeFunctionData({ abi: rollupAbi, functionName: verdict, args: [id, first.address] });
  await send(contract().address, data, 0n, disputeGame);
}

/** The portal as after a proof under an assertion: how it is proven is not the matter here. */
async function proveOn(id: bigint, proven: Withdrawal = withdrawal): Promise<void> {
  const slot = keccak256(concat([hashOf(proven), numberToHex(PROVEN_SLOT, { size: 32 })]));
  const place = numberToHex(hexToBigInt(slot) + 1n, { size: 32 });
  const value = concat([numberToHex(id, { size: 16 }), numberToHex(1n, { size: 16 })]);
  await client.setStorageAt({ address: l1.deployment.addresses.portal, index: place, value });
}

const relayer = (more: Partial<RelayerOptions> = {}) =>
  new WithdrawalRelayer({
    l1Url: l1.anvil.url,
    l2Url: l2.url,
    l1Chain: foundry,
    chainId: 7_771,
    addresses: l1.deployment.addresses,
    account: relaying,
    ...more,
  });

const passWindow = async () => {
  await client.increaseTime({ seconds: Number(DEVNET_CONFIG.challengeWindowSeconds) + 1 });
  await client.mine({ blocks: 1 });
};

/** Two bonds behind one claim, the withdrawal proven on a bond, something happens to the bonds, and the window ends. */
async function afterTheWindow(provenOn: bigint, happens: () => Promise<void>) {
  await assertAs(first);
  await assertAs(second);
  await proveOn(provenOn);
  await happens();
  await passWindow();
  return relayer().step();
}

const isConfirmed = (id = 1n) => client.readContract({ ...contract(), functionName: 'isConfirmed', args: [id] });

describe('the relayer, where several bonds stand behind the claim that it waits for', () => {
  it.each([
    ['through the original', 1n, async () => undefined],
    ['through the copy when the original lost its bond', 1n, () => say('onGameLost', 1n)],
    ['through the copy while the original is played about', 1n, () => say('onGameOpened', 1n)],
    ['through the original when the copy that it was proven on lost its bond', 2n, () => say('onGameLost', 2n)],
  ])('confirms %s, and is paid', async (_, provenOn, happens) => {
    expect(await afterTheWindow(provenOn, happens)).toMatchObject([{ state: 'in-window', refused: undefined }]);
    expect(await isConfirmed()).toBe(true);
    expect(await relayer().step()).toMatchObject([{ state: 'done', refused: undefined }]);
  });

  it('waits while every bond is played about', async () => {
    const happens = async () => {
      await say('onGameOpened', 1n);
      await say('onGameOpened', 2n);
    };
    const report = { state: 'in-window', l1TransactionHash: undefined, refused: undefined };
    expect(await afterTheWindow(1n, happens)).toMatchObject([report]);
    expect(await isConfirmed()).toBe(false);
  });
});

describe('the relayer, where the withdrawal was proven on a branch whose root fell', () => {
  it('confirms the claim that covers it, which alone lets the proof be replaced', async () => {
    await assertAs(first, 0n, 7);
    await assertAs(second);
    await appendEmpty();
    await assertAs(first, 1n);
    await appendEmpty();
    await assertAs(first, 3n);
    await proveOn(4n);
    await say('onGameLost', 1n);
    expect(await relayer().step()).toMatchObject([{ state: 'in-window', l1TransactionHash: undefined }]);
    await passWindow();
    expect(await relayer().step()).toMatchObject([{ state: 'in-window', l1TransactionHash: expect.any(String) }]);
    expect(await isConfirmed(2n)).toBe(true);
    expect(await isConfirmed(4n)).toBe(false);
  });
});

describe('the relayer, where a withdrawal costs much gas', () => {
  const { gasLimit: asked, target } = withdrawal;

  it('pays nothing for one that asks for more than it may give, and says so', async () => {
    await assertAs(first);
    await proveOn(1n);
    await passWindow();
    const before = await client.getTransactionCount({ address: relaying.address });
    const refused = `asks for ${asked} gas on L1, above ${asked - 1n}`;
    expect(await relayer({ maximumGas: asked - 1n }).step()).toMatchObject([{ state: 'in-window', refused }]);
    expect(await client.getTransactionCount({ address: relaying.address })).toBe(before);
    expect(await relayer({ maximumGas: asked }).step()).toMatchObject([{ refused: undefined }]);
  });

  it('bounds what one that asks for little may burn', async () => {
    await client.setCode({ address: target, bytecode: CIRCLE });
    await assertAs(first);
    await proveOn(1n);
    await passWindow();
    await relayer().step();
    const maximumGas = 2_000_000n;
    const [report] = await relayer({ maximumGas }).step();
    expect(report).toMatchObject({ state: 'failed', refused: expect.stringContaining('its call on L1 fails') });
    const { gasUsed } = await client.getTransactionReceipt({ hash: report!.l1TransactionHash! });
    expect(gasUsed).toBeLessThanOrEqual(finalisationGas(maximumGas));
  });
});

const { messenger, standardBridge } = systemAddresses;

/** A withdrawal that the messenger on L2 made of a message. */
function messageOf(from: Hex, to: Hex, message: Hex): Withdrawal {
  const args = [1n << 240n, from, to, 0n, 0n, message] as const;
  const data = encodeFunctionData({ abi: messengerAbi, functionName: 'relayMessage', args });
  const target = l1.deployment.addresses.l1CrossDomainMessenger;
  return { nonce: withdrawal.nonce + 1n, sender: messenger, target, value: 0n, gasLimit: 400_000n, data };
}

/** A token that is withdrawn through messenger and bridge. */
function tokenOf(from: Hex, to: Hex): Withdrawal {
  const args = [l1.deployment.addresses.inbox, tokenAddress(2), from, to, 1n, '0x'] as const;
  const call = encodeFunctionData({ abi: standardBridgeAbi, functionName: 'finalizeBridgeERC20', args });
  return messageOf(standardBridge, l1.deployment.addresses.l1StandardBridge, call);
}

describe('the relayer, where the call of a withdrawal fails', () => {
  const receiver = withdrawal.target;
  const failing = (keeper: string) => ({ state: 'failed', refused: expect.stringContaining(`the ${keeper} keeps`) });

  /** The withdrawal is proven, and its claim confirmed. */
  async function confirmed(proven: Withdrawal): Promise<void> {
    await assertAs(first);
    await proveOn(1n, proven);
    await passWindow();
    await relayer().step();
  }

  it.each([
    ['portal', () => withdrawal],
    ['messenger', () => messageOf(first.address, receiver, '0x')],
  ])('shows that the %s keeps the money, and has the call repeated once it succeeds', async (keeper, make) => {
    const made = make();
    if (made !== withdrawal) await withdrawOnL2(made);
    await client.setCode({ address: receiver, bytecode: REFUSING_CODE });
    await confirmed(made);
    const watching = relayer({ accounts: [made.sender] });
    const sent = { l1TransactionHash: expect.any(String) };
    expect(await watching.step()).toMatchObject([{ ...failing(keeper), ...sent }]);
    const before = await client.getTransactionCount({ address: relaying.address });
    expect(await watching.step()).toMatchObject([{ ...failing(keeper), l1TransactionHash: undefined }]);
    expect(await client.getTransactionCount({ address: relaying.address })).toBe(before);
    await client.setCode({ address: receiver, bytecode: '0x' });
    expect(await watching.step()).toMatchObject([{ state: 'done', refused: undefined, ...sent }]);
    expect(await watching.step()).toEqual([]);
    expect(await relayer({ accounts: [made.sender] }).step()).toMatchObject([{ state: 'done' }]);
  });

  it('pays for one retry of a call that succeeds in estimates only', async () => {
    await client.setCode({ address: receiver, bytecode: TWO_FACED_CODE });
    await confirmed(withdrawal);
    const watching = relayer();
    for (let step = 0; step < 4; step++) expect(await watching.step()).toMatchObject([failing('portal')]);
    const { portal: address } = l1.deployment.addresses;
    const event = { address, abi: optimismPortalAbi, eventName: 'WithdrawalFinalized' } as const;
    expect(await client.getContractEvents({ ...event, fromBlock: 0n })).toHaveLength(2);
  });
});

describe('the relayer of some accounts', () => {
  const found = async (account: Hex) =>
    (await relayer({ accounts: [account] }).step()).map((report) => report.withdrawalHash);

  it.each([
    ['a token', tokenOf],
    ['a message', (from: Hex, to: Hex) => messageOf(from, to, '0x1234')],
  ])('finds %s by who withdrew it, by its receiver, and by sender and target of the withdrawal', async (_, make) => {
    const [from, to, other] = [6, 7, 8].map((index) => testAccount(index).address) as [Hex, Hex, Hex];
    const made = make(from, to);
    await withdrawOnL2(made);
    for (const account of [from, to, messenger, made.target]) expect(await found(account)).toEqual([hashOf(made)]);
    expect(await found(other)).toEqual([]);
  });
});
