// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../src/interfaces/IRollup.sol";
import { BondPayments } from "../src/rollup/BondPayments.sol";
import { Rollup } from "../src/rollup/Rollup.sol";
import { Fixture } from "./helpers/Fixture.sol";
import { ReenteringAsserter } from "./helpers/ReenteringAsserter.sol";
import { Refuser } from "./helpers/Receivers.sol";

/// @title Assertions: what may be claimed, when it is confirmed, where bonds go
contract RollupTest is Fixture {
    bytes32 private constant A = keccak256("root A");
    bytes32 private constant B = keccak256("root B");

    function setUp() public override {
        super.setUp();
        appendItems(3);
    }

    function _claim(uint256 parent, bytes32 parentRoot, IRollup.State memory claim, uint256 units, bytes32 last)
        private
    {
        rollup.assertState{ value: BOND }(parent, parentRoot, claim, units, last);
    }

    function _genesis() private view returns (bytes32) {
        return rollup.assertion(0).outputRoot;
    }

    function test_assertState_storesTheClaim() public {
        uint256 id = assertRoot(alice, 0, A);
        vm.snapshotGasLastCall("Rollup", "assertState");
        IRollup.Assertion memory made = rollup.assertion(id);
        assertEq(id, 1, "id");
        assertEq(made.bondOwner, alice, "bond owner");
        assertEq(made.itemIndex, 3, "item");
        assertEq(made.blockNumber, 3, "block");
        assertEq(made.units, 3, "units");
        assertEq(made.createdAt, block.timestamp, "time");
        assertEq(rollup.programHash(id), PROGRAM, "program");
        assertEq(address(rollup).balance, BOND, "bond held");
    }

    function test_fuzz_assertState_wrongBond_reverts(uint96 value) public {
        vm.assume(value != BOND);
        vm.deal(address(this), value);
        bytes32 parentRoot = _genesis();
        bytes32 last = inbox.items(2);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongBond.selector, value, BOND));
        rollup.assertState{ value: value }(0, parentRoot, state(A, 3, 3), 3, last);
    }

    function test_assertState_otherItems_reverts() public {
        bytes32 parentRoot = _genesis();
        vm.expectRevert(abi.encodeWithSelector(IRollup.ItemDiffers.selector, 3, keccak256("other"), inbox.items(2)));
        _claim(0, parentRoot, state(A, 3, 3), 3, keccak256("other"));
    }

    function test_assertState_units() public {
        bytes32 parentRoot = _genesis();
        bytes32 last = inbox.items(2);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongUnits.selector, 2, 3, MAXIMUM_UNITS));
        _claim(0, parentRoot, state(A, 1, 3), 2, last);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongUnits.selector, MAXIMUM_UNITS + 1, 3, MAXIMUM_UNITS));
        _claim(0, parentRoot, state(A, 1, 3), MAXIMUM_UNITS + 1, last);
        _claim(0, parentRoot, state(A, 1, 3), MAXIMUM_UNITS, last);
    }

    /// @dev No item that existed when the parent was made can be left out, and none can be claimed that does not exist.
    function test_assertState_itemRange() public {
        uint256 parent = assertRoot(alice, 0, A);
        appendItems(4);
        uint256 second = assertRoot(alice, parent, B);
        bytes32 root = rollup.assertion(second).outputRoot;
        assertEq(rollup.assertion(second).childItem, 8, "a child consumes at least one");
        appendItems(5);
        bytes32 last = inbox.items(6);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongItem.selector, 7, 8, 12));
        _claim(second, root, state(A, 7, 7), 1, last);
        last = inbox.items(11);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongItem.selector, 13, 8, 12));
        _claim(second, root, state(A, 7, 13), 6, last);
        assertRoot(alice, second, A, 8);
    }

    function test_assertState_leavesOutExistingItems_reverts() public {
        uint256 parent = assertRoot(alice, 0, A, 2 + 1);
        appendItems(4);
        uint256 second = assertRoot(alice, parent, B, 5);
        bytes32 root = rollup.assertion(second).outputRoot;
        bytes32 last = inbox.items(5);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongItem.selector, 6, 7, 7));
        _claim(second, root, state(A, 5, 6), 1, last);
    }

    function test_assertState_maximumItems() public {
        uint256 parent = assertRoot(alice, 0, A);
        appendItems(40);
        uint256 id = assertRoot(alice, parent, B, 3 + MAXIMUM_ITEMS);
        assertEq(rollup.assertion(id).childItem, 3 + 2 * MAXIMUM_ITEMS, "bounded work for the next");
        bytes32 last = inbox.items(42);
        bytes32 root = rollup.assertion(id).outputRoot;
        vm.expectPartialRevert(IRollup.WrongItem.selector);
        _claim(id, root, state(A, 19, 43), 24, last);
    }

    /// @dev Two true claims that end at different items could never be told apart by a dispute.
    function test_assertState_siblingsEndTogether() public {
        appendItems(2);
        assertRoot(alice, 0, A, 4);
        bytes32 parentRoot = _genesis();
        bytes32 last = inbox.items(4);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongItem.selector, 5, 4, 4));
        _claim(0, parentRoot, state(B, 5, 5), 5, last);
        assertRoot(bob, 0, B, 4);
    }

    /// @dev A copy would block confirmation for ever: no game can refute one of two equal claims.
    function test_assertState_copy_reverts() public {
        uint256 id = assertRoot(alice, 0, A);
        assertRoot(bob, 0, B);
        bytes32 parentRoot = _genesis();
        bytes32 last = inbox.items(2);
        vm.expectRevert(abi.encodeWithSelector(IRollup.DuplicateAssertion.selector, id));
        _claim(0, parentRoot, state(A, 3, 3), 3, last);
        vm.expectRevert(abi.encodeWithSelector(IRollup.DuplicateAssertion.selector, id));
        _claim(0, parentRoot, state(A, 3, 3), 4, last);
        rollup.onGameLost(id, bob);
        _claim(0, parentRoot, state(A, 3, 3), 3, last);
    }

    function test_assertState_otherProgramIsNoCopy() public {
        assertRoot(alice, 0, A);
        IRollup.State memory claim = state(A, 3, 3);
        claim.programHash = keccak256("another program");
        _claim(0, _genesis(), claim, 3, inbox.items(2));
        assertEq(rollup.programHash(2), keccak256("another program"), "program");
    }

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

    function test_assertState_siblingAfterWindow_reverts() public {
        uint256 id = assertRoot(alice, 0, A);
        bytes32 parentRoot = _genesis();
        bytes32 last = inbox.items(2);
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.SiblingTooLate.selector, id));
        _claim(0, parentRoot, state(B, 3, 3), 3, last);
    }

    /// @dev After the last child fell a new one may be made at any time: the chain cannot be stopped.
    function test_assertState_afterAllChildrenFell() public {
        uint256 lie = assertRoot(bob, 0, B);
        rollup.onGameOpened(lie);
        vm.warp(block.timestamp + 3 * WINDOW);
        rollup.onGameLost(lie, carol);
        confirmAfterWindow(assertRoot(alice, 0, A));
    }

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
        assertTrue(!rollup.isChallengeable(grandchild), "nothing to dispute");
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotOrphan.selector, grandchild));
        rollup.rejectOrphan(grandchild);
        uint256 before = alice.balance;
        rollup.rejectOrphan(child);
        assertEq(alice.balance - before, BOND, "child's bond");
        before = carol.balance;
        rollup.rejectOrphan(grandchild);
        assertEq(carol.balance - before, BOND, "grandchild's bond");
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotOrphan.selector, grandchild));
        rollup.rejectOrphan(grandchild);
        assertEq(address(rollup).balance, 0, "nothing kept");
    }

    function test_assertState_onRejectedOrOldParent_reverts() public {
        uint256 lie = assertRoot(bob, 0, B);
        appendItems(2);
        uint256 child = assertRoot(bob, lie, A, 4);
        bytes32 last = inbox.items(4);
        bytes32 root = rollup.assertion(child).outputRoot;
        rollup.onGameLost(lie, carol);
        rollup.rejectOrphan(child);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InvalidParent.selector, child, root));
        _claim(child, root, state(B, 5, 5), 1, last);
        uint256 honest = assertRoot(alice, 0, A, 3);
        confirmAfterWindow(honest);
        bytes32 genesis = _genesis();
        last = inbox.items(2);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InvalidParent.selector, 0, genesis));
        _claim(0, genesis, state(B, 3, 3), 3, last);
    }

    /// @dev Who builds on a branch that fell a moment ago loses nothing, and nothing on it is ever confirmed.
    function test_assertState_onDoomedBranch_onlyCostsTime() public {
        uint256 lie = assertRoot(bob, 0, B);
        appendItems(1);
        uint256 child = assertRoot(alice, lie, A);
        rollup.onGameLost(lie, carol);
        appendItems(1);
        uint256 late = assertRoot(carol, child, B);
        assertTrue(rollup.isRejected(late), "rejected from the start");
        (bool found,) = rollup.oldestUndisputed(1);
        assertTrue(!found, "not offered to prove on");
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotConfirmable.selector, late));
        rollup.confirm(late);
        rollup.rejectOrphan(child);
        uint256 before = carol.balance;
        rollup.rejectOrphan(late);
        assertEq(carol.balance - before, BOND, "bond back");
        assertEq(address(rollup).balance, 0, "nothing kept");
    }

    /// @dev The cost of a claim does not depend on how many others are pending: nobody can price asserters out.
    function test_assertState_gasDoesNotGrowWithTheBranch() public {
        uint256 parent = 0;
        uint256[3] memory used;
        for (uint256 i = 1; i <= 40; ++i) {
            appendItems(1);
            parent = assertRoot(alice, parent, keccak256(abi.encode(i)));
            if (i == 2) used[0] = vm.lastCallGas().gasTotalUsed;
            if (i == 40) used[1] = vm.lastCallGas().gasTotalUsed;
        }
        assertTrue(used[1] < used[0] + 1_000 && used[0] > 50_000, "gas of assertion 40 as of assertion 2");
    }

    function _assertAndConfirm(address asserter, uint256 parent, bytes32 root, uint256 due) private returns (uint256) {
        appendItems(1);
        IRollup.Assertion memory from = rollup.assertion(parent);
        uint256 end = inbox.itemCount();
        bytes32 last = inbox.items(end - 1);
        uint256 units = end - from.itemIndex;
        IRollup.State memory claim = state(root, from.blockNumber + units, end);
        vm.prank(asserter);
        return rollup.assertAndConfirm{ value: BOND }(parent, from.outputRoot, claim, units, last, due);
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
        rollup.assertAndConfirm{ value: BOND }(first, root, claim, 1, last, first);
        vm.expectRevert(abi.encodeWithSelector(IRollup.UnknownAssertion.selector, 9));
        rollup.assertAndConfirm{ value: BOND }(first, root, claim, 1, last, 9);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotConfirmable.selector, 2));
        rollup.assertAndConfirm{ value: BOND }(first, root, claim, 1, last, 2);
        rollup.onGameOpened(first);
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(IRollup.Disputed.selector, first, 0, 1));
        rollup.assertAndConfirm{ value: BOND }(first, root, claim, 1, last, first);
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
        rollup.assertState{ value: BOND }(0, parentRoot, state(A, 3, 3), 3, last);
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

    function test_constructor_refusesParametersOutOfRange() public {
        IRollup.State memory genesis = IRollup.State(A, A, PROGRAM, 0, 0);
        Rollup.Parameters[5] memory bad = [
            Rollup.Parameters(inbox, address(this), BOND, 0, 1, 1),
            Rollup.Parameters(inbox, address(this), BOND, 1, 0, 1),
            Rollup.Parameters(inbox, address(this), BOND, 1, 2, 1),
            Rollup.Parameters(inbox, address(this), BOND, 1, 1, 1 << 24),
            Rollup.Parameters(inbox, address(this), BOND, 1, 1, 1)
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            if (i == 4) genesis.itemIndex = 1;
            vm.expectRevert(abi.encodeWithSelector(Rollup.InvalidParameters.selector));
            new Rollup(bad[i], genesis);
        }
    }
}
