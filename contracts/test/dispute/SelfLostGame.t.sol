// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { GamePlay } from "./GamePlay.sol";

/// @title Whoever claims the truth first and loses on purpose delays nobody, with the real game
contract SelfLostGameTest is GamePlay {
    address private constant HONEST = address(0x40E57);

    uint256 private first;
    uint256 private copy;
    uint256 private start;
    IRollup.State private truth;

    function setUp() public {
        vm.deal(HONEST, 10 ether);
        deploySmall();
        start = block.timestamp;
        (first, truth) = assertTruth();
        vm.warp(start + WINDOW / 4);
        copy = assertAs(HONEST, truth);
        assertEq(rollup.assertion(copy).original, first, "one claim, two bonds");
    }

    /// @dev The challenger is an accomplice: he claimed anything, and the asserter lets the clock run out.
    function _loseOnPurpose(uint256 gameId) private {
        timeOut(gameId);
        assertTrue(outcomeOf(gameId) == IDisputeGame.Outcome.ChallengerWon, "lost");
    }

    function test_ownerLosesToHimselfAtTheLastSecond_honestCopyIsConfirmedOnTime() public {
        vm.warp(start + WINDOW - CLOCK - 2);
        uint256 gameId = openGame(first, truth);
        inbox.appendEmpty();
        uint256 child = _assertNext();
        _loseOnPurpose(gameId);
        assertEq(block.timestamp, start + WINDOW - 1, "at the last second");
        assertTrue(!rollup.isRejected(child), "descendants are untouched");
        uint256 made = rollup.assertion(child).createdAt;
        vm.warp(start + WINDOW / 4 + WINDOW);
        rollup.confirm(copy);
        assertEq(rollup.latestConfirmed(), first, "the claim is confirmed a window after the honest bond");
        vm.warp(made + WINDOW);
        rollup.confirm(child);
        assertEq(address(rollup).balance, 0, "all bonds paid");
        expectEmpty();
    }

    /// @dev The next claim builds on the truth, whichever number of it is named.
    function _assertNext() private returns (uint256) {
        bytes32 root = rollup.assertion(copy).outputRoot;
        IRollup.State memory state = truth;
        (state.itemIndex, state.blockNumber) = (truth.itemIndex + 1, truth.blockNumber + 1);
        bytes32 last = inbox.items(state.itemIndex - 1);
        vm.prank(HONEST);
        return rollup.assertState{ value: BOND }(copy, root, state, last);
    }

    /// @dev A game about a bond that another game took is void; one about a bond that stands is not.
    function test_dismiss_onlyWhereNothingIsAtStake() public {
        (uint256 lost, uint256 other) = (openGame(first, truth), openGame(first, truth));
        uint256 beside = openGame(copy, truth);
        _loseOnPurpose(lost);
        IDisputeGame.Position memory position = positionOf(beside, 0);
        position.asserter = HONEST;
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.AssertionStands.selector, copy));
        game.dismiss(beside, position);
        uint256 before = challenger.balance;
        game.dismiss(other, positionOf(other, 0));
        assertEq(challenger.balance - before, GAME_BOND, "the challenger's bond comes back");
        assertTrue(outcomeOf(other) == IDisputeGame.Outcome.Void, "void");
    }

    /// @dev A false challenger pays although the claim was confirmed past his game.
    function test_gameAboutTheOriginal_goesOnAfterTheConfirmation() public {
        vm.warp(start + WINDOW - 1);
        uint256 gameId = openGame(first, truth);
        playHonest(gameId);
        vm.warp(start + WINDOW / 4 + WINDOW);
        // Its clock ran out long ago, but nobody ended the game.
        rollup.confirm(copy);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.AssertionStands.selector, first));
        game.dismiss(gameId, positionOf(gameId, 0));
        uint256 before = asserter.balance;
        game.claimTimeout(gameId, positionOf(gameId, 0));
        assertEq(asserter.balance - before, GAME_BOND / 2, "half the challenger's bond");
        rollup.returnBond(first);
        assertEq(asserter.balance - before, GAME_BOND / 2 + BOND, "and the own one back");
        assertEq(address(rollup).balance, 0, "all bonds paid");
        expectEmpty();
    }

    /// @dev Each bond of a lie needs a game of its own, won by whoever plays it.
    function test_fuzz_copiedLie_fallsBondByBond(uint256 seed) public {
        (uint256 lie, IRollup.State memory claimed) = assertLie();
        uint256 again = assertAs(asserter, claimed);
        playOut(openGame(lie, claimed), challenger, seed, false);
        assertTrue(!rollup.isRejected(lie), "a bond stands");
        playOut(openGame(again, claimed), challenger, seed >> 1, false);
        assertTrue(rollup.isRejected(lie), "none stands");
        vm.warp(start + WINDOW / 4 + WINDOW);
        rollup.confirm(copy);
        rollup.returnBond(first);
        assertEq(address(rollup).balance, 0, "all bonds paid or lost");
    }
}
