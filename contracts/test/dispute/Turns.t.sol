// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Turn, Turns } from "../../src/dispute/Turns.sol";
import { TestBase } from "../helpers/TestBase.sol";

/// @title Parts of a turn over their whole ranges
contract TurnsTest is TestBase {
    function test_fuzz_parts_comeBackAndLeaveEachOtherAlone(
        address challenger,
        uint32 assertionId,
        uint32[2] memory deadlines,
        uint24[2] memory left,
        uint8 phaseNumber
    ) public pure {
        Turn turn = Turns.begin(challenger, assertionId, deadlines[0], left[0]);
        _check(turn, challenger, assertionId, deadlines[0], left[0], IDisputeGame.Phase.AsserterMoves);
        IDisputeGame.Phase phase = IDisputeGame.Phase(phaseNumber % 6);
        turn = turn.next(deadlines[1], left[1], phase);
        _check(turn, challenger, assertionId, deadlines[1], left[1], phase);
        _check(
            turn.end(IDisputeGame.Phase.Void), challenger, assertionId, deadlines[1], left[1], IDisputeGame.Phase.Void
        );
    }

    function _check(
        Turn turn,
        address challenger,
        uint32 assertionId,
        uint32 deadline,
        uint24 left,
        IDisputeGame.Phase phase
    ) private pure {
        assertEq(turn.challenger(), challenger, "challenger");
        assertEq(turn.assertionId(), assertionId, "assertion");
        assertEq(turn.deadline(), deadline, "deadline");
        assertEq(turn.waitingLeft(), left, "clock");
        assertTrue(turn.phase() == phase, "phase");
    }
}
