// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IDisputeGame } from "./IDisputeGame.sol";
import { Turn, Turns } from "./Turns.sol";

/// @title Whose move it is and how long that side may think
/// @notice Chess clocks: only the clock of who is to move runs. Each hand-over leaves the next mover at least the floor,
/// so a game takes at most both clocks plus one floor per move.
abstract contract GameClock is IDisputeGame {
    using SafeCast for uint256;

    /// @notice A game in storage: two slots.
    /// @param section Commitment to what the game is about and to what the last mover claims.
    struct Stored {
        bytes32 section;
        Turn turn;
    }

    /// @notice Seconds each side has for all its moves.
    uint32 public immutable CLOCK;
    /// @notice Seconds a side has for a move at least.
    uint32 public immutable FLOOR;
    /// @dev L1 time of the deployment.
    uint256 private immutable DEPLOYED_AT;

    /// @inheritdoc IDisputeGame
    uint256 public gameCount;
    mapping(uint256 gameId => Stored) internal _games;
    /// @inheritdoc IDisputeGame
    mapping(address owner => address mover) public delegateOf;

    constructor(uint32 clockSeconds, uint32 floorSeconds) {
        bool allowed = floorSeconds != 0 && floorSeconds <= clockSeconds && clockSeconds <= type(uint24).max;
        if (!allowed) revert InvalidGameParameters();
        CLOCK = clockSeconds;
        FLOOR = floorSeconds;
        DEPLOYED_AT = block.timestamp;
    }

    /// @inheritdoc IDisputeGame
    function setDelegate(address mover) external {
        delegateOf[msg.sender] = mover;
        emit DelegateSet(msg.sender, mover);
    }

    /// @inheritdoc IDisputeGame
    function deadline(uint256 gameId) public view returns (uint256) {
        Turn turn = _games[gameId].turn;
        return turn.phase() == Phase.None ? 0 : DEPLOYED_AT + turn.deadline();
    }

    /// @dev The opening was the challenger's first move, so the asserter is to move; both clocks are full.
    function _start(uint256 gameId, uint256 assertionId, bytes32 section) internal {
        uint32 end = (_now() + CLOCK).toUint32();
        Turn turn = Turns.begin(msg.sender, assertionId.toUint32(), end, uint24(CLOCK));
        _games[gameId] = Stored(section, turn);
    }

    /// @dev Whether somebody is to move.
    function _running(Phase phase) internal pure returns (bool) {
        return phase == Phase.ChallengerMoves || phase == Phase.AsserterMoves;
    }

    /// @dev The turn of a game in which the caller may move and has time left. Who the asserter is, is not checked here.
    function _beginMove(uint256 gameId, address asserter) internal view returns (Turn turn) {
        turn = _games[gameId].turn;
        bool allowed = (turn.phase() == Phase.ChallengerMoves && _mayMoveFor(turn.challenger()))
            || (turn.phase() == Phase.AsserterMoves && _mayMoveFor(asserter));
        if (!allowed) revert NotYourMove(gameId, turn.phase(), msg.sender);
        if (_now() > turn.deadline()) revert ClockExpired(gameId);
    }

    /// @dev The party itself comes first: its moves cost no read of the delegate.
    function _mayMoveFor(address party) private view returns (bool) {
        return msg.sender == party || delegateOf[party] == msg.sender;
    }

    /// @dev Of a turn in which there is time left. The caller stores it.
    function _passTurn(Turn turn) internal view returns (Turn) {
        uint256 time = _now();
        uint256 left = turn.deadline() - time;
        uint256 deadline_ = time + Math.max(turn.waitingLeft(), FLOOR);
        Phase phase = turn.phase() == Phase.ChallengerMoves ? Phase.AsserterMoves : Phase.ChallengerMoves;
        return turn.next(deadline_.toUint32(), left.toUint24(), phase);
    }

    function _checkExpired(uint256 gameId, Turn turn) internal view {
        if (!_running(turn.phase())) revert NotYourMove(gameId, turn.phase(), msg.sender);
        if (_now() <= turn.deadline()) revert ClockRunning(gameId, DEPLOYED_AT + turn.deadline());
    }

    /// @dev Seconds on both clocks now; nothing once the game is over.
    function _clocks(Turn turn) internal view returns (uint32 challengerLeft, uint32 asserterLeft) {
        if (!_running(turn.phase())) return (0, 0);
        uint32 moverLeft = _now() < turn.deadline() ? uint32(turn.deadline() - _now()) : 0;
        bool challenger = turn.phase() == Phase.ChallengerMoves;
        return challenger ? (moverLeft, turn.waitingLeft()) : (uint32(turn.waitingLeft()), moverLeft);
    }

    function _now() private view returns (uint256) {
        return block.timestamp - DEPLOYED_AT;
    }
}
