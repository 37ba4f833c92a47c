// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice Whose move it is and how long, in one word. From the lowest bit: challenger (160), number of the assertion (32),
/// deadline (39), whether the asserter is to move (1), seconds on the clock of the other side (24). The deadline is L1 time in
/// seconds: 39 bits last for 17,000 years.
type Turn is uint256;

using Turns for Turn global;

/// @title Parts of a turn
/// @notice A word and no struct: Solidity would unpack a struct into memory and pack it again for every move.
library Turns {
    uint256 private constant DEADLINE_BIT = 192;
    uint256 private constant DEADLINE_MASK = (1 << 39) - 1;
    uint256 private constant MOVER_BIT = 231;
    uint256 private constant WAITING_BIT = 232;
    /// @dev Challenger and assertion never change.
    uint256 private constant FIXED = (1 << DEADLINE_BIT) - 1;

    /// @notice The first turn of a game: the asserter's.
    function begin(address challenger_, uint32 assertionId_, uint256 deadline_, uint24 waitingLeft_)
        internal
        pure
        returns (Turn)
    {
        uint256 fixed_ = uint256(uint160(challenger_)) | (uint256(assertionId_) << 160);
        return _with(fixed_, deadline_, waitingLeft_, 1 << MOVER_BIT);
    }

    /// @notice The turn that follows: the other side's.
    function next(Turn turn, uint256 deadline_, uint24 waitingLeft_) internal pure returns (Turn) {
        uint256 word = Turn.unwrap(turn);
        return _with(word & FIXED, deadline_, waitingLeft_, ~word & (1 << MOVER_BIT));
    }

    function challenger(Turn turn) internal pure returns (address) {
        return address(uint160(Turn.unwrap(turn)));
    }

    function assertionId(Turn turn) internal pure returns (uint32) {
        return uint32(Turn.unwrap(turn) >> 160);
    }

    /// @notice L1 time until which who is to move may move.
    function deadline(Turn turn) internal pure returns (uint256) {
        return (Turn.unwrap(turn) >> DEADLINE_BIT) & DEADLINE_MASK;
    }

    /// @notice Whether it is the asserter's move; else it is the challenger's.
    function asserterMoves(Turn turn) internal pure returns (bool) {
        return Turn.unwrap(turn) & (1 << MOVER_BIT) != 0;
    }

    /// @notice Seconds on the clock of the other side.
    function waitingLeft(Turn turn) internal pure returns (uint24) {
        return uint24(Turn.unwrap(turn) >> WAITING_BIT);
    }

    function _with(uint256 fixed_, uint256 deadline_, uint24 waitingLeft_, uint256 mover_) private pure returns (Turn) {
        return Turn.wrap(fixed_ | (deadline_ << DEADLINE_BIT) | mover_ | (uint256(waitingLeft_) << WAITING_BIT));
    }
}
