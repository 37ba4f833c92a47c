import { parseAbi } from 'viem';

/** The part of the Inbox that derivation reads. */
export const inboxAbi = parseAbi([
  'struct ItemHeader { bytes32 previous; address poster; uint256 l1BlockNumber; uint256 l1Timestamp; uint256 l1BaseFee; uint256 l1BlobBaseFee; uint256 delayedCount; bytes32 delayedAccumulator; uint256 payloadKind; uint256 payloadWords; bytes32 payloadHash; }',
  'event ItemAppended(uint256 indexed index, bytes32 indexed itemHash, ItemHeader header)',
  'event DelayedMessage(uint256 indexed index, bytes32 indexed accumulator, address indexed sender, address to, uint256 mint, uint256 value, uint64 gasLimit, uint256 l1BlockNumber, uint256 l1Timestamp, bytes32 sourceHash, bytes data)',
  'function appendBatch(uint256 l1BlockNumber, bytes32 l1BlockHash, uint64 delayedCount, bytes32 delayedAccumulator, bytes words) returns (uint256)',
  'function appendEmpty() returns (uint256)',
  'function itemCount() view returns (uint256)',
  'function items(uint256 index) view returns (bytes32)',
  'function delayedCount() view returns (uint256)',
  'function delayedAccumulatorAt(uint256 count) view returns (bytes32)',
]);

/** The part of the Portal that derivation reads. */
export const portalAbi = parseAbi([
  'event TransactionDeposited(address indexed from, address indexed to, uint256 indexed version, bytes opaqueData)',
]);

/** The part of the Rollup that the prover compares with. */
export const rollupAbi = parseAbi([
  'struct State { bytes32 stateRoot; bytes32 headerHash; bytes32 programHash; uint64 blockNumber; uint64 itemIndex; }',
  'event AssertionCreated(uint256 indexed id, uint256 indexed parent, address indexed asserter, bytes32 outputRoot, State state, uint256 units, bytes32 lastItem)',
  'event AssertionConfirmed(uint256 indexed id, bytes32 outputRoot, uint256 blockNumber)',
  'event AssertionRejected(uint256 indexed id, address indexed winner)',
]);
