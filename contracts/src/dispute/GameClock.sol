// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "./IDisputeGame.sol";

/// @title Whose move it is and how long that side may think
/// @notice Chess clocks: only the clock of who is to move runs. Each hand-over leaves the next mover at least the floor,
/// so a game takes at most both clocks plus one floor per move.
abstract contract GameClock is IDisputeGame {
    /// @notice Seconds each side has for all its moves.
    uint32 public immutable CLOCK;
    /// @notice Seconds a side has for a move at least.
    uint32 public immutable FLOOR;

    Game[] internal _games;

    constructor(uint32 clockSeconds, uint32 floorSeconds) {
        if (clockSeconds == 0 || floorSeconds == 0 || floorSeconds > clockSeconds) revert InvalidGameParameters();
        CLOCK = clockSeconds;
        FLOOR = floorSeconds;
    }

    /// @inheritdoc IDisputeGame
    function game(uint256 gameId) external view returns (Game memory found) {
        if (gameId < _games.length) found = _games[gameId];
    }

    /// @inheritdoc IDisputeGame
    function gameCount() external view returns (uint256) {
        return _games.length;
    }

    /// @inheritdoc IDisputeGame
    function deadline(uint256 gameId) external view returns (uint256) {
        return _deadline(_games[gameId]);
    }

    function _start(uint32 assertionId, address asserter) internal returns (uint256 gameId) {
        gameId = _games.length;
        _games.push(
            Game({
                section: 0,
                challenger: msg.sender,
                assertionId: assertionId,
                movedAt: uint40(block.timestamp),
                phase: Phase.ChallengerMoves,
                level: Level.Units,
                asserter: asserter,
                challengerLeft: CLOCK,
                asserterLeft: CLOCK
            })
        );
    }

    function _running(Game storage current) internal view returns (bool) {
        return current.phase == Phase.ChallengerMoves || current.phase == Phase.AsserterMoves;
    }

    /// @dev Reverts unless the caller is to move and has time left.
    function _beginMove(uint256 gameId) internal view returns (Game storage current) {
        current = _games[gameId];
        Phase phase = current.phase;
        bool allowed = (phase == Phase.ChallengerMoves && msg.sender == current.challenger)
            || (phase == Phase.AsserterMoves && msg.sender == current.asserter);
        if (!allowed) revert NotYourMove(gameId, phase, msg.sender);
        if (block.timestamp > _deadline(current)) revert ClockExpired(gameId);
    }

    function _passTurn(Game storage current) internal {
        uint32 left = uint32(_deadline(current) - block.timestamp);
        if (current.phase == Phase.ChallengerMoves) {
            current.challengerLeft = left;
            if (current.asserterLeft < FLOOR) current.asserterLeft = FLOOR;
            current.phase = Phase.AsserterMoves;
        } else {
            current.asserterLeft = left;
            if (current.challengerLeft < FLOOR) current.challengerLeft = FLOOR;
            current.phase = Phase.ChallengerMoves;
        }
        current.movedAt = uint40(block.timestamp);
    }

    function _checkExpired(uint256 gameId, Game storage current) internal view {
        if (!_running(current)) revert NotYourMove(gameId, current.phase, msg.sender);
        uint256 end = _deadline(current);
        if (block.timestamp <= end) revert ClockRunning(gameId, end);
    }

    function _deadline(Game storage current) private view returns (uint256) {
        bool challenger = current.phase == Phase.ChallengerMoves;
        return uint256(current.movedAt) + (challenger ? current.challengerLeft : current.asserterLeft);
    }
}
