import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { createPublicClient, createWalletClient, hexToBytes, http, keccak256, stringToHex, zeroAddress } from 'viem';
import type { Abi, Account, Address, PublicClient, Transport, WalletClient } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import {
  deployContracts,
  DEVNET_CONFIG,
  disputeGameAbi,
  inboxAbi,
  l1CrossDomainMessengerAbi,
  l1StandardBridgeAbi,
  l2OutputOracleAbi,
  longestDisputeSeconds,
  MAINNET_CONFIG,
  oneStepProverAbi,
  optimismPortalAbi,
  rollupAbi,
  testDcepAbi,
  type Deployment,
} from './index.js';

const account = mnemonicToAccount('test test test test test test test test test test test junk');
const genesis = {
  stateRoot: keccak256(stringToHex('root')),
  headerHash: keccak256(stringToHex('header')),
  programHash: keccak256(stringToHex('program')),
  blockNumber: 0n,
};

let anvil: ChildProcess;
let publicClient: PublicClient;
let walletClient: WalletClient<Transport, typeof foundry, Account>;
let deployment: Deployment;
const steps: string[] = [];

/** CALLCODE, DELEGATECALL and SELFDESTRUCT: the only ways for a contract to run or become other code. */
const CODE_CHANGING = [0xf2, 0xf4, 0xff];

/** STOP, JUMP, RETURN, REVERT, INVALID, SELFDESTRUCT: what follows runs only from a JUMPDEST on. */
const ENDS = [0x00, 0x56, 0xf3, 0xfd, 0xfe, 0xff];
const JUMPDEST = 0x5b;

/** Opcodes of a contract that can be reached; constants that the compiler puts between them cannot. */
const instructionsOf = (code: `0x${string}`): number[] => {
  const bytes = hexToBytes(code);
  const found: number[] = [];
  let reachable = true;
  for (let at = 0; at < bytes.length; at++) {
    const opcode = bytes[at]!;
    reachable ||= opcode === JUMPDEST;
    if (reachable) found.push(opcode);
    if (ENDS.includes(opcode)) reachable = false;
    if (opcode >= 0x60 && opcode <= 0x7f) at += opcode - 0x5f;
  }
  return found;
};

/** Starts anvil on a free port; resolves with its URL. */
const startAnvil = async (): Promise<string> => {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const binary = `@foundry-rs/anvil-${process.platform}-${architecture}/bin/anvil`;
  anvil = spawn(createRequire(import.meta.url).resolve(binary), ['--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  for await (const chunk of anvil.stdout!) {
    printed += String(chunk);
    const port = /Listening on [^:]+:(\d+)/.exec(printed)?.[1];
    if (port) return `http://127.0.0.1:${port}`;
  }
  throw new Error('anvil ended early');
};

beforeAll(async () => {
  const transport = http(await startAnvil());
  publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 20 });
  walletClient = createWalletClient({ account, chain: foundry, transport, pollingInterval: 20 });
  // A used nonce: addresses must not depend on a fresh deployer.
  const hash = await walletClient.sendTransaction({ to: zeroAddress, value: 1n });
  await publicClient.waitForTransactionReceipt({ hash });
  deployment = await deployContracts({
    walletClient,
    publicClient,
    config: DEVNET_CONFIG,
    genesis: (addresses) => Promise.resolve({ ...genesis, headerHash: keccak256(addresses.l1StandardBridge) }),
    onProgress: ({ name, step, steps: total }) => steps.push(`${step}/${total} ${name}`),
  });
});

afterAll(() => {
  anvil.kill();
});

/**
 * Every function that changes anything, by contract: inputs, claims, bonds, moves, money, and code of programs. A new one has to be put here by
 * somebody who asks whether it changes a rule for others. `setDelegate` says who else may move for the caller in dispute games, and nothing
 * about anybody else (`contracts/test/dispute/Delegate.t.sol`).
 */
