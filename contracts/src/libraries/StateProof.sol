// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Proofs in the state tree (docs/spec/state.md)
/// @notice `kind u8, siblings u16`, for kind 1 the value, for kind 2 path and value of the leaf that stands there
/// instead, then the siblings from the leaf up.
library StateProof {
    /// @notice The proof has the wrong length, kind or depth, or names a leaf that cannot stand there.
    error MalformedStateProof();
    /// @notice The proof is well formed but leads to another root.
    error StateRootMismatch(bytes32 computed, bytes32 expected);

    /// @notice Keeps the preimage of a leaf from being read as two children.
    bytes32 internal constant TAG = "MetaChain state leaf v1";
    uint256 internal constant HEADER_LENGTH = 3;
    uint256 internal constant MAX_DEPTH = 255;
    uint8 internal constant EMPTY = 0;
    uint8 internal constant LEAF = 1;
    uint8 internal constant OTHER_LEAF = 2;

    /// @notice The word stored under `key` in the tree with this root; zero if absent. Reverts unless the proof is exact.
    function read(bytes32 stateRoot, bytes32 key, bytes memory proof) internal view returns (bytes32 value) {
        (uint8 kind, uint256 count, uint256 siblings) = _header(proof);
        bytes32 path = hash(key);
        bytes32 node;
        if (kind == LEAF) {
            value = _word(proof, HEADER_LENGTH);
            node = leaf(path, value);
        } else if (kind == OTHER_LEAF) {
            bytes32 otherPath = _word(proof, HEADER_LENGTH);
            if (otherPath == path || !_samePrefix(otherPath, path, count)) revert MalformedStateProof();
            node = leaf(otherPath, _word(proof, HEADER_LENGTH + 32));
        }
        bytes32 computed = _climb(node, path, proof, siblings, count);
        if (computed != stateRoot) revert StateRootMismatch(computed, stateRoot);
    }

    /// @notice SHA-256 of one word.
    function hash(bytes32 word) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            mstore(0, word)
            if iszero(staticcall(gas(), 2, 0, 32, 0, 32)) { revert(0, 0) }
            digest := mload(0)
        }
    }

    /// @notice SHA-256 of two words.
    function hashPair(bytes32 left, bytes32 right) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            mstore(0, left)
            mstore(32, right)
            if iszero(staticcall(gas(), 2, 0, 64, 0, 32)) { revert(0, 0) }
            digest := mload(0)
        }
    }

    /// @notice Node of a leaf.
    function leaf(bytes32 path, bytes32 value) internal view returns (bytes32) {
        return hashPair(hashPair(path, value), TAG);
    }

    /// @notice Node above `node`, which stands at `depth` on `path` beside `sibling`. Bit 0 is the most significant.
    function parent(bytes32 node, bytes32 sibling, bytes32 path, uint256 depth) internal view returns (bytes32) {
        bool right = (uint256(path) >> (256 - depth)) & 1 == 1;
        return right ? hashPair(sibling, node) : hashPair(node, sibling);
    }

    function _header(bytes memory proof) private pure returns (uint8 kind, uint256 count, uint256 siblings) {
        if (proof.length < HEADER_LENGTH) revert MalformedStateProof();
        kind = uint8(proof[0]);
        count = (uint256(uint8(proof[1])) << 8) | uint8(proof[2]);
        if (kind > OTHER_LEAF || count > MAX_DEPTH) revert MalformedStateProof();
        siblings = HEADER_LENGTH + 32 * uint256(kind);
        if (proof.length != siblings + 32 * count) revert MalformedStateProof();
    }

    function _climb(bytes32 node, bytes32 path, bytes memory proof, uint256 offset, uint256 count)
        private
        view
        returns (bytes32)
    {
        for (uint256 i = 0; i < count; ++i) {
            bytes32 sibling = _word(proof, offset + 32 * i);
            // a leaf is H(inner || TAG): with TAG as a sibling, a stored value could be passed off as a subtree
            if (sibling == TAG) revert MalformedStateProof();
            node = parent(node, sibling, path, count - i);
        }
        return node;
    }

    function _samePrefix(bytes32 a, bytes32 b, uint256 bits) private pure returns (bool) {
        return bits == 0 || uint256(a ^ b) >> (256 - bits) == 0;
    }

    /// @dev Within bounds: the header fixed the exact length.
    function _word(bytes memory data, uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), offset))
        }
    }
}
