// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../interfaces/IInbox.sol";
import { WordTree } from "../libraries/WordTree.sol";

/// @title Inputs of the chain: delayed messages and items, each a hash chain kept per position
/// @notice Items are accepted from anyone. Who may order transactions is a rule of the program, so that it can be
/// disputed like any other.
contract Inbox is IInbox {
    /// @notice Longest calldata payload in bytes.
    uint256 public constant MAX_CALLDATA_PAYLOAD = 102_400;
    /// @dev Most blobs of one item: a word of a payload is addressed by 16 bits (docs/spec/program.md), whatever L1 lets into
    /// a transaction.
    uint256 private constant MAX_BLOBS = 16;
    uint256 private constant WORDS_PER_BLOB = 4096;
    uint256 private constant KIND_NONE = 0;
    uint256 private constant KIND_BLOBS = 1;
    uint256 private constant KIND_CALLDATA = 2;

    /// @notice The only sender of delayed messages.
    address public immutable PORTAL;

    bytes32[] private _items;
    bytes32[] private _delayed;

    constructor(address portal) {
        PORTAL = portal;
    }

    /// @inheritdoc IInbox
    function enqueue(
        address sender,
        address to,
        uint256 mintWei,
        uint256 valueWei,
        uint64 gasLimit,
        bytes calldata data
    ) external returns (uint256 index) {
        if (msg.sender != PORTAL) revert NotPortal(msg.sender);
        index = _delayed.length;
        MessageHeader memory header = MessageHeader({
            sender: sender,
            to: to,
            mint: mintWei,
            value: valueWei,
            gasLimit: gasLimit,
            l1BlockNumber: block.number,
            l1Timestamp: block.timestamp,
            sourceHash: keccak256(abi.encode(uint256(0), keccak256(abi.encode(index)))),
            dataLength: data.length
        });
        bytes32 message = keccak256(bytes.concat(abi.encode(header), keccak256(data)));
        bytes32 accumulator = keccak256(abi.encode(delayedAccumulatorAt(index), message));
        _delayed.push(accumulator);
        emit DelayedMessage(index, accumulator, sender, header, data);
    }

    /// @inheritdoc IInbox
    function appendBatch(
        uint256 l1BlockNumber,
        bytes32 l1BlockHash,
        uint64 delayedCount_,
        bytes32 delayedAccumulator,
        bytes calldata words
    ) external returns (uint256) {
        bytes32 actual = blockhash(l1BlockNumber);
        // Outside the last 256 blocks `blockhash` is zero; zero is never accepted.
        if (actual == 0 || actual != l1BlockHash) revert L1Reorganised(l1BlockNumber, l1BlockHash, actual);
        bytes32 accumulator = delayedCount_ <= _delayed.length ? delayedAccumulatorAt(delayedCount_) : bytes32(0);
        if (delayedCount_ > _delayed.length || accumulator != delayedAccumulator) {
            revert DelayedMessagesDiffer(delayedCount_, delayedAccumulator, accumulator);
        }
        (uint256 kind, uint256 count, bytes32 hash) = words.length == 0 ? _blobs() : _words(words);
        return _append(delayedCount_, delayedAccumulator, kind, count, hash);
    }

    /// @inheritdoc IInbox
    function appendEmpty() external returns (uint256) {
        uint256 count = _delayed.length;
        return _append(count, delayedAccumulatorAt(count), KIND_NONE, 0, 0);
    }

    /// @inheritdoc IInbox
    function itemCount() external view returns (uint256) {
        return _items.length;
    }

    /// @inheritdoc IInbox
    function items(uint256 index) external view returns (bytes32) {
        return _items[index];
    }

    /// @inheritdoc IInbox
    function delayedCount() external view returns (uint256) {
        return _delayed.length;
    }

    /// @inheritdoc IInbox
    function delayedAccumulatorAt(uint256 count) public view returns (bytes32) {
        return count == 0 ? bytes32(0) : _delayed[count - 1];
    }

    function _append(uint256 messages, bytes32 accumulator, uint256 kind, uint256 words, bytes32 payload)
        private
        returns (uint256 index)
    {
        index = _items.length;
        ItemHeader memory header = ItemHeader({
            previous: index == 0 ? bytes32(0) : _items[index - 1],
            poster: msg.sender,
            l1BlockNumber: block.number,
            l1Timestamp: block.timestamp,
            l1BaseFee: block.basefee,
            l1BlobBaseFee: block.blobbasefee,
            delayedCount: messages,
            delayedAccumulator: accumulator,
            payloadKind: kind,
            payloadWords: words,
            payloadHash: payload
        });
        bytes32 itemHash = keccak256(abi.encode(header));
        _items.push(itemHash);
        emit ItemAppended(index, itemHash, header);
    }

    function _blobs() private view returns (uint256, uint256, bytes32) {
        bytes memory hashes;
        uint256 count;
        for (bytes32 hash = blobhash(0); hash != 0; hash = blobhash(count)) {
            hashes = bytes.concat(hashes, hash);
            ++count;
        }
        if (count == 0) revert EmptyPayload();
        if (count > MAX_BLOBS) revert TooManyBlobs(count, MAX_BLOBS);
        return (KIND_BLOBS, count * WORDS_PER_BLOB, keccak256(hashes));
    }

    /// @dev Only what an account without code sends itself is in the transaction's own data, where every node can read it
    /// without traces. An account that delegates to code (EIP-7702) can be its own caller, so it does not count.
    function _words(bytes calldata words) private view returns (uint256, uint256, bytes32) {
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert WordsNotInTransaction(msg.sender);
        if (words.length > MAX_CALLDATA_PAYLOAD || words.length % 32 != 0) revert InvalidPayloadLength(words.length);
        return (KIND_CALLDATA, words.length / 32, WordTree.root(words));
    }
}
