// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Sections } from "../../src/dispute/Sections.sol";
import { TestBase } from "../helpers/TestBase.sol";
import { SegmentTree } from "./SegmentTree.sol";

/// @title The contract's tree of segments against the plain one, for every number of segments
contract SectionsTest is TestBase {
    using Sections for Sections.Section;

    uint256 private constant DEGREE = 256;

    function cut(bytes32 first, bytes32[] calldata hashes) external pure returns (Sections.Section memory section) {
        bytes32 filled = keccak256("what other code left in memory");
        assembly ("memory-safe") {
            // The memory in which the tree is made need not be empty.
            for { let i := 0 } lt(i, 600) { i := add(i, 1) } { mstore(add(mload(0x40), shl(5, i)), filled) }
        }
        section.cut(hashes.length, DEGREE, first, hashes);
    }

    function open(IDisputeGame.Position calldata position, bytes32 expected)
        external
        pure
        returns (Sections.Section memory)
    {
        return Sections.open(position, 0, DEGREE, expected);
    }

    function test_cut_givesThePlainRoot() public view {
        for (uint256 segments = 1; segments <= DEGREE; ++segments) {
            bytes32[] memory hashes = _hashes(segments);
            bytes32 root = this.cut(hashes[0], SegmentTree.ends(hashes)).segmentRoot;
            assertEq(root, SegmentTree.root(hashes), "root");
        }
    }

    function test_fuzz_open_acceptsEachSegmentAndNoOther(uint256 segments, uint256 index, uint256 other) public {
        segments = bound(segments, 1, DEGREE);
        index = bound(index, 0, segments - 1);
        bytes32[] memory hashes = _hashes(segments);
        bytes32 expected = this.cut(hashes[0], SegmentTree.ends(hashes)).commit();
        IDisputeGame.Position memory position;
        (position.length, position.index) = (segments, index);
        (position.first, position.last) = (hashes[index], hashes[index + 1]);
        position.siblings = SegmentTree.proof(hashes, index);
        assertEq(this.open(position, expected).segmentRoot, SegmentTree.root(hashes), "opened");
        other = bound(other, 0, segments - 1);
        if (other == index) return;
        position.index = other;
        vm.expectPartialRevert(Sections.SectionMismatch.selector);
        this.open(position, expected);
    }

    function _hashes(uint256 segments) private pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](segments + 1);
        for (uint256 i = 0; i <= segments; ++i) {
            hashes[i] = keccak256(abi.encode(segments, i));
        }
    }
}
