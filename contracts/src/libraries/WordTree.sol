// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Keccak tree over 32-byte words, padded with zero words to a power of two
library WordTree {
    /// @notice Root of the words of `data`. A single word is its own root.
    /// @param data Non-empty, its length a multiple of 32 (checked by the caller).
    /// @dev Hashes in place, level by level; a missing right node is the root of an all-zero subtree of that height.
    function root(bytes calldata data) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let base := mload(0x40)
            calldatacopy(base, data.offset, data.length)
            let count := shr(5, data.length)
            let zero := 0
            for { } gt(count, 1) { } {
                if and(count, 1) {
                    mstore(add(base, shl(5, count)), zero)
                    count := add(count, 1)
                }
                count := shr(1, count)
                for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                    mstore(add(base, shl(5, i)), keccak256(add(base, shl(6, i)), 64))
                }
                mstore(0, zero)
                mstore(32, zero)
                zero := keccak256(0, 64)
            }
            result := mload(base)
        }
    }
}
