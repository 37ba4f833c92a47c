// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "./IDisputeGame.sol";

/// @notice Whose move it is and how long, in one word: what a move reads and changes beside the section. From the lowest bit:
/// challenger (160), number of the assertion (32), deadline (32), seconds on the clock of the other side (24), phase (8). The
/// deadline is in seconds since the deployment, so that 32 bits last 136 years.
type Turn is uint256;

using Turns for Turn global;

/// @title Parts of a turn
/// @notice A word and no struct: Solidity would unpack a struct into memory and pack it again for every move.
library Turns {
    uint256 private constant DEADLINE_BIT = 192;
    /// @dev Challenger and assertion never change.
    uint256 private constant FIXED = (1 << DEADLINE_BIT) - 1;

    /// @notice The first turn of a game.
    function begin(address challenger_, uint32 assertionId_, uint32 deadline_, uint24 waitingLeft_)
        internal
        pure
        returns (Turn)
    {
        uint256 fixed_ = uint256(uint160(challenger_)) | (uint256(assertionId_) << 160);
        return _with(fixed_, deadline_, waitingLeft_, IDisputeGame.Phase.AsserterMoves);
    }

    /// @notice The turn that follows.
    function next(Turn turn, uint32 deadline_, uint24 waitingLeft_, IDisputeGame.Phase phase_)
        internal
        pure
        returns (Turn)
    {
        return _with(Turn.unwrap(turn) & FIXED, deadline_, waitingLeft_, phase_);
    }

    /// @notice The last turn, once the game is over.
    function end(Turn turn, IDisputeGame.Phase phase_) internal pure returns (Turn) {
        return next(turn, deadline(turn), waitingLeft(turn), phase_);
    }

    function challenger(Turn turn) internal pure returns (address) {
        return address(uint160(Turn.unwrap(turn)));
    }

    function assertionId(Turn turn) internal pure returns (uint32) {
        return uint32(Turn.unwrap(turn) >> 160);
    }

    /// @notice Until when who is to move may move: seconds since the deployment.
    function deadline(Turn turn) internal pure returns (uint32) {
        return uint32(Turn.unwrap(turn) >> DEADLINE_BIT);
    }

    /// @notice Seconds on the clock of the other side.
    function waitingLeft(Turn turn) internal pure returns (uint24) {
        return uint24(Turn.unwrap(turn) >> 224);
    }

    function phase(Turn turn) internal pure returns (IDisputeGame.Phase) {
        return IDisputeGame.Phase(Turn.unwrap(turn) >> 248);
    }

    function _with(uint256 fixed_, uint32 deadline_, uint24 waitingLeft_, IDisputeGame.Phase phase_)
        private
        pure
        returns (Turn)
    {
        uint256 clocks = (uint256(deadline_) << DEADLINE_BIT) | (uint256(waitingLeft_) << 224);
        return Turn.wrap(fixed_ | clocks | (uint256(phase_) << 248));
    }
}
