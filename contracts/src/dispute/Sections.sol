// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import { IDisputeGame } from "./IDisputeGame.sol";
import { Turn } from "./Turns.sol";

/// @title A stretch of a trace, cut into segments of nearly equal length
/// @notice There are as many as the degree, or one a unit or step where it is shorter. Segment `i` reaches from
/// `length * i / segments` to `length * (i + 1) / segments` units or steps. On chain only a commitment is kept, to the Merkle
/// root of the segments (docs/spec/l1.md): who moves shows the one it disputes.
library Sections {
    using Sections for Section;

    /// @notice What is committed to: what the game is about, whose move it is, and what the last mover claims. Words only:
    /// `commit` hashes it as it lies in memory.
    /// @param segmentRoot Merkle root of the segments, each the hashes at its two ends.
    struct Section {
        uint256 gameId;
        Turn turn;
        address asserter;
        bytes32 program;
        uint64 endItem;
        IDisputeGame.Level level;
        uint256 length;
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
    function open(IDisputeGame.Position calldata position, uint256 gameId, uint256 degree, bytes32 expected)
        internal
        pure
        returns (Section memory section)
    {
        section = Section({
            gameId: gameId,
            turn: position.turn,
            asserter: position.asserter,
            program: position.program,
            endItem: position.endItem,
            level: position.level,
            length: position.length,
            segmentRoot: _climb(position, segmentsOf(position.length, degree))
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
        uint256 segments = segmentsOf(length, degree);
        if (hashes.length != segments) revert WrongHashCount(hashes.length, segments);
        section.length = length;
        section.segmentRoot = _rootOf(first, hashes);
    }

    /// @notice Number of segments into which a stretch is cut.
    function segmentsOf(uint256 length, uint256 degree) internal pure returns (uint256) {
        return length < degree ? length : degree;
    }

    /// @notice Units or steps of the segment shown, of a position that is known to stand.
    function segmentLength(IDisputeGame.Position calldata position, uint256 degree) internal pure returns (uint256) {
        (uint256 length, uint256 index) = (position.length, position.index);
        uint256 segments = segmentsOf(length, degree);
        // No stretch is longer than 2^32 and no index above 255.
        unchecked {
            return (length * (index + 1)) / segments - (length * index) / segments;
        }
    }

    /// @notice A segment as a leaf of the tree; alone it is the root.
    function leaf(bytes32 first, bytes32 last) internal pure returns (bytes32) {
        return Hashes.efficientKeccak256(first, last);
    }

    /// @dev From the segment shown to the root of its section.
    function _climb(IDisputeGame.Position calldata position, uint256 segments) private pure returns (bytes32 node) {
        uint256 index = position.index;
        if (index >= segments) revert NoSuchSegment(index, segments);
        bytes32[] calldata siblings = position.siblings;
        uint256 depth = siblings.length;
        // A shorter proof could open a node of the tree as if it were a segment.
        bool fits = 1 << depth >= segments && (depth == 0 || 1 << (depth - 1) < segments);
        if (!fits) revert WrongProofLength(depth, segments);
        node = leaf(position.first, position.last);
        assembly ("memory-safe") {
            for { let i := 0 } lt(i, depth) { i := add(i, 1) } {
                // Where the node goes in the scratch space: 0 on the left, 32 on the right.
                let place := shl(5, and(shr(i, index), 1))
                mstore(place, node)
                mstore(xor(place, 32), calldataload(add(siblings.offset, shl(5, i))))
                node := keccak256(0, 64)
            }
        }
    }

    /// @dev Hashes in place, row by row; a missing right node is zero.
    function _rootOf(bytes32 first, bytes32[] calldata hashes) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            // Two nodes a round: the loop costs as much as the hash. One too many is never read, or zero is written over it.
            function hashRow(row, count, step) {
                let pair := row
                let end := add(row, shl(5, count))
                for { let node := row } lt(node, end) { node := add(node, 64) } {
                    mstore(node, keccak256(pair, 64))
                    pair := add(pair, step)
                    mstore(add(node, 32), keccak256(pair, 64))
                    pair := add(pair, step)
                }
            }
            let row := mload(0x40)
            let count := hashes.length
            mstore(row, first)
            calldatacopy(add(row, 32), hashes.offset, shl(5, count))
            hashRow(row, count, 32)
            for { } gt(count, 1) { } {
                if and(count, 1) {
                    mstore(add(row, shl(5, count)), 0)
                    count := add(count, 1)
                }
                count := shr(1, count)
                hashRow(row, count, 64)
            }
            result := mload(row)
        }
    }
}
