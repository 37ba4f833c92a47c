import { delayedWords } from '@metachain/program';
import type { Hex } from 'viem';
import type { SealedTransaction } from '../../chain/chain.types.js';
import { receipt, systemTransfer, word } from '../../index/testing/blocks.js';

/** A deposit of ETH as a sealed transaction. Amounts in wei. */
export function depositTransaction(input: { from: Hex; to: Hex; mint: bigint; value: bigint }): SealedTransaction {
  const label = `${input.from}${input.to}${input.mint}${deposits++}`;
  const sourceHash = word(`source ${label}`);
  const message = {
    ...input,
    sender: input.from,
    gasLimit: 100_000n,
    l1BlockNumber: 5n,
    l1Timestamp: 6n,
    sourceHash,
    data: '0x' as const,
  };
  const fields = {
    kind: 'delayed' as const,
    hash: sourceHash,
    sender: input.from,
    fee: 0n,
    feeToken: 0n,
    l1Gas: 0n,
    effectiveGasPrice: 0n,
  };
  return {
    wire: delayedWords(message),
    alias: word(`alias ${label}`),
    receipt: receipt({ ...fields, events: [systemTransfer(input.to, input.value)] }),
  };
}

let deposits = 0;
