// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../interfaces/IInbox.sol";
import { BlobOpening } from "./BlobOpening.sol";
import { Machine, MachineLibrary } from "./Machine.sol";
import { MemoryProof } from "./MemoryProof.sol";

/// @title Words of the input address space, checked against what L1 recorded (docs/spec/program.md)
/// @notice The machine commits to where its unit starts; everything else follows from the item's hash in the inbox.
library InputProof {
    using MachineLibrary for Machine;

    /// @notice The words are not those that the machine commits to, or not what the inbox recorded.
    error InputMismatch(bytes32 computed, bytes32 expected);

    uint256 private constant POSITION = 0;
    uint256 private constant ITEM = 1;
    uint256 private constant PAYLOAD = 2;
    uint256 private constant DELAYED = 3;
    uint256 private constant POSITION_WORDS = 4;
    uint256 private constant ITEM_WORDS = 11;
    uint256 private constant MESSAGE_WORDS = 9;
    // words of an item header
    uint256 private constant DELAYED_COUNT = 6;
    uint256 private constant PAYLOAD_KIND = 8;
    uint256 private constant PAYLOAD_WORDS = 9;
    uint256 private constant PAYLOAD_HASH = 10;
    uint256 private constant BLOBS = 1;
    uint256 private constant CALLDATA = 2;

    /// @dev An input address, the item of the unit, and where L1 recorded the inputs.
    struct Request {
        uint256 space;
        uint256 number;
        uint256 position;
        uint256 item;
        IInbox inbox;
    }

    /// @notice The input word at `index`; not ok where the machine traps.
    function read(Machine memory m, uint256 index, IInbox inbox, bytes calldata proof)
        internal
        view
        returns (bool ok, bytes32 value)
    {
        bytes calldata start = m.slice(proof, POSITION_WORDS * 32);
        requireHash(keccak256(start), m.header.inputRoot);
        Request memory r =
            Request(index >> 56, (index >> 16) & 0xffffffffff, index & 0xffff, uint256(wordAt(start, 1)), inbox);
        if (r.space == POSITION) {
            return
                r.number == 0 && r.position < POSITION_WORDS ? (true, wordAt(start, r.position)) : (false, bytes32(0));
        }
        if (r.space == ITEM) {
            if (r.number > r.item || r.position >= ITEM_WORDS) return (false, 0);
            return (true, wordAt(itemHeader(m, r.number, inbox, proof), r.position));
        }
        if (r.space == PAYLOAD && r.number == r.item) return payload(m, r, proof);
        if (r.space == DELAYED) return delayed(m, r, proof);
        return (false, 0);
    }

    function itemHeader(Machine memory m, uint256 item, IInbox inbox, bytes calldata proof)
        private
        view
        returns (bytes calldata header)
    {
        header = m.slice(proof, ITEM_WORDS * 32);
        requireHash(keccak256(header), inbox.items(item));
    }

    function payload(Machine memory m, Request memory r, bytes calldata proof) private view returns (bool, bytes32) {
        bytes calldata header = itemHeader(m, r.item, r.inbox, proof);
        uint256 kind = uint256(wordAt(header, PAYLOAD_KIND));
        uint256 count = uint256(wordAt(header, PAYLOAD_WORDS));
        if (r.position >= count || (kind != BLOBS && kind != CALLDATA)) return (false, 0);
        bytes32 expected = wordAt(header, PAYLOAD_HASH);
        if (kind == BLOBS) return (true, blobWord(m, r.position, expected, proof));
        return (true, calldataWord(m, r.position, count, expected, proof));
    }

    function calldataWord(Machine memory m, uint256 position, uint256 count, bytes32 expected, bytes calldata proof)
        private
        pure
        returns (bytes32 value)
    {
        value = m.word(proof);
        requireHash(MemoryProof.climb(value, position, depthFor(count), proof, m.offset), expected);
    }

    /// @dev Value, commitment and proof, then the versioned hashes up to the end of the step proof.
    function blobWord(Machine memory m, uint256 position, bytes32 expected, bytes calldata proof)
        private
        view
        returns (bytes32 value)
    {
        value = m.word(proof);
        bytes calldata opening = m.slice(proof, 96);
        bytes calldata hashes = m.slice(proof, proof.length - m.offset);
        requireHash(keccak256(hashes), expected);
        bytes32 versionedHash = wordAt(hashes, position / BlobOpening.ELEMENTS);
        BlobOpening.check(versionedHash, position % BlobOpening.ELEMENTS, value, opening);
    }

    /// @dev Header words, then the message's data up to the end of the step proof.
    function delayed(Machine memory m, Request memory r, bytes calldata proof) private view returns (bool, bytes32) {
        if (r.number >= uint256(wordAt(itemHeader(m, r.item, r.inbox, proof), DELAYED_COUNT))) return (false, 0);
        bytes calldata message = m.slice(proof, MESSAGE_WORDS * 32);
        bytes calldata data = m.slice(proof, proof.length - m.offset);
        bytes32 messageHash = keccak256(abi.encodePacked(message, keccak256(data)));
        bytes32 before = r.inbox.delayedAccumulatorAt(r.number);
        requireHash(keccak256(abi.encode(before, messageHash)), r.inbox.delayedAccumulatorAt(r.number + 1));
        if (r.position < MESSAGE_WORDS) return (true, wordAt(message, r.position));
        uint256 from = (r.position - MESSAGE_WORDS) * 32;
        return from < data.length ? (true, paddedWord(data, from)) : (false, bytes32(0));
    }

    function paddedWord(bytes calldata data, uint256 from) private pure returns (bytes32) {
        uint256 end = from + 32 < data.length ? from + 32 : data.length;
        return bytes32(data[from:end]);
    }

    function wordAt(bytes calldata words, uint256 index) private pure returns (bytes32) {
        return bytes32(words[index * 32:index * 32 + 32]);
    }

    /// @dev Levels of the calldata tree: ceil(log2(count)).
    function depthFor(uint256 count) private pure returns (uint256 levels) {
        while (1 << levels < count) ++levels;
    }

    function requireHash(bytes32 computed, bytes32 expected) private pure {
        if (computed != expected) revert InputMismatch(computed, expected);
    }
}
