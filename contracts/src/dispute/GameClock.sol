// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IDisputeGame } from "./IDisputeGame.sol";
import { Turn, Turns } from "./Turns.sol";

/// @title Who may move and how long that side may think
/// @notice Chess clocks: only the clock of who is to move runs. Each hand-over leaves the next mover at least the floor,
/// so a game takes at most both clocks plus one floor per move.
abstract contract GameClock is IDisputeGame {
    using SafeCast for uint256;

    /// @notice Seconds each side has for all its moves.
    uint32 public immutable CLOCK;
    /// @notice Seconds a side has for a move at least.
    uint32 public immutable FLOOR;

    /// @inheritdoc IDisputeGame
    mapping(address owner => address mover) public delegateOf;

    constructor(uint32 clockSeconds, uint32 floorSeconds) {
        bool allowed = floorSeconds != 0 && floorSeconds <= clockSeconds && clockSeconds <= type(uint24).max;
        if (!allowed) revert InvalidGameParameters();
        CLOCK = clockSeconds;
        FLOOR = floorSeconds;
    }

    /// @inheritdoc IDisputeGame
    function setDelegate(address mover) external {
        delegateOf[msg.sender] = mover;
        emit DelegateSet(msg.sender, mover);
    }

    /// @inheritdoc IDisputeGame
    function readTurn(Turn turn)
        external
        pure
        returns (address challenger, uint32 assertionId, uint256 deadline, bool asserterMoves, uint24 waitingLeft)
    {
        return (turn.challenger(), turn.assertionId(), turn.deadline(), turn.asserterMoves(), turn.waitingLeft());
    }

    /// @dev The opening was the challenger's first move, so the asserter is to move; both clocks are full.
    function _firstTurn(uint256 assertionId) internal view returns (Turn) {
        return Turns.begin(msg.sender, assertionId.toUint32(), block.timestamp + CLOCK, uint24(CLOCK));
    }

    /// @dev Whether the caller may move and has time left.
    function _checkMover(uint256 gameId, Turn turn, address asserter) internal view {
        address party = turn.asserterMoves() ? asserter : turn.challenger();
        // The party itself comes first: its moves cost no read of the delegate.
        if (msg.sender != party && delegateOf[party] != msg.sender) revert NotYourMove(gameId, party, msg.sender);
        if (block.timestamp > turn.deadline()) revert ClockExpired(gameId);
    }

    /// @dev Of a turn in which there is time left.
    function _passTurn(Turn turn) internal view returns (Turn) {
        uint256 left = turn.deadline() - block.timestamp;
        uint256 deadline = block.timestamp + Math.max(turn.waitingLeft(), FLOOR);
        return turn.next(deadline, left.toUint24());
    }

    function _checkExpired(uint256 gameId, Turn turn) internal view {
        if (block.timestamp <= turn.deadline()) revert ClockRunning(gameId, turn.deadline());
    }
}
