import { type Address, type Hex, bytesToHex } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

/** The mnemonic that every Ethereum development node uses. Its keys are public: never use them on a real network. */
export const developmentMnemonic = 'test test test test test test test test test test test junk';

export interface DevelopmentAccount {
  readonly address: Address;
  readonly privateKey: Hex;
}

/** Account number `index` of the development mnemonic. */
export function developmentAccount(index: number): DevelopmentAccount {
  const account = mnemonicToAccount(developmentMnemonic, { addressIndex: index });
  return { address: account.address, privateKey: bytesToHex(account.getHdKey().privateKey ?? new Uint8Array(32)) };
}

/** Which development account plays which part. */
export const roles = { deployer: 0, sequencer: 1, proposer: 2, challenger: 3, marketMaker: 4, firstUser: 5 } as const;
