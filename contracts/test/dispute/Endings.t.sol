// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Sections } from "../../src/dispute/Sections.sol";
import { Turn } from "../../src/dispute/Turns.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { EndingAgain } from "../helpers/EndingAgain.sol";
import { GamePlay } from "./GamePlay.sol";

/// @title What ends a game without a move: only what stands can be shown, and each bond leaves once
contract EndingsTest is GamePlay {
    uint256 private constant FIELDS = 9;

    function _expectMismatch(bytes memory data) private {
        vm.expectPartialRevert(Sections.SectionMismatch.selector);
        (bool done,) = address(game).call(data);
        assertTrue(done, "the expectation is met");
    }

    /// @dev Another turn is another challenger to pay, another assertion to judge, or another clock.
    function test_fuzz_turn_isCommittedToWhole(uint8 bit) public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        uint256 gameId = openGame(id, state);
        IDisputeGame.Position memory position = positionOf(gameId, 0);
        position.turn = Turn.wrap(Turn.unwrap(position.turn) ^ (1 << bit));
        vm.prank(asserter);
        _expectMismatch(abi.encodeCall(game.split, (gameId, position, new bytes32[](3))));
        vm.warp(deadlineOf(gameId) + 1);
        _expectMismatch(abi.encodeCall(game.claimTimeout, (gameId, position)));
        _expectMismatch(abi.encodeCall(game.dismiss, (gameId, position)));
    }

    function test_claimTimeoutAndDismiss_refuseOtherPositions() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        uint256 gameId = openGame(id, state);
        vm.warp(deadlineOf(gameId) + 1);
        for (uint256 field = 0; field < FIELDS; ++field) {
            IDisputeGame.Position memory position = positionOf(gameId, 1);
            if (field == 0) position.asserter = challenger;
            if (field == 1) position.program = LIE;
            if (field == 2) ++position.endItem;
            if (field == 3) position.level = IDisputeGame.Level.Steps;
            if (field == 4) ++position.length;
            if (field == 5) position.index = 2;
            if (field == 6) position.first = LIE;
            if (field == 7) position.last = LIE;
            if (field == 8) position.siblings[0] = LIE;
            _expectMismatch(abi.encodeCall(game.claimTimeout, (gameId, position)));
            _expectMismatch(abi.encodeCall(game.dismiss, (gameId, position)));
        }
    }

    /// @dev Whoever is paid ends the same game again while he is: he gets nothing more, although another game's bond is there.
    function test_challengerWhoIsPaid_endsNothingAgain() public {
        for (uint256 shape = 0; shape < 2; ++shape) {
            deploySmall();
            (uint256 id, IRollup.State memory state) = assertLie();
            EndingAgain again = new EndingAgain(game);
            openGame(id, state);
            challenger = address(again);
            vm.deal(challenger, GAME_BOND);
            uint256 gameId = openGame(id, state);
            // 0: the bond comes back from a void game, 1: from one that was won
            if (shape == 0) _fall(id);
            vm.warp(deadlineOf(gameId) + 1);
            again.aim(gameId, positionOf(gameId, 0));
            if (shape == 0) game.dismiss(gameId, positionOf(gameId, 0));
            else game.claimTimeout(gameId, positionOf(gameId, 0));
            assertTrue(again.tried() != 0 && again.done() == 0, "each try fails");
            assertEq(challenger.balance, shape == 0 ? GAME_BOND : GAME_BOND + BOND / 2, "paid once");
            assertEq(address(game).balance, GAME_BOND, "the other game's bond stays");
        }
    }

    function test_asserterWhoIsPaid_endsNothingAgain() public {
        deploySmall();
        EndingAgain again = new EndingAgain(game);
        asserter = address(again);
        vm.deal(asserter, BOND);
        (uint256 id, IRollup.State memory state) = assertTruth();
        openGame(id, state);
        uint256 gameId = openGame(id, state);
        playHonest(gameId);
        vm.warp(deadlineOf(gameId) + 1);
        again.aim(gameId, positionOf(gameId, 0));
        game.claimTimeout(gameId, positionOf(gameId, 0));
        assertTrue(again.tried() != 0 && again.done() == 0, "each try fails");
        assertEq(asserter.balance, GAME_BOND / 2, "paid once");
        assertEq(address(game).balance, GAME_BOND, "the other game's bond stays");
    }

    /// @dev The event names the outcome and who won.
    function test_gameEnded_namesTheWinner() public {
        deploySmall();
        (uint256 lie, IRollup.State memory claimed) = assertLie();
        (uint256 truth, IRollup.State memory state) = assertTruth();
        uint256[3] memory games = [openGame(lie, claimed), openGame(truth, state), openGame(lie, claimed)];
        playHonest(games[1]);
        vm.warp(block.timestamp + CLOCK + 1);
        _expectEnd(games[0], IDisputeGame.Outcome.ChallengerWon, challenger);
        _expectEnd(games[1], IDisputeGame.Outcome.AsserterWon, asserter);
        _expectEnd(games[2], IDisputeGame.Outcome.Void, address(0));
        expectEmpty();
    }

    function _expectEnd(uint256 gameId, IDisputeGame.Outcome outcome, address winner) private {
        vm.expectEmit();
        emit IDisputeGame.GameEnded(gameId, outcome, winner);
        game.claimTimeout(gameId, positionOf(gameId, 0));
    }

    function _fall(uint256 id) private {
        vm.prank(address(game));
        rollup.onGameLost(id, address(0xFACE));
    }
}
