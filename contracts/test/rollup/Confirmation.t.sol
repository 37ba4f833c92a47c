// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../../src/interfaces/IRollup.sol";
import { BondPayments } from "../../src/rollup/BondPayments.sol";
import { ReenteringAsserter } from "../helpers/ReenteringAsserter.sol";
import { Refuser } from "../helpers/Receivers.sol";
import { AssertionFixture } from "./AssertionFixture.sol";

/// @title Confirmation: when, in which order, by whom, and that it stops for nobody
contract ConfirmationTest is AssertionFixture {
    function test_confirm_windowBoundary() public {
        uint256 id = assertRoot(alice, 0, A);
        uint256 end = block.timestamp + WINDOW;
        vm.warp(end - 1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WindowOpen.selector, id, end));
        rollup.confirm(id);
        assertTrue(rollup.isChallengeable(id), "open to the last second");
        vm.warp(end);
        assertTrue(!rollup.isChallengeable(id), "closed");
        uint256 before = alice.balance;
        rollup.confirm(id);
        vm.snapshotGasLastCall("Rollup", "confirm");
        assertEq(alice.balance - before, BOND, "bond back");
        assertEq(rollup.latestConfirmed(), id, "newest");
        assertEq(address(rollup).balance, 0, "nothing kept");
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotConfirmable.selector, id));
        rollup.confirm(id);
    }

    function test_confirm_onlyInOrder() public {
        uint256 first = assertRoot(alice, 0, A);
        appendItems(1);
        uint256 second = assertRoot(alice, first, B);
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotConfirmable.selector, second));
        rollup.confirm(second);
        rollup.confirm(first);
        rollup.confirm(second);
    }

    function test_confirm_blockedBySibling() public {
        uint256 honest = assertRoot(alice, 0, A);
        uint256 lie = assertRoot(bob, 0, B);
        vm.warp(block.timestamp + 100 * WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.Disputed.selector, honest, 1, 0));
        rollup.confirm(honest);
        assertTrue(rollup.isChallengeable(lie), "open while the sibling stands");
        rollup.onGameLost(lie, carol);
        rollup.confirm(honest);
    }

    function test_confirm_blockedByGames() public {
        uint256 id = assertRoot(alice, 0, A);
        rollup.onGameOpened(id);
        rollup.onGameOpened(id);
        vm.warp(block.timestamp + 2 * WINDOW);
        rollup.onGameWon(id);
        vm.expectRevert(abi.encodeWithSelector(IRollup.Disputed.selector, id, 0, 1));
        rollup.confirm(id);
        rollup.onGameWon(id);
        rollup.confirm(id);
    }

    function _assertAndConfirm(address asserter, uint256 parent, bytes32 root, uint256 due) private returns (uint256) {
        appendItems(1);
        IRollup.Assertion memory from = rollup.assertion(parent);
        uint256 end = inbox.itemCount();
        bytes32 last = inbox.items(end - 1);
        uint256 blocks = end - from.itemIndex;
        IRollup.State memory claim = state(root, from.blockNumber + blocks, end);
        vm.prank(asserter);
        return rollup.assertAndConfirm{ value: BOND }(parent, from.outputRoot, claim, last, due);
    }

    /// @dev The normal life: each claim confirms the one whose window is over by then.
    function test_assertAndConfirm_inOneTransaction() public {
        uint256 first = assertRoot(alice, 0, A);
        vm.warp(block.timestamp + WINDOW / 2);
        appendItems(1);
        uint256 second = assertRoot(bob, first, B);
        vm.warp(block.timestamp + WINDOW / 2);
        (uint256 ofAlice, uint256 ofBob) = (alice.balance, bob.balance);
        uint256 third = _assertAndConfirm(bob, second, A, first);
        vm.snapshotGasLastCall("Rollup", "assertAndConfirm");
        assertEq(rollup.latestConfirmed(), first, "confirmed");
        assertEq(rollup.assertion(third).parent, second, "asserted");
        assertEq(alice.balance - ofAlice, BOND, "bond back to its owner, not to the caller");
        assertEq(ofBob - bob.balance, BOND, "the caller's own bond");
        assertEq(address(rollup).balance, 2 * BOND, "one bond for each pending claim");
    }

    /// @dev The parent itself may be the one that is due.
    function test_assertAndConfirm_onTheDueParent() public {
        uint256 first = assertRoot(alice, 0, A);
        vm.warp(block.timestamp + WINDOW);
        uint256 second = _assertAndConfirm(alice, first, B, first);
        assertEq(rollup.latestConfirmed(), first, "confirmed");
        assertEq(address(rollup).balance, BOND, "one pending claim");
        vm.warp(block.timestamp + WINDOW);
        rollup.confirm(second);
    }

    /// @dev Somebody confirmed meanwhile: the claim still lands.
    function test_assertAndConfirm_alreadyConfirmed() public {
        uint256 first = assertRoot(alice, 0, A);
        confirmAfterWindow(first);
        uint256 second = _assertAndConfirm(alice, first, B, first);
        assertEq(rollup.assertionCount(), second + 1, "asserted");
        assertEq(address(rollup).balance, BOND, "paid once");
    }

    function test_assertAndConfirm_notDue_reverts() public {
        uint256 first = assertRoot(alice, 0, A);
        uint256 end = block.timestamp + WINDOW;
        appendItems(1);
        IRollup.State memory claim = state(B, 4, 4);
        bytes32 root = rollup.assertion(first).outputRoot;
        bytes32 last = inbox.items(3);
        vm.warp(end - 1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WindowOpen.selector, first, end));
        rollup.assertAndConfirm{ value: BOND }(first, root, claim, last, first);
        vm.expectRevert(abi.encodeWithSelector(IRollup.UnknownAssertion.selector, 9));
        rollup.assertAndConfirm{ value: BOND }(first, root, claim, last, 9);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotConfirmable.selector, 2));
        rollup.assertAndConfirm{ value: BOND }(first, root, claim, last, 2);
        rollup.onGameOpened(first);
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(IRollup.Disputed.selector, first, 0, 1));
        rollup.assertAndConfirm{ value: BOND }(first, root, claim, last, first);
        assertEq(rollup.assertionCount(), 2, "nothing was asserted");
    }

    /// @dev A bond owner that asserts again from inside the payment gets what two transactions would give it.
    function test_assertAndConfirm_reentered() public {
        ReenteringAsserter again = new ReenteringAsserter(rollup, inbox);
        vm.deal(address(again), BOND);
        again.assertFirst(state(A, 3, 3));
        vm.warp(block.timestamp + WINDOW);
        _assertAndConfirm(alice, 1, B, 1);
        assertTrue(again.entered(), "it was called");
        assertEq(rollup.latestConfirmed(), 1, "confirmed once");
        assertEq(rollup.assertionCount(), 3, "asserted once");
        assertEq(address(rollup).balance, BOND, "one bond for one pending claim");
        assertEq(address(again).balance, BOND, "paid once");
    }

    /// @dev A bond owner that refuses money stops nothing; it collects later.
    function test_confirm_refusedBondWaits() public {
        Refuser refuser = new Refuser();
        vm.deal(address(refuser), BOND);
        bytes32 parentRoot = _genesis();
        bytes32 last = inbox.items(2);
        vm.prank(address(refuser));
        rollup.assertState{ value: BOND }(0, parentRoot, state(A, 3, 3), last);
        confirmAfterWindow(1);
        assertEq(rollup.credit(address(refuser)), BOND, "credit");
        vm.prank(address(refuser));
        vm.expectRevert(abi.encodeWithSelector(BondPayments.PaymentRefused.selector, address(refuser), BOND));
        rollup.withdrawBond(payable(address(refuser)));
        uint256 before = carol.balance;
        vm.prank(address(refuser));
        rollup.withdrawBond(payable(carol));
        assertEq(carol.balance - before, BOND, "collected");
        vm.prank(address(refuser));
        vm.expectRevert(abi.encodeWithSelector(BondPayments.NoCredit.selector, address(refuser)));
        rollup.withdrawBond(payable(carol));
    }
}
