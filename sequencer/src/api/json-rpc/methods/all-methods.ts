import type { MethodTable } from '../method.js';
import type { RpcServices } from '../rpc-services.js';
import { blockMethods } from './blocks.js';
import { clientMethods } from './client.js';
import { feeMethods } from './fees.js';
import { logMethods } from './logs.js';
import { nativeMethods } from './metachain.js';
import { optimismMethods } from './optimism.js';
import { stateMethods } from './state.js';
import { transactionMethods } from './transactions.js';

/** Every method of the public surface. A name that is not here is answered with -32601. */
export const allMethods = (services: RpcServices): MethodTable => ({
  ...clientMethods(services),
  ...blockMethods(services),
  ...transactionMethods(services),
  ...stateMethods(services),
  ...feeMethods(services),
  ...logMethods(services),
  ...optimismMethods(services),
  ...nativeMethods(services),
});
