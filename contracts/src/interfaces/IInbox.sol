// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title All inputs of the chain, in order, as two hash chains
interface IInbox {
    /// @notice What one item commits to (docs/spec/batch.md, "Item header").
    /// @param previous Hash of the item before, zero for the first.
    /// @param l1BaseFee Wei per gas.
    /// @param l1BlobBaseFee Wei per blob gas.
    /// @param delayedCount Messages this item may consume, counted from the first message of the chain.
    /// @param delayedAccumulator Accumulator of the delayed messages at that count.
    /// @param payloadKind 0 none, 1 blobs, 2 calldata.
    /// @param payloadWords Number of 32-byte words of the payload.
    /// @param payloadHash Blobs: keccak of the versioned hashes; calldata: Merkle root of the words; none: zero.
    struct ItemHeader {
        bytes32 previous;
        address poster;
        uint256 l1BlockNumber;
        uint256 l1Timestamp;
        uint256 l1BaseFee;
        uint256 l1BlobBaseFee;
        uint256 delayedCount;
        bytes32 delayedAccumulator;
        uint256 payloadKind;
        uint256 payloadWords;
        bytes32 payloadHash;
    }

    /// @notice Words 0 to 8 of a delayed message; its data follows them.
    /// @param sender Sender as L2 sees it: contracts are aliased.
    /// @param mint Wei credited to the sender.
    /// @param value Wei sent with the call.
    /// @param gasLimit L2 gas.
    /// @param sourceHash Identifies the deposit, made from its index.
    /// @param dataLength Bytes.
    struct MessageHeader {
        address sender;
        address to;
        uint256 mint;
        uint256 value;
        uint256 gasLimit;
        uint256 l1BlockNumber;
        uint256 l1Timestamp;
        bytes32 sourceHash;
        uint256 dataLength;
    }

    /// @notice An item was appended. For payload kind 2 the words are the argument `words` of the transaction itself.
    event ItemAppended(uint256 indexed index, bytes32 indexed itemHash, ItemHeader header);

    /// @notice A delayed message was queued (docs/spec/l1.md, "Delayed messages").
    event DelayedMessage(
        uint256 indexed index, bytes32 indexed accumulator, address indexed sender, MessageHeader header, bytes data
    );

    /// @notice Only the portal queues delayed messages.
    error NotPortal(address caller);
    /// @notice L1 no longer has the block the poster built on, or it is older than 256 blocks.
    error L1Reorganised(uint256 l1BlockNumber, bytes32 expected, bytes32 actual);
    /// @notice The delayed messages at `count` are not those the poster saw.
    error DelayedMessagesDiffer(uint256 count, bytes32 expected, bytes32 actual);
    /// @notice A batch needs blobs or words.
    error EmptyPayload();
    /// @notice More blobs in the transaction than an item can hold.
    error TooManyBlobs(uint256 count, uint256 maximum);
    /// @notice Words come from accounts without code only, in a call of the transaction itself.
    error WordsNotInTransaction(address caller);
    /// @notice Calldata payload too long, or not a whole number of words.
    error InvalidPayloadLength(uint256 length);

    /// @notice Queues a message for L2.
    /// @param sender Sender as L2 sees it.
    /// @param mintWei Wei to credit to the sender.
    /// @param valueWei Wei to send with the call.
    /// @return index Position of the message, from 0.
    function enqueue(
        address sender,
        address to,
        uint256 mintWei,
        uint256 valueWei,
        uint64 gasLimit,
        bytes calldata data
    ) external returns (uint256 index);

    /// @notice Appends a batch: the blobs of this transaction if `words` is empty, else `words`. Contracts may append blobs.
    /// @param l1BlockNumber A recent block the poster builds on, with its hash: if L1 replaced it, this reverts.
    /// @param delayedCount Messages the batch may consume, with the accumulator the poster saw at that count.
    /// @return index Position of the item, from 0.
    function appendBatch(
        uint256 l1BlockNumber,
        bytes32 l1BlockHash,
        uint64 delayedCount,
        bytes32 delayedAccumulator,
        bytes calldata words
    ) external returns (uint256 index);

    /// @notice Appends an item without payload that may consume all messages so far. Anyone may, so that overdue
    /// messages need no operator.
    function appendEmpty() external returns (uint256 index);

    /// @notice Number of items.
    function itemCount() external view returns (uint256);

    /// @notice Hash of item `index`; reverts when there is none.
    function items(uint256 index) external view returns (bytes32);

    /// @notice Number of delayed messages.
    function delayedCount() external view returns (uint256);

    /// @notice Accumulator after the first `count` messages; zero for 0; reverts beyond the last.
    function delayedAccumulatorAt(uint256 count) external view returns (bytes32);
}
