// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Sections } from "../../src/dispute/Sections.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { BondPayments } from "../../src/rollup/BondPayments.sol";
import { GamePlay } from "./GamePlay.sol";

/// @title Accounts that move for others
contract DelegateTest is GamePlay {
    address private constant HAND = address(0x4A4D);

    function _delegate(address owner, address to) private {
        vm.expectEmit();
        emit IDisputeGame.DelegateSet(owner, to);
        vm.prank(owner);
        game.setDelegate(to);
        hands[owner] = to;
    }

    function _expectNotMoving(uint256 gameId, address who) private {
        IDisputeGame.Position memory position = positionOf(gameId, 0);
        address party = mover(gameId);
        vm.prank(who);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NotYourMove.selector, gameId, party, who));
        game.split(gameId, position, new bytes32[](4));
    }

    /// forge-config: default.fuzz.runs = 200
    /// @dev Every move of the honest side comes from its delegate, which gets nothing of what the side wins.
    function test_fuzz_delegateOfHonestSide_wins(uint256 seed, uint16 limit, bool asserterLies) public {
        deploy(4, bound(limit, 1, 3_000), 3, 4);
        address honest = asserterLies ? challenger : asserter;
        _delegate(honest, HAND);
        (uint256 id, IRollup.State memory state) = asserterLies ? assertLie() : assertTruth();
        uint256 before = honest.balance;
        uint256 gameId = openGame(id, state);
        playOut(gameId, honest, seed, false);
        assertTrue(rollup.isRejected(id) == asserterLies, "the honest side wins");
        uint256 reward = asserterLies ? BOND / 2 : GAME_BOND / 2;
        assertEq(honest.balance, before + reward, "the owner is paid");
        assertEq(HAND.balance, 0, "the delegate is not");
        expectEmpty();
    }

    /// @dev Bonds that cannot be sent wait for the owner too.
    function test_delegate_cannotTakeTheCredit() public {
        deploySmall();
        _delegate(asserter, HAND);
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 gameId = openGame(id, state);
        vm.etch(asserter, hex"fe");
        playOut(gameId, asserter, 3, false);
        assertEq(game.credit(asserter), GAME_BOND / 2, "credited to the owner");
        vm.prank(HAND);
        vm.expectRevert(abi.encodeWithSelector(BondPayments.NoCredit.selector, HAND));
        game.withdrawBond(payable(HAND));
    }

    function test_delegate_movesOnlyForItsOwner() public {
        deploySmall();
        _delegate(asserter, HAND);
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 gameId = openGame(id, state);
        _expectNotMoving(gameId, address(0xBAD));
        _expectNotMoving(gameId, challenger);
        IDisputeGame.Position memory position = positionOf(gameId, 0);
        position.asserter = address(0xBAD);
        vm.prank(HAND);
        vm.expectPartialRevert(Sections.SectionMismatch.selector);
        game.split(gameId, position, new bytes32[](3));
        playHonest(gameId);
        _expectNotMoving(gameId, HAND);
    }

    function test_owner_movesBesideItsDelegate() public {
        deploySmall();
        _delegate(asserter, HAND);
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 gameId = openGame(id, state);
        hands[asserter] = asserter;
        playHonest(gameId);
        assertTrue(mover(gameId) == challenger, "the owner moved");
    }

    function test_delegate_isTakenBackAndReplaced() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        uint256 gameId = openGame(id, state);
        _delegate(asserter, HAND);
        _delegate(asserter, address(0xB0B));
        _expectNotMoving(gameId, HAND);
        _delegate(asserter, address(0));
        _expectNotMoving(gameId, address(0xB0B));
        assertEq(game.delegateOf(asserter), address(0), "nobody");
    }

    /// forge-config: default.isolate = true
    /// @dev What a move costs who moves for himself, and what the delegate's costs more: one read of a slot.
    function test_gas_ofOwnerAndDelegate() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertTruth();
        (uint256 own, uint256 delegated) = (openGame(id, state), openGame(id, state));
        gasOfMoves = 0;
        playHonest(own);
        uint256 gasOfOwner = gasOfMoves;
        _delegate(asserter, HAND);
        gasOfMoves = 0;
        playHonest(delegated);
        assertTrue(gasOfMoves > gasOfOwner, "a read more");
        assertTrue(gasOfMoves < gasOfOwner + 2_500, "and no more than that");
        vm.snapshotValue("DisputeGame", "split, by the party itself", gasOfOwner);
        vm.snapshotValue("DisputeGame", "split, by its delegate", gasOfMoves);
    }
}
