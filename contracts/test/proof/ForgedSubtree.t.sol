// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { StateProof } from "../../src/libraries/StateProof.sol";
import { TestBase } from "../helpers/TestBase.sol";
import { TreeBuilder } from "../helpers/TreeBuilder.sol";

/// @title A stored value that is the hash of a leaf must not open as a subtree
/// @notice A leaf is `H(H(path || value) || TAG)`. Read as two branches, its children are `path`, `value` and TAG: whoever
/// may choose a value could put any leaf there, if a proof could name TAG as a sibling.
contract ForgedSubtreeTest is TestBase {
    function read(bytes32 root, bytes32 key, bytes memory proof) external view returns (bytes32) {
        return StateProof.read(root, key, proof);
    }

    /// @dev A key whose path turns left at TAG and right at the path of the honest leaf.
    function victim() private view returns (bytes32 key) {
        for (uint256 i = 0;; ++i) {
            key = keccak256(abi.encode(i));
            if (uint256(StateProof.hash(key)) >> 254 == 1) return key;
        }
    }

    function test_forgedSubtree_reverts() public {
        bytes32 stolen = bytes32(uint256(1_000_000 ether));
        bytes32 key = victim();
        bytes32 honest = keccak256("a key whose value I may choose");
        TreeBuilder tree = new TreeBuilder();
        tree.set(honest, StateProof.leaf(StateProof.hash(key), stolen));
        bytes memory forged = bytes.concat(hex"010002", stolen, StateProof.hash(honest), StateProof.TAG);
        bytes32 root = tree.root();
        // the hashes do add up: only the rule about TAG stands in the way
        bytes32 node = StateProof.leaf(StateProof.hash(key), stolen);
        assertEq(StateProof.hashPair(StateProof.hashPair(StateProof.hash(honest), node), StateProof.TAG), root, "root");
        vm.expectRevert(abi.encodeWithSelector(StateProof.MalformedStateProof.selector));
        this.read(root, key, forged);
    }
}
