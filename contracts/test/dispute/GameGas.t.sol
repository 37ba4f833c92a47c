// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { GameFixture } from "./GameFixture.sol";

/// @title What a whole game costs both sides at different degrees, with 2^32 steps and the toy machine's step
contract GameGasTest is GameFixture {
    function _play(uint256 degree, uint256 units) private returns (uint256 moves) {
        deploy(degree, 1 << 32, 1_024, units / 1_024);
        IRollup.State memory state = finalState();
        state.stateRoot = LIE;
        uint256 id = assertAs(asserter, state);
        uint256 gameId = openGame(id, state);
        while (mover(gameId) != address(0)) {
            if (mover(gameId) == challenger) playHonest(gameId);
            else if (!_liarFollows(gameId, moves)) _timeOut(gameId);
            ++moves;
        }
        assertTrue(outcomeOf(gameId) == IDisputeGame.Outcome.ChallengerWon, "won");
    }

    /// @dev One step is left and it is the liar's move: it cannot prove what is not so.
    function _timeOut(uint256 gameId) private {
        vm.warp(deadlineOf(gameId) + 1);
        game.claimTimeout(gameId, positionOf(gameId, 0));
    }

    function _liarFollows(uint256 gameId, uint256 seed) private returns (bool) {
        for (uint256 i = 0; i < 1_000; ++i) {
            uint256 index = (seed + i) % (standings[gameId].hashes.length - 1);
            if (startOf(gameId, index + 1) - startOf(gameId, index) > 1) return playDishonest(gameId, index);
        }
        return playDishonest(gameId, 0);
    }

    /// forge-config: default.isolate = true
    function test_wholeGame_degree16_units10() public {
        uint256 moves = _play(16, 1 << 10);
        assertTrue(moves <= game.MAXIMUM_MOVES(), "moves");
        vm.snapshotValue("DisputeGame", "degree 16, 2^10 units: moves", moves);
        vm.snapshotValue("DisputeGame", "degree 16, 2^10 units: gas of all moves", gasOfMoves);
    }

    /// forge-config: default.isolate = true
    function test_wholeGame_degree16_units16() public {
        uint256 moves = _play(16, 1 << 16);
        assertTrue(moves <= game.MAXIMUM_MOVES(), "moves");
        vm.snapshotValue("DisputeGame", "degree 16, 2^16 units: moves", moves);
        vm.snapshotValue("DisputeGame", "degree 16, 2^16 units: gas of all moves", gasOfMoves);
    }

    /// forge-config: default.isolate = true
    function test_wholeGame_degree16_units23() public {
        uint256 moves = _play(16, 1 << 23);
        assertTrue(moves <= game.MAXIMUM_MOVES(), "moves");
        vm.snapshotValue("DisputeGame", "degree 16, 2^23 units: moves", moves);
        vm.snapshotValue("DisputeGame", "degree 16, 2^23 units: gas of all moves", gasOfMoves);
    }

    /// forge-config: default.isolate = true
    function test_wholeGame_degree32_units10() public {
        uint256 moves = _play(32, 1 << 10);
        assertTrue(moves <= game.MAXIMUM_MOVES(), "moves");
        vm.snapshotValue("DisputeGame", "degree 32, 2^10 units: moves", moves);
        vm.snapshotValue("DisputeGame", "degree 32, 2^10 units: gas of all moves", gasOfMoves);
    }

    /// forge-config: default.isolate = true
    function test_wholeGame_degree32_units23() public {
        uint256 moves = _play(32, 1 << 23);
        assertTrue(moves <= game.MAXIMUM_MOVES(), "moves");
        vm.snapshotValue("DisputeGame", "degree 32, 2^23 units: moves", moves);
        vm.snapshotValue("DisputeGame", "degree 32, 2^23 units: gas of all moves", gasOfMoves);
    }

    /// forge-config: default.isolate = true
    function test_wholeGame_degree64_units10() public {
        uint256 moves = _play(64, 1 << 10);
        assertTrue(moves <= game.MAXIMUM_MOVES(), "moves");
        vm.snapshotValue("DisputeGame", "degree 64, 2^10 units: moves", moves);
        vm.snapshotValue("DisputeGame", "degree 64, 2^10 units: gas of all moves", gasOfMoves);
    }

    /// forge-config: default.isolate = true
    function test_wholeGame_degree64_units23() public {
        uint256 moves = _play(64, 1 << 23);
        assertTrue(moves <= game.MAXIMUM_MOVES(), "moves");
        vm.snapshotValue("DisputeGame", "degree 64, 2^23 units: moves", moves);
        vm.snapshotValue("DisputeGame", "degree 64, 2^23 units: gas of all moves", gasOfMoves);
    }
}
