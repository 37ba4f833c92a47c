// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../../src/interfaces/IRollup.sol";
import { AssertionFixture } from "./AssertionFixture.sol";

/// @title Several bonds behind one claim: each stands, falls and comes back by itself, the claim with the last of them
contract CopiesTest is AssertionFixture {
    uint256 private original;
    uint256 private copy;

    /// @dev Alice claims first, Bob the same half a window later.
    function setUp() public override {
        super.setUp();
        original = assertRoot(alice, 0, A);
        vm.warp(block.timestamp + WINDOW / 2);
        copy = assertRoot(bob, 0, A);
    }

    function test_copy_isAnAssertionOfItsOwn() public {
        IRollup.Assertion memory made = rollup.assertion(copy);
        assertEq(made.original, original, "original");
        assertEq(made.bondOwner, bob, "bond owner");
        assertEq(made.createdAt, block.timestamp, "a window of its own");
        assertEq(made.parent, 0, "parent");
        assertEq(rollup.assertion(original).original, 0, "the first is the claim itself");
        assertEq(address(rollup).balance, 2 * BOND, "two bonds");
        IRollup.Assertion memory parent = rollup.assertion(0);
        assertEq(parent.children, 1, "no rival");
        assertEq(parent.lastChild, original, "not among the children");
    }

    /// @dev Whose copies these are does not matter, nor how many there are.
    function test_copy_ofACopyAndOfOnesOwn() public {
        vm.expectEmit();
        emit IRollup.AssertionCopied(3, original);
        assertEq(rollup.assertion(assertRoot(alice, 0, A)).original, original, "third");
        assertEq(rollup.assertion(assertRoot(bob, 0, A)).original, original, "fourth");
        assertEq(rollup.assertion(0).children, 1, "one claim");
    }

    /// @dev The time in which anything may be put beside the first claim does not grow by copies of it.
    function test_copy_afterTheFirstWindow_reverts() public {
        bytes32 parentRoot = _genesis();
        bytes32 last = inbox.items(2);
        rollup.onGameLost(original, carol);
        vm.warp(block.timestamp + WINDOW / 2 - 1);
        _claim(0, parentRoot, state(A, 3, 3), last);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.SiblingTooLate.selector, original));
        _claim(0, parentRoot, state(A, 3, 3), last);
        vm.expectRevert(abi.encodeWithSelector(IRollup.SiblingTooLate.selector, original));
        _claim(0, parentRoot, state(B, 3, 3), last);
    }

    /// @dev A claim that fell is no original any more.
    function test_copy_ofWhatFell_isAClaimOfItsOwn() public {
        rollup.onGameLost(original, carol);
        rollup.onGameLost(copy, carol);
        uint256 again = assertRoot(carol, 0, A);
        assertRoot(bob, 0, A);
        vm.snapshotGasLastCall("Rollup", "assertState, the first copy of a claim");
        assertEq(rollup.assertion(again).original, 0, "the claim itself");
        confirmAfterWindow(again);
        assertEq(rollup.latestConfirmed(), again, "confirmed");
    }

    /// @dev The attack: the owner of the first claim of the truth loses to himself at the last second. The copy is confirmed
    /// when its own window is over, and what was built on the claim never notices.
    function test_ownerLosesToHimselfAtTheLastSecond_copyIsConfirmedOnTime() public {
        appendItems(1);
        uint256 child = assertRoot(bob, original, B);
        rollup.onGameOpened(original);
        vm.warp(uint256(rollup.assertion(original).createdAt) + WINDOW - 1);
        rollup.onGameLost(original, alice);
        assertTrue(rollup.assertion(original).status == IRollup.Status.Outlived, "outlived");
        assertTrue(!rollup.isRejected(original) && !rollup.isRejected(child), "the claim stands");
        assertEq(address(rollup).balance, 2 * BOND, "half a bond burned, half paid");
        uint256 before = bob.balance;
        confirmAfterWindow(copy);
        vm.snapshotGasLastCall("Rollup", "confirm, through a copy");
        assertEq(bob.balance - before, BOND, "bond back");
        assertEq(rollup.latestConfirmed(), original, "the claim is what is confirmed");
        assertTrue(rollup.isConfirmed(original) && rollup.isConfirmed(copy), "under both numbers");
        confirmAfterWindow(child);
        assertEq(address(rollup).balance, 0, "nothing kept");
    }

    /// @dev A game against one bond hinders that bond alone.
    function test_confirm_besideAGameAboutTheOriginal() public {
        rollup.onGameOpened(original);
        vm.warp(uint256(rollup.assertion(copy).createdAt) + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.Disputed.selector, original, 0, 1));
        rollup.confirm(original);
        vm.expectEmit();
        emit IRollup.BondReturned(copy);
        vm.expectEmit();
        emit IRollup.AssertionConfirmed(original, rollup.assertion(original).outputRoot, 3);
        rollup.confirm(copy);
        assertTrue(rollup.assertion(original).status == IRollup.Status.Bonded, "bond still held");
        assertTrue(rollup.isAtStake(original) && !rollup.isAtStake(copy), "one bond at stake");
        assertEq(address(rollup).balance, BOND, "one bond held");
    }

    function test_confirm_besideAGameAboutACopy() public {
        rollup.onGameOpened(copy);
        vm.warp(uint256(rollup.assertion(copy).createdAt) + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.Disputed.selector, copy, 0, 1));
        rollup.confirm(copy);
        rollup.confirm(original);
        assertTrue(rollup.isConfirmed(copy), "its claim is confirmed");
        assertTrue(rollup.isAtStake(copy) && !rollup.isAtStake(original), "one bond at stake");
    }

    /// @dev The window that counts is that of whose number is given.
    function test_confirm_windowIsTheCopysOwn() public {
        rollup.onGameLost(original, carol);
        uint256 end = uint256(rollup.assertion(copy).createdAt) + WINDOW;
        vm.warp(end - 1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WindowOpen.selector, copy, end));
        rollup.confirm(copy);
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotConfirmable.selector, original));
        rollup.confirm(original);
        rollup.confirm(copy);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotConfirmable.selector, copy));
        rollup.confirm(copy);
    }

    /// @dev A rival blocks the claim, through whichever bond.
    function test_confirm_copyBlockedByRival() public {
        uint256 rival = assertRoot(carol, 0, B);
        vm.warp(uint256(rollup.assertion(copy).createdAt) + 2 * WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.Disputed.selector, copy, 1, 0));
        rollup.confirm(copy);
        assertTrue(rollup.isChallengeable(copy) && rollup.isChallengeable(original), "open while the rival stands");
        rollup.onGameLost(rival, bob);
        rollup.confirm(copy);
    }

    function test_assertAndConfirm_throughACopy() public {
        vm.warp(uint256(rollup.assertion(copy).createdAt) + WINDOW);
        rollup.onGameLost(original, carol);
        bytes32 root = rollup.assertion(original).outputRoot;
        for (uint256 i = 0; i < 2; ++i) {
            // The second time somebody was faster.
            vm.prank(bob);
            rollup.assertAndConfirm{ value: BOND }(copy, root, _next(i), inbox.items(3), copy);
        }
        assertEq(rollup.latestConfirmed(), original, "confirmed");
        assertEq(rollup.assertion(original).children, 2, "both hang on the original");
        assertEq(rollup.assertion(3).parent, original, "not on the copy that was named");
    }

    function _next(uint256 salt) private returns (IRollup.State memory) {
        if (inbox.itemCount() == 3) appendItems(1);
        return state(keccak256(abi.encode(salt)), 4, 4);
    }

    function test_claimFallsWithItsLastBond() public {
        rollup.onGameLost(copy, carol);
        assertTrue(rollup.assertion(copy).status == IRollup.Status.Rejected, "the copy's bond is gone");
        assertTrue(!rollup.isRejected(copy) && !rollup.isAtStake(copy), "the claim stands");
        vm.expectEmit();
        emit IRollup.AssertionRejected(original, carol);
        rollup.onGameLost(original, carol);
        _expectFallen();
    }

    function test_claimFallsWithItsLastCopy() public {
        uint256 third = assertRoot(carol, 0, A);
        rollup.onGameLost(original, carol);
        rollup.onGameLost(third, carol);
        assertTrue(!rollup.isRejected(original), "one bond stands");
        vm.expectEmit();
        emit IRollup.BondLost(copy, carol);
        vm.expectEmit();
        emit IRollup.AssertionRejected(original, carol);
        rollup.onGameLost(copy, carol);
        _expectFallen();
    }

    function _expectFallen() private {
        assertTrue(rollup.isRejected(original) && rollup.isRejected(copy), "fallen under both numbers");
        assertEq(rollup.assertion(0).children, 0, "no child stands");
        assertEq(address(rollup).balance, 0, "nothing kept");
        for (uint256 id = original; id <= copy; ++id) {
            vm.expectRevert(abi.encodeWithSelector(IRollup.NotChallengeable.selector, id));
            rollup.onGameLost(id, carol);
            vm.expectRevert(abi.encodeWithSelector(IRollup.BondNotDue.selector, id));
            rollup.returnBond(id);
        }
    }

    function test_returnBond_ofACopyOfWhatIsConfirmed() public {
        vm.expectRevert(abi.encodeWithSelector(IRollup.BondNotDue.selector, copy));
        rollup.returnBond(copy);
        confirmAfterWindow(original);
        assertTrue(!rollup.isChallengeable(copy), "nothing to dispute, though its window is open");
        uint256 before = bob.balance;
        vm.prank(carol);
        rollup.returnBond(copy);
        vm.snapshotGasLastCall("Rollup", "returnBond");
        assertEq(bob.balance - before, BOND, "to its owner, not to the caller");
        assertTrue(rollup.assertion(copy).status == IRollup.Status.Confirmed, "done");
        vm.expectRevert(abi.encodeWithSelector(IRollup.BondNotDue.selector, copy));
        rollup.returnBond(copy);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BondNotDue.selector, original));
        rollup.returnBond(original);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BondNotDue.selector, 0));
        rollup.returnBond(0);
        vm.expectRevert(abi.encodeWithSelector(IRollup.UnknownAssertion.selector, 9));
        rollup.returnBond(9);
        assertEq(address(rollup).balance, 0, "nothing kept");
    }

    /// @dev Who challenged the truth must not get away because another bond confirmed it first.
    function test_returnBond_waitsForTheGames() public {
        rollup.onGameOpened(original);
        confirmAfterWindow(copy);
        vm.expectRevert(abi.encodeWithSelector(IRollup.Disputed.selector, original, 0, 1));
        rollup.returnBond(original);
        rollup.onGameWon(original);
        uint256 before = alice.balance;
        rollup.returnBond(original);
        assertEq(alice.balance - before, BOND, "bond back");
        assertTrue(rollup.assertion(original).status == IRollup.Status.Confirmed, "done");
        assertEq(address(rollup).balance, 0, "nothing kept");
    }

    /// @dev Also after the confirmation a lost game costs the bond, and nothing else.
    function test_onGameLost_afterTheConfirmation() public {
        uint256 third = assertRoot(carol, 0, A);
        rollup.onGameOpened(original);
        rollup.onGameOpened(third);
        confirmAfterWindow(copy);
        rollup.onGameLost(original, bob);
        rollup.onGameLost(third, bob);
        assertTrue(rollup.assertion(original).status == IRollup.Status.Confirmed, "the claim is confirmed");
        assertTrue(rollup.assertion(third).status == IRollup.Status.Rejected, "the copy is not");
        for (uint256 id = original; id <= third; ++id) {
            assertTrue(rollup.isConfirmed(id) && !rollup.isRejected(id) && !rollup.isAtStake(id), "one claim");
        }
        assertEq(address(rollup).balance, 0, "nothing kept");
        assertEq(rollup.latestConfirmed(), original, "still");
    }

    function test_rejectOrphan_withCopies() public {
        appendItems(1);
        uint256[3] memory onLie;
        uint256 lie = assertRoot(carol, 0, B, 3);
        for (uint256 i = 0; i < 3; ++i) {
            onLie[i] = assertRoot(bob, lie, A);
        }
        rollup.onGameOpened(onLie[2]);
        rollup.onGameLost(onLie[0], carol);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotOrphan.selector, onLie[0]));
        rollup.rejectOrphan(onLie[0]);
        rollup.onGameLost(lie, alice);
        assertTrue(!rollup.isAtStake(onLie[1]), "games about it are void");
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotOrphan.selector, onLie[1]));
        rollup.rejectOrphan(onLie[1]);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BondNotDue.selector, onLie[1]));
        rollup.returnBond(onLie[1]);
        uint256 before = bob.balance;
        rollup.rejectOrphan(onLie[0]);
        assertEq(bob.balance, before, "its bond is lost");
        rollup.returnBond(onLie[1]);
        rollup.returnBond(onLie[2]);
        assertEq(bob.balance - before, 2 * BOND, "the others come back at once");
        assertEq(address(rollup).balance, 2 * BOND, "two bonds behind the other claim");
    }

    /// @dev What one does to his own bond delays nobody's withdrawal.
    function test_oracle_oneUndisputedBondIsEnough() public {
        rollup.onGameOpened(original);
        assertEq(oracle.getL2OutputIndexAfter(3), original, "the copy is not disputed");
        rollup.onGameOpened(copy);
        rollup.onGameOpened(copy);
        assertEq(oracle.latestOutputIndex(), 0, "both are");
        rollup.onGameWon(copy);
        assertEq(oracle.latestOutputIndex(), 0, "one game is left");
        uint256 third = assertRoot(carol, 0, A);
        assertEq(oracle.latestOutputIndex(), original, "a new one is not");
        rollup.onGameLost(third, bob);
        assertEq(oracle.latestOutputIndex(), 0, "and fell");
        rollup.onGameWon(copy);
        rollup.onGameLost(original, bob);
        assertEq(oracle.getL2OutputIndexAfter(3), original, "the copy alone");
        uint256 fourth = assertRoot(carol, 0, A);
        rollup.onGameOpened(copy);
        rollup.onGameLost(copy, bob);
        assertEq(oracle.getL2OutputIndexAfter(3), original, "the fourth alone");
        rollup.onGameLost(fourth, bob);
        assertEq(oracle.latestOutputIndex(), 0, "nothing stands");
    }

    /// @dev A lie with many bonds falls with the last of them; the truth beside it is confirmed on time.
    function test_fuzz_copiedLie_doesNotDelayTheTruth(uint256 seed) public {
        uint256 count = 1 + seed % 8;
        uint256 lie = assertRoot(carol, 0, B);
        for (uint256 i = 1; i < count; ++i) {
            assertRoot(carol, 0, B);
        }
        uint256 first = seed % count;
        for (uint256 i = 0; i < count; ++i) {
            assertTrue(!rollup.isRejected(lie), "a bond stands");
            rollup.onGameLost(lie + (first + i) % count, bob);
        }
        assertTrue(rollup.isRejected(lie), "none stands");
        confirmAfterWindow(original);
        rollup.returnBond(copy);
        assertEq(address(rollup).balance, 0, "nothing kept");
    }
}
