// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The Merkle tree of a section's segments, written plainly: what players do off chain
library SegmentTree {
    /// @notice Hashes at the ends of the segments: all but the first.
    function ends(bytes32[] memory hashes) internal pure returns (bytes32[] memory rest) {
        rest = new bytes32[](hashes.length - 1);
        for (uint256 i = 0; i < rest.length; ++i) {
            rest[i] = hashes[i + 1];
        }
    }

    function root(bytes32[] memory hashes) internal pure returns (bytes32) {
        bytes32[] memory row = leaves(hashes);
        while (row.length > 1) row = above(row);
        return row[0];
    }

    /// @notice Siblings of segment `index`, from the bottom up.
    function proof(bytes32[] memory hashes, uint256 index) internal pure returns (bytes32[] memory siblings) {
        bytes32[] memory row = leaves(hashes);
        uint256 depth = 0;
        while (1 << depth < row.length) ++depth;
        siblings = new bytes32[](depth);
        for (uint256 level = 0; level < depth; ++level) {
            siblings[level] = at(row, index ^ 1);
            index /= 2;
            row = above(row);
        }
    }

    function leaves(bytes32[] memory hashes) private pure returns (bytes32[] memory row) {
        row = new bytes32[](hashes.length - 1);
        for (uint256 i = 0; i < row.length; ++i) {
            row[i] = keccak256(abi.encode(hashes[i], hashes[i + 1]));
        }
    }

    function above(bytes32[] memory row) private pure returns (bytes32[] memory next) {
        next = new bytes32[]((row.length + 1) / 2);
        for (uint256 i = 0; i < next.length; ++i) {
            next[i] = keccak256(abi.encode(at(row, 2 * i), at(row, 2 * i + 1)));
        }
    }

    function at(bytes32[] memory row, uint256 index) private pure returns (bytes32) {
        return index < row.length ? row[index] : bytes32(0);
    }
}
