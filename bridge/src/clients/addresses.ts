import { isAddress, type Address } from 'viem';
import { z } from 'zod';

import type { L1Addresses } from '@metachain/contracts';

const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), 'not an address')
  .transform((text) => text.toLowerCase() as Address);

/** L1 addresses of a deployment, as published with a chain. Unknown names are ignored. */
export const l1AddressesSchema: z.ZodType<L1Addresses> = z.object({
  inbox: address,
  rollup: address,
  portal: address,
  l2OutputOracle: address,
  l1CrossDomainMessenger: address,
  l1StandardBridge: address,
});
