// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../../src/interfaces/IInbox.sol";
import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { GamePlay } from "../dispute/GamePlay.sol";
import { Fixture } from "../helpers/Fixture.sol";

/// @title Findings of the Code4rena audit of Arbitrum BoLD (May 2024) that concern games
/// @notice docs/security-findings.md lists them with links.
contract Code4rena2024BoldGameTest is GamePlay {
    /// @dev A lowered stake trapped honest ones: bonds and clocks are fixed for ever, so no change can reach an open game.
    function test_C4_2024_05_BoLD_H01_parametersCannotChange() public {
        deploySmall();
        bytes[4] memory calls = [
            abi.encodeWithSignature("setBond(uint256)", 0),
            abi.encodeWithSignature("initialize()"),
            abi.encodeWithSignature("upgradeTo(address)", challenger),
            abi.encodeWithSignature("transferOwnership(address)", challenger)
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool accepted,) = address(game).call(calls[i]);
            assertTrue(!accepted, "no such function in the game");
            (accepted,) = address(rollup).call(calls[i]);
            assertTrue(!accepted, "no such function in the rollup");
        }
    }

    /// @dev A timer inherited from another tree confirmed a wrong claim: what happens in one game moves no clock of another.
    function test_C4_2024_05_BoLD_H02_clocksAreSeparate() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 first = openGame(id, state);
        uint256 second = openGame(id, state);
        uint256 before = deadlineOf(second);
        vm.warp(block.timestamp + 1 days);
        playHonest(first);
        assertEq(deadlineOf(second), before, "untouched");
        assertEq(mover(second), asserter, "untouched");
    }

    /// @dev Games won for an assertion give nothing to another one, nor to a later game against the same.
    function test_C4_2024_05_BoLD_H02_nothingIsInherited() public {
        deploySmall();
        (uint256 id, IRollup.State memory claim) = assertTruth();
        uint256 first = openGame(id, claim);
        vm.warp(block.timestamp + 1 days);
        timeOutBySilence(first);
        uint256 second = openGame(id, claim);
        assertEq(challengerLeft(second), CLOCK, "a whole clock");
        assertEq(asserterLeft(second), CLOCK, "a whole clock");
        IRollup.State memory lie = finalState();
        lie.stateRoot = LIE;
        uint256 rival = assertAs(asserter, lie);
        assertTrue(rollup.isChallengeable(rival), "its own window");
        vm.expectRevert();
        rollup.confirm(rival);
    }

    function timeOutBySilence(uint256 gameId) private {
        playHonest(gameId);
        timeOut(gameId);
        assertTrue(outcomeOf(gameId) == IDisputeGame.Outcome.AsserterWon, "the challenger was silent");
    }
}

/// @title Findings of the same audit that concern forced inclusion
/// @notice docs/security-findings.md lists them with links.
contract Code4rena2024BoldInboxTest is Fixture {
    /// @dev An inconsistent buffer forced messages later than promised: anyone can append an item that covers all of them, at any time.
    function test_fuzz_C4_2024_05_BoLD_M01_appendEmptyCoversAllMessages(uint8 messages, address anyone) public {
        for (uint256 i = 0; i < messages % 20; ++i) {
            portal.depositTransaction(bob, 0, 30_000, false, "");
        }
        vm.recordLogs();
        vm.prank(anyone);
        inbox.appendEmpty();
        (IInbox.ItemHeader memory header) = abi.decode(vm.getRecordedLogs()[0].data, (IInbox.ItemHeader));
        assertEq(header.delayedCount, inbox.delayedCount(), "all messages");
        assertEq(header.delayedAccumulator, inbox.delayedAccumulatorAt(messages % 20), "their accumulator");
        assertEq(header.poster, anyone, "poster");
    }

    /// @dev What operators or others do cannot put off a message: it stays covered by every later empty item.
    function test_C4_2024_05_BoLD_M01_nothingDelaysAMessage() public {
        portal.depositTransaction(bob, 0, 30_000, false, "");
        uint256 sent = block.timestamp;
        for (uint256 i = 0; i < 5; ++i) {
            vm.setBlockhash(block.number - 1, keccak256("an L1 block"));
            bytes32[] memory hashes = new bytes32[](1);
            hashes[0] = bytes32(uint256(1 << 248));
            vm.blobhashes(hashes);
            inbox.appendBatch(block.number - 1, keccak256("an L1 block"), 0, 0, "");
            vm.warp(block.timestamp + 10 minutes);
        }
        vm.warp(sent + 1 hours + 1);
        vm.recordLogs();
        vm.prank(bob);
        inbox.appendEmpty();
        IInbox.ItemHeader memory header = abi.decode(vm.getRecordedLogs()[0].data, (IInbox.ItemHeader));
        assertEq(header.delayedCount, 1, "covered");
        assertTrue(header.l1Timestamp - sent > 1 hours, "overdue at this item by the rules");
    }
}
