import { CrossChainMessenger } from '@eth-optimism/sdk';

import type { L1Addresses } from '@metachain/contracts';

type MessengerOptions = ConstructorParameters<typeof CrossChainMessenger>[0];

/** Contracts of the chain before op-stack's Bedrock: the SDK wants addresses for them, and never calls them. */
const UNUSED = '0x0000000000000000000000000000000000000000';

/** What the SDK has to know. Signers and providers are ethers 5. */
export interface MessengerFactoryOptions {
  readonly l1ChainId: number;
  readonly l2ChainId: number;
  readonly l1SignerOrProvider: MessengerOptions['l1SignerOrProvider'];
  readonly l2SignerOrProvider: MessengerOptions['l2SignerOrProvider'];
  readonly addresses: Pick<L1Addresses, 'portal' | 'l1StandardBridge' | 'l2OutputOracle' | 'l1CrossDomainMessenger'>;
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
        L1CrossDomainMessenger: addresses.l1CrossDomainMessenger,
        L1StandardBridge: addresses.l1StandardBridge,
        OptimismPortal: addresses.portal,
        L2OutputOracle: addresses.l2OutputOracle,
        StateCommitmentChain: UNUSED,
        CanonicalTransactionChain: UNUSED,
        BondManager: UNUSED,
      },
    },
  });
}
