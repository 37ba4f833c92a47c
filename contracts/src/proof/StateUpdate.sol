// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Machine, MachineLibrary } from "./Machine.sol";
import { StateProof } from "../libraries/StateProof.sol";

/// @title Reads and writes in the state tree during a step (docs/spec/state.md)
/// @notice The same proof shows the old value and, with the new leaf put in its place, the new root.
library StateUpdate {
    using MachineLibrary for Machine;

    /// @notice The proof has an impossible kind or depth, a leaf that cannot stand there, or TAG as a sibling.
    error MalformedStateProof();
    /// @notice The proof leads to another state.
    error StateRootMismatch(bytes32 computed, bytes32 expected);

    uint256 private constant MAX_DEPTH = 255;

    /// @dev A proof as it stands in the step proof.
    struct Opening {
        uint256 kind; // 0 empty, 1 the key's leaf, 2 another leaf
        uint256 count; // siblings
        bytes32 path;
        bytes32 otherPath;
        bytes32 value;
        uint256 siblings; // offset of the first one, the leaf's neighbour, in the step proof
    }

    /// @notice The word under `key`; zero if absent.
    function read(Machine memory m, bytes32 key, bytes calldata proof) internal view returns (bytes32 value) {
        Opening memory o = open(m, key, proof);
        return o.kind == 1 ? o.value : bytes32(0);
    }

    /// @notice Stores a word under `key`.
    function write(Machine memory m, bytes32 key, bytes32 value, bytes calldata proof) internal view {
        Opening memory o = open(m, key, proof);
        bytes32 node = StateProof.leaf(o.path, value);
        if (o.kind == 2) node = fork(o, node, StateProof.leaf(o.otherPath, o.value));
        m.header.stateRoot = climb(o, node, proof);
    }

    function open(Machine memory m, bytes32 key, bytes calldata proof) private view returns (Opening memory o) {
        bytes memory head = m.read(proof, 3);
        o.kind = uint8(head[0]);
        o.count = (uint256(uint8(head[1])) << 8) | uint8(head[2]);
        if (o.kind > 2 || o.count > MAX_DEPTH) revert MalformedStateProof();
        o.path = StateProof.hash(key);
        bytes32 node;
        if (o.kind == 2) {
            o.otherPath = m.word(proof);
            if (o.otherPath == o.path || !samePrefix(o.otherPath, o.path, o.count)) revert MalformedStateProof();
        }
        if (o.kind != 0) {
            o.value = m.word(proof);
            node = StateProof.leaf(o.kind == 1 ? o.path : o.otherPath, o.value);
        }
        o.siblings = m.offset;
        m.slice(proof, 32 * o.count);
        bytes32 computed = climb(o, node, proof);
        if (computed != m.header.stateRoot) revert StateRootMismatch(computed, m.header.stateRoot);
    }

    /// @dev The smallest subtree that holds both leaves, from the depth at which the other one stands.
    function fork(Opening memory o, bytes32 node, bytes32 other) private view returns (bytes32) {
        uint256 depth = o.count + 1;
        while (!differ(o.path, o.otherPath, depth)) ++depth;
        node = StateProof.parent(node, other, o.path, depth);
        while (--depth > o.count) node = StateProof.parent(node, 0, o.path, depth);
        return node;
    }

    /// @dev Refuses TAG as a sibling: a leaf is H(inner || TAG), so a stored value could be passed off as a subtree.
    function climb(Opening memory o, bytes32 node, bytes calldata proof) private view returns (bytes32) {
        (uint256 count, uint256 siblings) = (o.count, o.siblings);
        uint256 turns = uint256(o.path) >> (256 - count);
        bytes32 tag = StateProof.TAG;
        bool wrong;
        assembly ("memory-safe") {
            let sibling := add(proof.offset, siblings)
            for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                let other := calldataload(sibling)
                wrong := or(wrong, eq(other, tag))
                let side := shl(5, and(turns, 1))
                mstore(side, node)
                mstore(xor(side, 32), other)
                if iszero(staticcall(gas(), 2, 0, 64, 0, 32)) { revert(0, 0) }
                node := mload(0)
                turns := shr(1, turns)
                sibling := add(sibling, 32)
            }
        }
        if (wrong) revert MalformedStateProof();
        return node;
    }

    function differ(bytes32 a, bytes32 b, uint256 depth) private pure returns (bool) {
        return (uint256(a ^ b) >> (256 - depth)) & 1 == 1;
    }

    function samePrefix(bytes32 a, bytes32 b, uint256 bits) private pure returns (bool) {
        return bits == 0 || uint256(a ^ b) >> (256 - bits) == 0;
    }
}
