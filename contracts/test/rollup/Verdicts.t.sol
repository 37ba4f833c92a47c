// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../../src/interfaces/IRollup.sol";
import { AssertionFixture } from "./AssertionFixture.sol";

/// @title What the verdict of a game does to an assertion, and who may give it
contract VerdictsTest is AssertionFixture {
    function test_onGameLost_bondIsHalvedAndLeavesTheContract() public {
        uint256 lie = assertRoot(bob, 0, B);
        uint256 before = carol.balance;
        rollup.onGameLost(lie, carol);
        vm.snapshotGasLastCall("Rollup", "onGameLost");
        assertEq(carol.balance - before, BOND / 2, "winner");
        assertEq(address(0xdEaD).balance, BOND / 2, "burned");
        assertEq(address(rollup).balance, 0, "nothing kept");
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotChallengeable.selector, lie));
        rollup.onGameLost(lie, carol);
    }

    function test_rejectOrphan_returnsTheBond() public {
        uint256 lie = assertRoot(bob, 0, B);
        appendItems(1);
        uint256 child = assertRoot(alice, lie, A);
        appendItems(1);
        uint256 grandchild = assertRoot(carol, child, B);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotOrphan.selector, child));
        rollup.rejectOrphan(child);
        rollup.onGameLost(lie, carol);
        assertTrue(rollup.isRejected(grandchild), "fell with its ancestor");
        assertTrue(!rollup.hasFallen(grandchild) && rollup.isChallengeable(grandchild), "not yet told");
        assertTrue(rollup.hasFallen(child) && !rollup.isChallengeable(child), "nothing to dispute");
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotOrphan.selector, grandchild));
        rollup.rejectOrphan(grandchild);
        uint256 before = alice.balance;
        rollup.rejectOrphan(child);
        assertEq(alice.balance - before, BOND, "child's bond");
        assertTrue(rollup.hasFallen(grandchild) && !rollup.isAtStake(grandchild), "its games are void");
        before = carol.balance;
        rollup.rejectOrphan(grandchild);
        assertEq(carol.balance - before, BOND, "grandchild's bond");
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotOrphan.selector, grandchild));
        rollup.rejectOrphan(grandchild);
        assertEq(address(rollup).balance, 0, "nothing kept");
    }

    function test_gameCalls_byStranger_revert() public {
        uint256 id = assertRoot(alice, 0, A);
        bytes memory expected = abi.encodeWithSelector(IRollup.NotDisputeGame.selector, bob);
        vm.prank(bob);
        vm.expectRevert(expected);
        rollup.onGameOpened(id);
        vm.prank(bob);
        vm.expectRevert(expected);
        rollup.onGameWon(id);
        vm.prank(bob);
        vm.expectRevert(expected);
        rollup.onGameLost(id, bob);
    }

    function test_onGameOpened_afterWindow_reverts() public {
        uint256 id = assertRoot(alice, 0, A);
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotChallengeable.selector, id));
        rollup.onGameOpened(id);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotChallengeable.selector, 0));
        rollup.onGameOpened(0);
        vm.expectRevert(abi.encodeWithSelector(IRollup.UnknownAssertion.selector, 9));
        rollup.onGameOpened(9);
    }
}
