// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Sections } from "../../src/dispute/Sections.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { GameFixture } from "./GameFixture.sol";

/// @title Whole games between an honest and a lying side
abstract contract GamePlay is GameFixture {
    function deploySmall() internal {
        deploy(4, 50, 3, 4);
    }

    function assertTruth() internal returns (uint256 id, IRollup.State memory state) {
        state = finalState();
        id = assertAs(asserter, state);
    }

    function assertLie() internal returns (uint256 id, IRollup.State memory state) {
        state = finalState();
        state.stateRoot = LIE;
        id = assertAs(asserter, state);
    }

    /// @dev Both sides move until the game is over; the liar stops when it has no move left.
    function playOut(uint256 gameId, address honest, uint256 seed, bool late) internal {
        for (uint256 i = 0; mover(gameId) != address(0); ++i) {
            if (late) {
                uint256 left = deadlineOf(gameId) - block.timestamp;
                assertTrue(left >= FLOOR, "time for an honest move");
                if (mover(gameId) != honest) vm.warp(deadlineOf(gameId));
            }
            if (mover(gameId) == honest) playHonest(gameId);
            else if (!playDishonest(gameId, uint256(keccak256(abi.encode(seed, i))))) return timeOut(gameId);
            assertTrue(i < game.MAXIMUM_MOVES(), "moves are bounded");
        }
    }

    /// @dev A move says which position it answers: after an L1 reorg it lands on no other position, and in no other game.
    function expectMovesNameTheirPosition() internal {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 first = openGame(id, state);
        uint256 second = openGame(id, state);
        IDisputeGame.Position memory old = positionOf(first, 0);
        playHonest(first);
        IDisputeGame.Position memory other = positionOf(first, 0);
        vm.prank(challenger);
        vm.expectPartialRevert(Sections.SectionMismatch.selector);
        game.split(first, old, new bytes32[](3));
        vm.prank(asserter);
        vm.expectPartialRevert(Sections.SectionMismatch.selector);
        game.split(second, other, new bytes32[](1));
    }

    function timeOut(uint256 gameId) internal {
        vm.warp(deadlineOf(gameId) + 1);
        game.claimTimeout(gameId, positionOf(gameId, 0));
    }

    function expectEmpty() internal view {
        assertEq(address(game).balance, 0, "no money left in the game");
    }
}
