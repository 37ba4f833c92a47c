// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Machine, MachineLibrary } from "./Machine.sol";

/// @title Reads and writes in the machine's memory tree
/// @notice Leaves are the 32-byte words themselves, `node = keccak(left || right)`, of fixed depth.
library MemoryProof {
    using MachineLibrary for Machine;

    /// @notice The proof leads to another memory.
    error MemoryRootMismatch(bytes32 computed, bytes32 expected);

    /// @notice Root of the tree in which node `index` of some level is `node`; its `levels` siblings stand at `offset`.
    function climb(bytes32 node, uint256 index, uint256 levels, bytes calldata proof, uint256 offset)
        internal
        pure
        returns (bytes32)
    {
        uint256 end = offset + levels * 32;
        if (end > proof.length) revert MachineLibrary.ProofTooShort(end, proof.length);
        assembly ("memory-safe") {
            let s := add(proof.offset, offset)
            for { let i := 0 } lt(i, levels) { i := add(i, 1) } {
                let left := shl(5, and(shr(i, index), 1))
                mstore(left, node)
                mstore(xor(left, 32), calldataload(s))
                node := keccak256(0, 64)
                s := add(s, 32)
            }
        }
        return node;
    }

    /// @notice The leaf that holds `position`, checked against the memory root.
    function leaf(Machine memory m, uint256 position, bytes calldata proof) internal pure returns (bytes32 value) {
        value = m.word(proof);
        requireRoot(m, climb(value, position >> 5, m.memoryDepth, proof, m.offset));
        m.offset += m.memoryDepth * 32;
    }

    /// @notice Replaces the leaf that holds `position`.
    function replaceLeaf(Machine memory m, uint256 position, bytes32 value, bytes calldata proof) internal pure {
        update(m, position, 0, uint256(value), proof);
    }

    /// @notice `width` bytes (at most 8) at `position`, little-endian. The bytes may lie in two leaves.
    function load(Machine memory m, uint256 position, uint256 width, bytes calldata proof)
        internal
        pure
        returns (uint256)
    {
        uint256 shift = 8 * (position & 31);
        uint256 bits = uint256(leaf(m, position, proof)) << shift;
        if (shift + 8 * width > 256) bits |= uint256(leaf(m, position + 32, proof)) >> (256 - shift);
        return reverse(bits >> 192) & mask(width);
    }

    /// @notice Stores the low `width` bytes of `value` at `position`, little-endian.
    function store(Machine memory m, uint256 position, uint256 width, uint256 value, bytes calldata proof)
        internal
        pure
    {
        uint256 shift = 8 * (position & 31);
        uint256 bits = reverse(value & mask(width)) << 192;
        uint256 hole = ~(~uint256(0) << (256 - 8 * width)); // zero where the bytes go, if the shift were 0
        update(m, position, ~(~hole >> shift), bits >> shift, proof);
        if (shift + 8 * width > 256) {
            update(m, position + 32, ~(~hole << (256 - shift)), bits << (256 - shift), proof);
        }
    }

    /// @notice Bytes of an aligned range, checked against the memory root. The leaves stand in the proof, then the nodes
    /// that complete them: on each level the left neighbour if the run starts at an odd place, then the right one if it
    /// ends at an even place.
    function range(Machine memory m, uint256 position, uint256 length, bytes calldata proof)
        internal
        pure
        returns (bytes memory data)
    {
        if (length == 0) return "";
        uint256 first = position >> 5;
        uint256 last = (position + length - 1) >> 5;
        bytes calldata leaves = m.slice(proof, (last - first + 1) * 32);
        data = leaves[:length];
        requireRoot(m, rangeRoot(m, first, last, leaves, proof));
    }

    function rangeRoot(Machine memory m, uint256 first, uint256 last, bytes calldata leaves, bytes calldata proof)
        private
        pure
        returns (bytes32 node)
    {
        // one word of room before the nodes, one after
        bytes memory room = new bytes(leaves.length + 64);
        uint256 base;
        assembly ("memory-safe") {
            base := add(room, 64)
            calldatacopy(base, leaves.offset, leaves.length)
        }
        for (uint256 level = 0; level < m.memoryDepth; ++level) {
            uint256 start = base;
            if (first & 1 == 1) {
                start -= 32;
                bytes32 left = m.word(proof);
                assembly ("memory-safe") {
                    mstore(start, left)
                }
            }
            if (last & 1 == 0) {
                bytes32 right = m.word(proof);
                assembly ("memory-safe") {
                    mstore(add(base, shl(5, add(sub(last, first), 1))), right)
                }
            }
            first >>= 1;
            last >>= 1;
            assembly ("memory-safe") {
                let count := add(sub(last, first), 1)
                for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                    mstore(add(base, shl(5, i)), keccak256(add(start, shl(6, i)), 64))
                }
            }
        }
        assembly ("memory-safe") {
            node := mload(base)
        }
    }

    /// @dev Keeps the bits of the leaf that are set in `keep` and adds `bits`.
    function update(Machine memory m, uint256 position, uint256 keep, uint256 bits, bytes calldata proof) private pure {
        uint256 value = uint256(leaf(m, position, proof));
        uint256 siblings = m.offset - m.memoryDepth * 32;
        bytes32 changed = bytes32((value & keep) | bits);
        m.header.memoryRoot = climb(changed, position >> 5, m.memoryDepth, proof, siblings);
    }

    function requireRoot(Machine memory m, bytes32 computed) private pure {
        bytes32 expected = m.header.memoryRoot;
        if (computed != expected) revert MemoryRootMismatch(computed, expected);
    }

    function mask(uint256 width) private pure returns (uint256) {
        return (1 << (8 * width)) - 1;
    }

    /// @dev Byte order of a 64-bit value reversed.
    function reverse(uint256 v) private pure returns (uint256) {
        v = ((v & 0x00FF00FF00FF00FF) << 8) | ((v >> 8) & 0x00FF00FF00FF00FF);
        v = ((v & 0x0000FFFF0000FFFF) << 16) | ((v >> 16) & 0x0000FFFF0000FFFF);
        return ((v & 0xFFFFFFFF) << 32) | (v >> 32);
    }
}
