// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../../src/interfaces/IRollup.sol";
import { Rollup } from "../../src/rollup/Rollup.sol";
import { AssertionFixture } from "./AssertionFixture.sol";

/// @title Assertions: what may be claimed, and on what
contract AssertionsTest is AssertionFixture {
    function test_assertState_storesTheClaim() public {
        uint256 id = assertRoot(alice, 0, A);
        vm.snapshotGasLastCall("Rollup", "assertState");
        IRollup.Assertion memory made = rollup.assertion(id);
        assertEq(id, 1, "id");
        assertEq(made.bondOwner, alice, "bond owner");
        assertEq(made.itemIndex, 3, "item");
        assertEq(made.blockNumber, 3, "block");
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
        rollup.assertState{ value: value }(0, parentRoot, state(A, 3, 3), last);
    }

    function test_assertState_otherItems_reverts() public {
        bytes32 parentRoot = _genesis();
        vm.expectRevert(abi.encodeWithSelector(IRollup.ItemDiffers.selector, 3, keccak256("other"), inbox.items(2)));
        _claim(0, parentRoot, state(A, 3, 3), keccak256("other"));
    }

    /// @dev No item that existed when the parent was made can be left out, and none can be claimed that does not exist.
    function test_assertState_itemRange() public {
        uint256 parent = assertRoot(alice, 0, A);
        appendItems(4);
        uint256 second = assertRoot(alice, parent, B);
        bytes32 root = rollup.assertion(second).outputRoot;
        assertEq(rollup.assertion(second).childItems, 8 - 7, "a child consumes at least one");
        appendItems(5);
        bytes32 last = inbox.items(6);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongItem.selector, 7, 8, 12));
        _claim(second, root, state(A, 7, 7), last);
        last = inbox.items(11);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongItem.selector, 13, 8, 12));
        _claim(second, root, state(A, 7, 13), last);
        assertRoot(alice, second, A, 8);
    }

    function test_assertState_leavesOutExistingItems_reverts() public {
        uint256 parent = assertRoot(alice, 0, A, 2 + 1);
        appendItems(4);
        uint256 second = assertRoot(alice, parent, B, 5);
        bytes32 root = rollup.assertion(second).outputRoot;
        bytes32 last = inbox.items(5);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongItem.selector, 6, 7, 7));
        _claim(second, root, state(A, 5, 6), last);
    }

    function test_assertState_maximumItems() public {
        uint256 parent = assertRoot(alice, 0, A);
        appendItems(40);
        uint256 id = assertRoot(alice, parent, B, 3 + MAXIMUM_ITEMS);
        assertEq(rollup.assertion(id).childItems, MAXIMUM_ITEMS, "bounded work for the next");
        bytes32 last = inbox.items(42);
        bytes32 root = rollup.assertion(id).outputRoot;
        vm.expectPartialRevert(IRollup.WrongItem.selector);
        _claim(id, root, state(A, 19, 43), last);
    }

    /// @dev Two true claims that end at different items could never be told apart by a dispute.
    function test_assertState_siblingsEndTogether() public {
        appendItems(2);
        assertRoot(alice, 0, A, 4);
        bytes32 parentRoot = _genesis();
        bytes32 last = inbox.items(4);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongItem.selector, 5, 4, 4));
        _claim(0, parentRoot, state(B, 5, 5), last);
        assertRoot(bob, 0, B, 4);
    }

    /// @dev What becomes a copy is as true as the claim that stands: no part of a claim is left out of the comparison.
    function test_fuzz_assertState_otherClaimIsNoCopy(uint256 part, bytes32 other) public {
        assertRoot(alice, 0, A);
        IRollup.State memory claim = state(A, 3, 3);
        part %= 4;
        other = keccak256(abi.encode(other));
        if (part == 0) claim.stateRoot = other;
        if (part == 1) claim.headerHash = other;
        if (part == 2) claim.programHash = other;
        if (part == 3) claim.blockNumber = uint64(uint256(other) % 3);
        _claim(0, _genesis(), claim, inbox.items(2));
        assertEq(rollup.assertion(0).children, 2, "beside the other");
    }

    function test_assertState_otherProgramIsNoCopy() public {
        assertRoot(alice, 0, A);
        IRollup.State memory claim = state(A, 3, 3);
        claim.programHash = keccak256("another program");
        _claim(0, _genesis(), claim, inbox.items(2));
        assertEq(rollup.programHash(2), keccak256("another program"), "program");
    }

    function test_assertState_siblingAfterWindow_reverts() public {
        uint256 id = assertRoot(alice, 0, A);
        bytes32 parentRoot = _genesis();
        bytes32 last = inbox.items(2);
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.SiblingTooLate.selector, id));
        _claim(0, parentRoot, state(B, 3, 3), last);
    }

    /// @dev After the last child fell a new one may be made at any time: the chain cannot be stopped.
    function test_assertState_afterAllChildrenFell() public {
        uint256 lie = assertRoot(bob, 0, B);
        rollup.onGameOpened(lie);
        vm.warp(block.timestamp + 3 * WINDOW);
        rollup.onGameLost(lie, carol);
        confirmAfterWindow(assertRoot(alice, 0, A));
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
        _claim(child, root, state(B, 5, 5), last);
        uint256 honest = assertRoot(alice, 0, A, 3);
        confirmAfterWindow(honest);
        bytes32 genesis = _genesis();
        last = inbox.items(2);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InvalidParent.selector, 0, genesis));
        _claim(0, genesis, state(B, 3, 3), last);
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

    function test_constructor_refusesParametersOutOfRange() public {
        IRollup.State memory genesis = IRollup.State(A, A, PROGRAM, 0, 0);
        Rollup.Parameters[4] memory bad = [
            Rollup.Parameters(inbox, address(this), BOND, 0, 1),
            Rollup.Parameters(inbox, address(this), BOND, 1, 0),
            Rollup.Parameters(inbox, address(this), BOND, 1, (1 << 14) + 1),
            Rollup.Parameters(inbox, address(this), BOND, 1, 1)
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            if (i == 3) genesis.itemIndex = 1;
            vm.expectRevert(abi.encodeWithSelector(Rollup.InvalidParameters.selector));
            new Rollup(bad[i], genesis);
        }
    }
}