const STATE_CHANGING = {
  inbox: ['appendBatch', 'appendEmpty', 'enqueue'],
  rollup: [
    ...['assertAndConfirm', 'assertState', 'confirm', 'onGameLost', 'onGameOpened', 'onGameWon', 'rejectOrphan'],
    ...['returnBond', 'withdrawBond'],
  ],
  l2OutputOracle: [],
  portal: [
    ...['depositTransaction', 'finalizeWithdrawalTransaction', 'proveWithdrawalTransaction', 'receive'],
    'retryWithdrawalTransaction',
  ],
  l1CrossDomainMessenger: ['relayMessage', 'sendMessage'],
  l1StandardBridge: [
    ...['bridgeERC20', 'bridgeERC20To', 'bridgeETH', 'bridgeETHTo', 'depositERC20', 'depositERC20To', 'depositETH'],
    ...['depositETHTo', 'finalizeBridgeERC20', 'finalizeBridgeETH', 'receive'],
  ],
  oneStepProver: ['createDataContract', 'register'],
  disputeGame: [
    ...['claimTimeout', 'dismiss', 'enterUnit', 'open', 'proveEnd', 'proveStep', 'setDelegate', 'split'],
    'withdrawBond',
  ],
};

/** Names of what is no view of a contract, `receive` and `fallback` among them. */
const stateChanging = (abi: Abi): string[] =>
  abi
    .flatMap((entry) => ('stateMutability' in entry && entry.type !== 'constructor' ? [entry] : []))
    .filter(({ stateMutability }) => !['view', 'pure'].includes(stateMutability))
    .map((entry) => ('name' in entry ? entry.name : entry.type))
    .sort();

