// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { StateProof } from "../src/libraries/StateProof.sol";
import { TestBase } from "./helpers/TestBase.sol";
import { TreeBuilder } from "./helpers/TreeBuilder.sol";

/// @title State proofs: complete for what is there and what is not, and nothing else passes (fault H2)
contract StateProofTest is TestBase {
    TreeBuilder private tree;

    function setUp() public {
        tree = new TreeBuilder();
        for (uint256 i = 0; i < 12; ++i) {
            tree.set(_key(i), bytes32(i + 1));
        }
    }

    function read(bytes32 root, bytes32 key, bytes memory proof) external view returns (bytes32) {
        return StateProof.read(root, key, proof);
    }

    function _key(uint256 i) private pure returns (bytes32) {
        return keccak256(abi.encode("key", i));
    }

    function test_fuzz_read_everyKey(uint256 i) public view {
        i = bound(i, 0, 40);
        bytes32 expected = i < 12 ? bytes32(i + 1) : bytes32(0);
        assertEq(StateProof.read(tree.root(), _key(i), tree.proofOf(_key(i))), expected, "value");
    }

    function test_read_emptyTree() public view {
        assertEq(StateProof.read(0, _key(0), hex"000000"), 0, "nothing in an empty tree");
    }

    /// @dev One changed byte anywhere: never accepted with another value.
    function test_fuzz_read_mutatedProof(uint256 i, uint256 position, uint8 change) public {
        i = bound(i, 0, 40);
        bytes memory proof = tree.proofOf(_key(i));
        bytes32 root = tree.root();
        position = bound(position, 0, proof.length - 1);
        proof[position] ^= bytes1(uint8(bound(change, 1, 255)));
        vm.expectRevert();
        this.read(root, _key(i), proof);
    }

    function test_fuzz_read_otherLength_reverts(uint256 i, bytes memory extra) public {
        vm.assume(extra.length > 0);
        bytes memory proof = bytes.concat(tree.proofOf(_key(bound(i, 0, 40))), extra);
        bytes32 root = tree.root();
        vm.expectRevert(abi.encodeWithSelector(StateProof.MalformedStateProof.selector));
        this.read(root, _key(bound(i, 0, 40)), proof);
    }

    function test_fuzz_read_truncated_reverts(uint256 i, uint256 length) public {
        bytes32 key = _key(bound(i, 0, 40));
        bytes memory whole = tree.proofOf(key);
        bytes memory proof = new bytes(bound(length, 0, whole.length - 1));
        for (uint256 j = 0; j < proof.length; ++j) {
            proof[j] = whole[j];
        }
        bytes32 root = tree.root();
        vm.expectRevert(abi.encodeWithSelector(StateProof.MalformedStateProof.selector));
        this.read(root, key, proof);
    }

    function test_fuzz_read_wrongRoot_reverts(bytes32 root) public {
        bytes memory proof = tree.proofOf(_key(0));
        vm.assume(root != tree.root());
        vm.expectPartialRevert(StateProof.StateRootMismatch.selector);
        this.read(root, _key(0), proof);
    }

    /// @dev Another leaf's proof does not show absence unless that leaf blocks the way.
    function test_read_otherLeafOnAnotherPath_reverts() public {
        bytes memory proof = tree.proofOf(_key(0));
        uint256 count = (uint256(uint8(proof[1])) << 8) | uint8(proof[2]);
        bytes memory siblings = new bytes(32 * count);
        for (uint256 i = 0; i < siblings.length; ++i) {
            siblings[i] = proof[35 + i];
        }
        bytes memory forged =
            bytes.concat(hex"02", bytes2(uint16(count)), StateProof.hash(_key(0)), bytes32(uint256(1)), siblings);
        bytes32 root = tree.root();
        for (uint256 i = 1; i < 12; ++i) {
            vm.expectRevert(abi.encodeWithSelector(StateProof.MalformedStateProof.selector));
            this.read(root, _key(i), forged);
        }
        vm.expectRevert(abi.encodeWithSelector(StateProof.MalformedStateProof.selector));
        this.read(root, _key(0), forged);
    }

    /// @dev The preimage of a leaf cannot be passed off as a branch, which would hide the leaf.
    function test_read_leafReadAsBranch_reverts() public {
        TreeBuilder single = new TreeBuilder();
        single.set(_key(0), bytes32(uint256(1)));
        bytes32 inner = StateProof.hashPair(StateProof.hash(_key(0)), bytes32(uint256(1)));
        bytes32 root = single.root();
        // Node of depth 1 on the right, TAG, or on the left, the inner hash: neither is the empty node or a leaf.
        for (uint256 i = 0; i < 8; ++i) {
            bytes32 sibling = i % 2 == 0 ? inner : StateProof.TAG;
            bool tag = sibling == StateProof.TAG;
            vm.expectPartialRevert(
                tag ? StateProof.MalformedStateProof.selector : StateProof.StateRootMismatch.selector
            );
            this.read(root, _key(i + 1), bytes.concat(hex"000001", sibling));
        }
    }

    function test_read_unknownKindOrDepth_reverts() public {
        bytes32 root = tree.root();
        vm.expectRevert(abi.encodeWithSelector(StateProof.MalformedStateProof.selector));
        this.read(root, _key(0), bytes.concat(hex"030000", new bytes(96)));
        vm.expectRevert(abi.encodeWithSelector(StateProof.MalformedStateProof.selector));
        this.read(root, _key(0), bytes.concat(hex"000100", new bytes(256 * 32)));
    }
}
