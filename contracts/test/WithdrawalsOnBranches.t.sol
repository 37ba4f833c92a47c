// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IOptimismPortal } from "../src/interfaces/IOptimismPortal.sol";
import { Hashing } from "../src/libraries/Hashing.sol";
import { Types } from "../src/libraries/Types.sol";
import { WithdrawalFixture } from "./helpers/WithdrawalFixture.sol";

/// @title Withdrawals proven on assertions that fall, or that others overtake
contract WithdrawalsOnBranchesTest is WithdrawalFixture {
    /// @dev H1: proven on a lie, again on the truth: one payout.
    function test_prove_againAfterTheAssertionFell() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        uint256 first = _proven(transaction);
        tree.set(keccak256("more"), bytes32(uint256(1)));
        uint256 second = assertRoot(bob, 0, tree.root());
        vm.expectRevert();
        this.prove_(transaction, second);
        rollup.onGameLost(first, carol);
        confirmAfterWindow(second);
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.OutputNotConfirmed.selector, first));
        portal.finalizeWithdrawalTransaction(transaction);
        prove(transaction, second);
        portal.finalizeWithdrawalTransaction(transaction);
        assertTrue(portal.finalizedWithdrawals(Hashing.withdrawal(transaction)), "paid");
    }

    /// @dev A proof on an unconfirmed assertion, made by an enemy, does not hold up its owner.
    function test_prove_onConfirmedReplacesPending() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        uint256 honest = _assertTree();
        appendItems(1);
        uint256 later = _assertTree();
        prove(transaction, later);
        vm.expectRevert(
            abi.encodeWithSelector(IOptimismPortal.AlreadyProven.selector, Hashing.withdrawal(transaction), later)
        );
        this.prove_(transaction, honest);
        rollup.onGameOpened(later);
        confirmAfterWindow(honest);
        prove(transaction, honest);
        portal.finalizeWithdrawalTransaction(transaction);
    }

    /// @dev What was proven under any number of a claim is paid as soon as the claim is confirmed, whoever confirmed it, also
    /// where the bond of that number was lost.
    function test_finalize_provenOnWhatCopiesOutlive() public {
        Types.WithdrawalTransaction memory first = withdrawalTo(bob, 5 ether, 0, "");
        Types.WithdrawalTransaction memory second = withdrawalTo(carol, 5 ether, 0, "");
        uint256 id = _assertTree();
        bytes32 root = tree.root();
        (uint256 lost, uint256 copy) = (assertRoot(alice, 0, root), assertRoot(bob, 0, root));
        prove(first, id);
        prove(second, lost);
        rollup.onGameLost(id, carol);
        rollup.onGameLost(lost, carol);
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.OutputNotConfirmed.selector, id));
        portal.finalizeWithdrawalTransaction(first);
        vm.expectRevert(
            abi.encodeWithSelector(IOptimismPortal.AlreadyProven.selector, Hashing.withdrawal(second), lost)
        );
        this.prove_(second, copy);
        confirmAfterWindow(copy);
        portal.finalizeWithdrawalTransaction(first);
        portal.finalizeWithdrawalTransaction(second);
        assertEq(address(portal).balance, 90 ether, "both paid");
    }

    /// @dev The portal does not walk a branch, so a proof can be made on what is doomed and does not know it yet. It pays
    /// nothing, and gives way to a proof on what was confirmed.
    function test_prove_onADoomedBranch_paysNothingAndGivesWay() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        uint256 lie = assertRoot(bob, 0, keccak256("lie"));
        uint256 truth = assertRoot(alice, 0, tree.root());
        appendItems(1);
        uint256 child = assertRoot(bob, lie, tree.root());
        appendItems(1);
        uint256 grandchild = assertRoot(bob, child, tree.root());
        rollup.onGameLost(lie, carol);
        prove(transaction, grandchild);
        confirmAfterWindow(truth);
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.OutputNotConfirmed.selector, grandchild));
        portal.finalizeWithdrawalTransaction(transaction);
        prove(transaction, truth);
        portal.finalizeWithdrawalTransaction(transaction);
        assertTrue(portal.finalizedWithdrawals(Hashing.withdrawal(transaction)), "paid");
        Types.WithdrawalTransaction memory another = withdrawalTo(bob, 4 ether, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.OutputRejected.selector, child));
        this.prove_(another, child);
    }
}