describe('deployContracts', () => {
  it('C4_2024_05_BoLD_M02: runs as it will run, and reports each contract once, in order', () => {
    expect(steps).toEqual([
      '1/10 Inbox',
      '2/10 Rollup',
      '3/10 L2OutputOracle',
      '4/10 OptimismPortal',
      '5/10 L1CrossDomainMessenger',
      '6/10 L1StandardBridge',
      '7/10 OneStepProver',
      '8/10 DisputeGame',
      '9/10 TestDcep',
      '10/10 TestMerchantToken',
    ]);
  });

  it('connects the contracts with each other', async () => {
    const { inbox, rollup, l2OutputOracle, portal, l1CrossDomainMessenger, l1StandardBridge } = deployment.addresses;
    const read = (address: Address, abi: typeof inboxAbi, functionName: 'PORTAL'): Promise<Address> =>
      publicClient.readContract({ address, abi, functionName });
    expect(await read(inbox, inboxAbi, 'PORTAL')).toBe(portal);
    expect(await publicClient.readContract({ address: rollup, abi: rollupAbi, functionName: 'INBOX' })).toBe(inbox);
    expect(
      await publicClient.readContract({ address: l2OutputOracle, abi: l2OutputOracleAbi, functionName: 'ROLLUP' }),
    ).toBe(rollup);
    expect(await publicClient.readContract({ address: portal, abi: optimismPortalAbi, functionName: 'INBOX' })).toBe(
      inbox,
    );
    expect(await publicClient.readContract({ address: portal, abi: optimismPortalAbi, functionName: 'l2Oracle' })).toBe(
      l2OutputOracle,
    );
    expect(
      await publicClient.readContract({ address: portal, abi: optimismPortalAbi, functionName: 'version' }),
    ).toMatch(/^2\./);
    expect(
      await publicClient.readContract({
        address: l1CrossDomainMessenger,
        abi: l1CrossDomainMessengerAbi,
        functionName: 'portal',
      }),
    ).toBe(portal);
    expect(
      await publicClient.readContract({
        address: l1StandardBridge,
        abi: l1StandardBridgeAbi,
        functionName: 'messenger',
      }),
    ).toBe(l1CrossDomainMessenger);
  });

  it('starts from the genesis that was computed from the addresses', async () => {
    expect(deployment.genesis.headerHash).toBe(keccak256(deployment.addresses.l1StandardBridge));
    const first = await publicClient.readContract({
      address: deployment.addresses.l2OutputOracle,
      abi: l2OutputOracleAbi,
      functionName: 'getL2Output',
      args: [0n],
    });
    expect(first.l2BlockNumber).toBe(0n);
  });

  it('lets only the dispute game reject assertions, and that game judge by the one-step prover', async () => {
    const { oneStepProver, disputeGame } = deployment.dispute;
    const { rollup, inbox } = deployment.addresses;
    const abi = disputeGameAbi;
    expect(await publicClient.readContract({ address: rollup, abi: rollupAbi, functionName: 'DISPUTE_GAME' })).toBe(
      disputeGame,
    );
    expect(await publicClient.readContract({ address: disputeGame, abi, functionName: 'ROLLUP' })).toBe(rollup);
    expect(await publicClient.readContract({ address: disputeGame, abi, functionName: 'PROVER' })).toBe(oneStepProver);
    expect(
      await publicClient.readContract({ address: oneStepProver, abi: oneStepProverAbi, functionName: 'INBOX' }),
    ).toBe(inbox);
    const longest = await publicClient.readContract({ address: disputeGame, abi, functionName: 'maximumDuration' });
    expect(longest + DEVNET_CONFIG.challengeWindowSeconds).toBe(longestDisputeSeconds(DEVNET_CONFIG));
  });

  it('leaves an exit window without limit: no contract can change its code, its owner or its parameters', async () => {
    const abis = {
      inbox: inboxAbi,
      rollup: rollupAbi,
      l2OutputOracle: l2OutputOracleAbi,
      portal: optimismPortalAbi,
      l1CrossDomainMessenger: l1CrossDomainMessengerAbi,
      l1StandardBridge: l1StandardBridgeAbi,
      oneStepProver: oneStepProverAbi,
      disputeGame: disputeGameAbi,
    };
    const deployed = { ...deployment.addresses, ...deployment.dispute };
    expect(Object.keys(abis).sort()).toEqual(Object.keys(deployed).sort());
    for (const [name, address] of Object.entries(deployed)) {
      const code = (await publicClient.getCode({ address }))!;
      expect(code.length).toBeGreaterThan(100);
      const changing = instructionsOf(code).filter((instruction) => CODE_CHANGING.includes(instruction));
      expect({ name, changing }).toEqual({ name, changing: [] });
    }
    const found = Object.entries(abis).map(([name, abi]) => [name, stateChanging(abi as Abi)]);
    expect(Object.fromEntries(found)).toEqual(STATE_CHANGING);
  });

  it('takes a deposit end to end', async () => {
    const { l1StandardBridge, inbox } = deployment.addresses;
    const hash = await walletClient.writeContract({
      address: l1StandardBridge,
      abi: l1StandardBridgeAbi,
      functionName: 'depositETH',
      args: [200_000, '0x'],
      value: 10n ** 18n,
    });
    await publicClient.waitForTransactionReceipt({ hash });
    const [event] = await publicClient.getContractEvents({
      address: inbox,
      abi: inboxAbi,
      eventName: 'DelayedMessage',
      fromBlock: deployment.l1BlockNumber,
    });
    expect(event?.args.header?.mint).toBe(10n ** 18n);
  });

  it('leaves a test token that anyone can mint', async () => {
    const address = deployment.testTokens!.dcep;
    expect(await publicClient.readContract({ address, abi: testDcepAbi, functionName: 'decimals' })).toBe(6);
  });

  it('refuses values out of range before it sends anything', async () => {
    const before = await publicClient.getTransactionCount({ address: account.address });
    for (const bad of [
      { challengeWindowSeconds: 0n },
      { maximumItems: 2n ** 14n + 1n },
      { assertionBondWei: -1n },
      { gameDegree: 1n },
      { gameClockSeconds: 0.5 },
      { gameFloorSeconds: 172_801 },
      { challengeWindowSeconds: 1_000_000n },
    ]) {
      const config = { ...MAINNET_CONFIG, ...bad };
      await expect(deployContracts({ walletClient, publicClient, config, genesis })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        details: { field: Object.keys(bad)[0] },
      });
    }
    const malformed = { ...genesis, stateRoot: '0x1234' as const };
    await expect(
      deployContracts({ walletClient, publicClient, config: MAINNET_CONFIG, genesis: malformed }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { field: 'genesis.stateRoot' } });
    expect(await publicClient.getTransactionCount({ address: account.address })).toBe(before);
  });
});
