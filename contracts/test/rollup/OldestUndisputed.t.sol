// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { AssertionFixture } from "./AssertionFixture.sol";

/// @title What op-stack clients are told of assertions: the oldest that nobody disputes
contract OldestUndisputedTest is AssertionFixture {
    function test_oracle_listsOldestUndisputed() public {
        uint256 first = assertRoot(alice, 0, A);
        appendItems(2);
        uint256 second = assertRoot(alice, first, B);
        assertEq(oracle.getL2OutputIndexAfter(0), 0, "genesis");
        assertEq(oracle.getL2OutputIndexAfter(1), first, "block 1");
        assertEq(oracle.getL2OutputIndexAfter(4), second, "block 4");
        assertEq(oracle.latestOutputIndex(), second, "latest");
        assertEq(oracle.latestBlockNumber(), 5, "latest block");
        assertEq(oracle.nextBlockNumber(), 15, "next block");
        assertEq(oracle.nextOutputIndex(), 3, "next index");
        _expectNotProposed(6);
        rollup.onGameOpened(second);
        _expectNotProposed(4);
        uint256 rival = assertRoot(bob, 0, B, 3);
        _expectNotProposed(1);
        assertEq(oracle.latestOutputIndex(), 0, "only the genesis is undisputed");
        rollup.onGameLost(rival, carol);
        rollup.onGameWon(second);
        assertEq(oracle.getL2OutputIndexAfter(4), second, "decided");
    }

    function _expectNotProposed(uint256 number) private {
        vm.expectRevert("L2OutputOracle: cannot get output for a block that has not been proposed");
        oracle.getL2OutputIndexAfter(number);
    }

    /// @dev The search over the confirmed chain agrees with a plain scan.
    function test_fuzz_oracle_searchesConfirmed(uint256 seed) public {
        uint256 parent = 0;
        for (uint256 i = 0; i < 9; ++i) {
            appendItems(1 + uint256(keccak256(abi.encode(seed, i))) % 4);
            parent = assertRoot(alice, parent, keccak256(abi.encode(seed, i)));
            if (i < 6) confirmAfterWindow(parent);
        }
        uint256 last = rollup.assertion(parent).blockNumber;
        uint256 expected = 0;
        for (uint256 number = 0; number <= last; ++number) {
            while (rollup.assertion(expected).blockNumber < number) ++expected;
            assertEq(oracle.getL2OutputIndexAfter(number), expected, "index");
        }
        _expectNotProposed(last + 1);
    }
}
