/** What the program uses of auth: decoders, replay protection, and what they leave about the transaction at hand. */
export { readEnvelope } from './envelope';
export { ERR_DEADLINE, ERR_SIGNATURE } from './errors';
export { checkNonce, checkSequence, consumeNonce, consumeSequence } from './keeper';
export { packedEnd, readPacked } from './packed';
export {
  KIND_DELAYED,
  MAXIMUM_PRICE,
  RECIPIENT,
  RECOVERY,
  RECOVERY_R,
  RECOVERY_S,
  SENDER,
  SENDER_WORD,
  TRANSACTION_HASH,
  VALUE,
  transaction,
} from './types';
export { baseGas } from './limits';
export {
  ADD_LIQUIDITY,
  APPROVE,
  CREATE_POOL,
  Operation,
  REMOVE_LIQUIDITY,
  SWAP,
  SWAP_EXACT_OUT,
  SWAP_ROUTE,
  SWAP_ROUTE_EXACT_OUT,
  TRANSFER,
  operationAccount,
  operationAmount,
  operationAt,
  operationPools,
} from './operation';
export { recoverSender } from './signature';
export { hashDomain } from './typed-data';
