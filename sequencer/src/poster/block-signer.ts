import { compactSignature, contentHash, producerDigest } from '@metachain/program';
import type { PrivateKeyAccount } from 'viem';
import type { BlockSigner } from './unposted-block.js';

/** Signs blocks with the producer's key (docs/spec/batch.md, "Block"). */
export function createBlockSigner(account: PrivateKeyAccount, chainId: number): BlockSigner {
  return async ({ content, ...head }) => {
    const hash = producerDigest(chainId, { ...head, contentHash: contentHash(content) });
    return compactSignature(await account.sign({ hash }));
  };
}
