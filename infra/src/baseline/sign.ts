import secp256k1 from 'secp256k1';
import {
  type Hex,
  type TransactionSerializableEIP1559,
  bytesToHex,
  hexToBytes,
  keccak256,
  serializeTransaction,
} from 'viem';

/** Signs a 32-byte digest natively (about twelve times faster than pure JavaScript: a load needs tens of thousands). */
export function signDigest(digest: Uint8Array, privateKey: Uint8Array): { r: Hex; s: Hex; yParity: 0 | 1 } {
  const { signature, recid } = secp256k1.ecdsaSign(digest, privateKey);
  return {
    r: bytesToHex(signature.subarray(0, 32)),
    s: bytesToHex(signature.subarray(32)),
    yParity: recid === 1 ? 1 : 0,
  };
}

/** A raw signed EIP-1559 transaction. */
export function signTransaction(transaction: TransactionSerializableEIP1559, privateKey: Hex): Hex {
  const digest = keccak256(serializeTransaction(transaction), 'bytes');
  return serializeTransaction(transaction, signDigest(digest, hexToBytes(privateKey)));
}
