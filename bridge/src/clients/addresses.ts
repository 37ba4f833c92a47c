import { isAddress, type Address } from 'viem';
import { z } from 'zod';

const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), 'not an address')
  .transform((text) => text.toLowerCase() as Address);

/** Shape of a deployment's L1 addresses, as published with a chain. Unknown names are ignored. */
export const l1AddressesSchema = z.object({
  inbox: address,
  rollup: address,
  portal: address,
  messenger: address,
  standardBridge: address,
  outputOracle: address,
});

/** L1 contracts of a MetaChain. */
export type L1Addresses = z.infer<typeof l1AddressesSchema>;
