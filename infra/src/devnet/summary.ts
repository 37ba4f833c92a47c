import Table from 'cli-table3';
import { developmentAccount } from '../l1/accounts.js';
import type { Devnet } from './data-directory.js';
import { playAccounts } from './market.js';

const plain = { style: { head: [] as string[], border: [] as string[] }, wordWrap: false };

/** What is running and how to use it, as text. */
export function summary(devnet: Devnet, directory: string): string {
  const network = new Table({ ...plain, head: ['MetaChain is running', ''] });
  network.push(
    ['RPC URL', devnet.rpcUrl],
    ['Chain id', `${devnet.chainId} (0x${devnet.chainId.toString(16)})`],
    ['Currency', 'ETH'],
    ['REST and docs', `${devnet.rpcUrl}/docs`],
    ['Health, metrics', `${devnet.rpcUrl}/readyz  ${devnet.rpcUrl}/metrics`],
    ['Prover status', `${devnet.proverUrl}/status`],
    ['L1 RPC (anvil)', `${devnet.l1Url}  chain id ${devnet.l1ChainId}`],
    ['Program hash', devnet.programHash],
    ['Data and logs', directory],
  );
  return [network.toString(), accounts(), contracts(devnet), usage].join('\n\n');
}

function accounts(): string {
  const table = new Table({
    ...plain,
    head: [
      'Account: 100 ETH and 50,000 DCEP on L2 at first',
      'Private key (public development keys: never send real money)',
    ],
  });
  for (const index of playAccounts) {
    const { address, privateKey } = developmentAccount(index);
    table.push([address, privateKey]);
  }
  return table.toString();
}

function contracts(devnet: Devnet): string {
  const table = new Table({ ...plain, head: ['L1 contract', 'Address'] });
  for (const [name, address] of Object.entries({
    ...devnet.addresses,
    ...devnet.dispute,
    'DCEP (test)': devnet.testTokens.dcep,
    'merchant token (test)': devnet.testTokens.merchantToken,
  }))
    table.push([name, address]);
  return table.toString();
}

const usage = `MetaMask: Networks > Add a custom network, with the RPC URL, chain id and currency above; import a private key from the table.
In another terminal: npm run demo. Stop: Ctrl-C. Continue: npm start. Begin anew: npm start -- --reset.`;
