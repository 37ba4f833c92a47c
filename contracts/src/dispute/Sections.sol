// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import { IDisputeGame } from "./IDisputeGame.sol";

/// @title A stretch of a trace, cut into segments of nearly equal length
/// @notice Segment `i` reaches from `length * i / segments` to `length * (i + 1) / segments` units or steps. On chain only a
/// commitment is kept, to the Merkle root of the segments (docs/spec/l1.md): who moves shows the one it disputes.
library Sections {
    using Sections for Section;

    /// @notice What is committed to: what the game is about, and what the last mover claims. Words only: `commit` hashes it
    /// as it lies in memory.
    /// @param segmentRoot Merkle root of the segments, each the hashes at its two ends.
    struct Section {
        uint256 gameId;
        address asserter;
        bytes32 program;
        uint64 endItem;
        IDisputeGame.Level level;
        uint256 length;
        uint256 segments;
        bytes32 segmentRoot;
    }

    /// @notice The position shown is not the one that stands: another move came first, or L1 was reorganised.
    error SectionMismatch(bytes32 computed, bytes32 expected);
    /// @notice There must be one hash for each segment.
    error WrongHashCount(uint256 count, uint256 expected);
    /// @notice There is no such segment.
    error NoSuchSegment(uint256 index, uint256 segments);
    /// @notice A Merkle proof must have one sibling for each level of the tree: ceil(log2(segments)).
    error WrongProofLength(uint256 siblings, uint256 segments);

    /// @notice Commitment to a section: `keccak256(abi.encode(section))`.
    function commit(Section memory section) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            result := keccak256(section, 256)
        }
    }

    /// @notice The section that a position is in. Reverts unless it is committed as `expected`.
    function open(IDisputeGame.Position calldata position, uint256 gameId, bytes32 expected)
        internal
        pure
        returns (Section memory section)
    {
        section = Section({
            gameId: gameId,
            asserter: position.asserter,
            program: position.program,
            endItem: position.endItem,
            level: position.level,
            length: position.length,
            segments: position.segments,
            segmentRoot: _climb(position)
        });
        bytes32 computed = section.commit();
        if (computed != expected) revert SectionMismatch(computed, expected);
    }

    /// @notice Replaces the stretch: `hashes` stand at the ends of its segments, `first` where the first of them starts.
    /// Reverts unless there are as many as a section of this length has at this degree.
    function cut(Section memory section, uint256 length, uint256 degree, bytes32 first, bytes32[] calldata hashes)
        internal
        pure
    {
        uint256 segments = length < degree ? length : degree;
        if (hashes.length != segments) revert WrongHashCount(hashes.length, segments);
        (section.length, section.segments) = (length, segments);
        section.segmentRoot = _rootOf(first, hashes);
    }

    /// @notice Units or steps of the segment shown.
    function segmentLength(IDisputeGame.Position calldata position) internal pure returns (uint256) {
        (uint256 length, uint256 segments, uint256 index) = (position.length, position.segments, position.index);
        return (length * (index + 1)) / segments - (length * index) / segments;
    }

    /// @notice A segment as a leaf of the tree; alone it is the root.
    function leaf(bytes32 first, bytes32 last) internal pure returns (bytes32) {
        return Hashes.efficientKeccak256(first, last);
    }

    /// @dev From the segment shown to the root of its section.
    function _climb(IDisputeGame.Position calldata position) private pure returns (bytes32 node) {
        uint256 index = position.index;
        if (index >= position.segments) revert NoSuchSegment(index, position.segments);
        bytes32[] calldata siblings = position.siblings;
        uint256 depth = siblings.length;
        // A shorter proof could open a node of the tree as if it were a segment.
        bool fits = 1 << depth >= position.segments && (depth == 0 || 1 << (depth - 1) < position.segments);
        if (!fits) revert WrongProofLength(depth, position.segments);
        node = leaf(position.first, position.last);
        for (uint256 i = 0; i < depth; ++i) {
            bool right = (index >> i) & 1 == 1;
            node = right ? Hashes.efficientKeccak256(siblings[i], node) : Hashes.efficientKeccak256(node, siblings[i]);
        }
    }

    /// @dev Hashes in place, level by level; a missing right node is zero.
    function _rootOf(bytes32 first, bytes32[] calldata hashes) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let base := mload(0x40)
            let count := hashes.length
            mstore(base, first)
            calldatacopy(add(base, 32), hashes.offset, shl(5, count))
            for {
                let node := base
                let end := add(base, shl(5, count))
            } lt(node, end) { node := add(node, 32) } {
                mstore(node, keccak256(node, 64))
            }
            for { } gt(count, 1) { } {
                if and(count, 1) {
                    mstore(add(base, shl(5, count)), 0)
                    count := add(count, 1)
                }
                count := shr(1, count)
                let pair := base
                for {
                    let node := base
                    let end := add(base, shl(5, count))
                } lt(node, end) { node := add(node, 32) } {
                    mstore(node, keccak256(pair, 64))
                    pair := add(pair, 64)
                }
            }
            result := mload(base)
        }
    }
}
