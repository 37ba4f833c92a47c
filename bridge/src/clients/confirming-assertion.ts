import { mayConfirm, rollupAbi } from '@metachain/contracts';
import type { Address, PublicClient } from 'viem';

/** Assertions that are read at once. */
const BATCH = 50n;

/**
 * The assertion through which the oldest open claim below `id`, its own included, is confirmed first: the original, or the oldest copy that
 * nobody disputes where the original lost its bond or is played about. Undefined while every bond behind that claim has open games. `id` must
 * not be confirmed. Whether the window is over, and whether another claim stands beside it, L1 says. Throws what reading throws.
 */
export async function confirmingAssertion(l1: PublicClient, rollup: Address, id: bigint): Promise<bigint | undefined> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  const read = async (number: bigint) => ({
    id: number,
    ...(await l1.readContract({ ...contract, functionName: 'assertion', args: [number] })),
  });
  const isConfirmed = (number: number) =>
    l1.readContract({ ...contract, functionName: 'isConfirmed', args: [BigInt(number)] });
  let open = await read(id);
  while (!(await isConfirmed(open.parent))) open = await read(BigInt(open.parent));
  const claim = open.original === 0 ? open.id : BigInt(open.original);
  const count = await l1.readContract({ ...contract, functionName: 'assertionCount' });
  // Copies have higher numbers than their original, and the order of numbers is that in which windows end.
  for (let from = claim; from < count; from += BATCH) {
    const size = count - from < BATCH ? count - from : BATCH;
    const batch = await Promise.all(Array.from({ length: Number(size) }, (_, place) => read(from + BigInt(place))));
    const found = batch.find((one) => (one.id === claim || BigInt(one.original) === claim) && mayConfirm(one));
    if (found !== undefined) return found.id;
  }
  return undefined;
}
