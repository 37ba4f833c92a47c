import { CrossChainMessenger } from '@eth-optimism/sdk';

import type { L1Addresses } from './addresses.js';

type MessengerOptions = ConstructorParameters<typeof CrossChainMessenger>[0];

/** Contracts of the chain before op-stack's Bedrock: the SDK wants addresses for them, and never calls them. */
const UNUSED = '0x0000000000000000000000000000000000000000';

/** What the SDK has to know. Signers and providers are ethers 5. */
export interface MessengerFactoryOptions {
  readonly l1ChainId: number;
  readonly l2ChainId: number;
  readonly l1SignerOrProvider: MessengerOptions['l1SignerOrProvider'];
  readonly l2SignerOrProvider: MessengerOptions['l2SignerOrProvider'];
  readonly addresses: Pick<L1Addresses, 'portal' | 'standardBridge' | 'outputOracle' | 'messenger'>;
}

/**
 * A messenger of `@eth-optimism/sdk` for a MetaChain. Its `estimateMessageWaitTimeSeconds` does not work for withdrawals inside
 * their window (it asks a contract that exists on no Bedrock chain); `getMessageStatus` does.
 */
export function createCrossChainMessenger({ addresses, ...options }: MessengerFactoryOptions): CrossChainMessenger {
  return new CrossChainMessenger({
    ...options,
    bedrock: true,
    contracts: {
      l1: {
        AddressManager: UNUSED,
        L1CrossDomainMessenger: addresses.messenger,
        L1StandardBridge: addresses.standardBridge,
        OptimismPortal: addresses.portal,
        L2OutputOracle: addresses.outputOracle,
        StateCommitmentChain: UNUSED,
        CanonicalTransactionChain: UNUSED,
        BondManager: UNUSED,
      },
    },
  });
}
