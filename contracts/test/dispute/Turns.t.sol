// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Turn, Turns } from "../../src/dispute/Turns.sol";
import { TestBase } from "../helpers/TestBase.sol";

/// @title Parts of a turn over their whole ranges
contract TurnsTest is TestBase {
    function test_fuzz_parts_comeBackAndLeaveEachOtherAlone(
        address challenger,
        uint32 assertionId,
        uint256[2] memory deadlines,
        uint24[2] memory left
    ) public pure {
        (deadlines[0], deadlines[1]) = (deadlines[0] % (1 << 39), deadlines[1] % (1 << 39));
        Turn turn = Turns.begin(challenger, assertionId, deadlines[0], left[0]);
        _check(turn, challenger, assertionId, deadlines[0], left[0], true);
        turn = turn.next(deadlines[1], left[1]);
        _check(turn, challenger, assertionId, deadlines[1], left[1], false);
        turn = turn.next(deadlines[0], left[1]);
        _check(turn, challenger, assertionId, deadlines[0], left[1], true);
    }

    function _check(
        Turn turn,
        address challenger,
        uint32 assertionId,
        uint256 deadline,
        uint24 left,
        bool asserterMoves
    ) private pure {
        assertEq(turn.challenger(), challenger, "challenger");
        assertEq(turn.assertionId(), assertionId, "assertion");
        assertEq(turn.deadline(), deadline, "deadline");
        assertEq(turn.waitingLeft(), left, "clock");
        assertTrue(turn.asserterMoves() == asserterMoves, "mover");
    }
}
