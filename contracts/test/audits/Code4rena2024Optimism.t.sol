// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { IOneStepProver } from "../../src/proof/IOneStepProver.sol";
import { GamePlay } from "../dispute/GamePlay.sol";
import { Fixture } from "../helpers/Fixture.sol";

/// @title Findings of the Code4rena audit of the OP Stack's fault proofs (July 2024) that concern assertions
/// @notice docs/security-findings.md lists them with links.
contract Code4rena2024OptimismRollupTest is Fixture {
    bytes32 private constant A = keccak256("root A");

    /// @dev Claims made too early took the place of valid ones: a claim about items that are not there yet is refused.
    function test_C4_2024_07_Optimism_6_tooEarlyClaimTakesNoPlace() public {
        appendItems(3);
        bytes32 genesis = rollup.assertion(0).outputRoot;
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongItem.selector, 4, 1, 3));
        rollup.assertState{ value: BOND }(0, genesis, state(A, 4, 4), 0);
        appendItems(1);
        rollup.assertState{ value: BOND }(0, genesis, state(A, 4, 4), inbox.items(3));
    }

    /// @dev An attacker's claim for the same items does not keep an honest one out either.
    function test_C4_2024_07_Optimism_6_wrongClaimTakesNoPlace() public {
        appendItems(3);
        assertRoot(bob, 0, keccak256("lie"));
        uint256 honest = assertRoot(alice, 0, A);
        assertEq(rollup.assertion(honest).bondOwner, alice, "beside the lie");
        rollup.onGameLost(1, carol);
        confirmAfterWindow(honest);
    }
}

/// @title Findings of the same audit that concern games
/// @notice docs/security-findings.md lists them with links.
contract Code4rena2024OptimismGameTest is GamePlay {
    /// @dev Re-initialised metadata skipped a challenge period: a game is opened once, under a new number each time.
    function test_C4_2024_07_Optimism_27_gameStartsOnce() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        uint256 gameId = openGame(id, state);
        (bytes32 commitment,) = game.game(gameId + 1);
        assertEq(commitment, 0, "not taken");
        IDisputeGame.Position memory position = positionOf(gameId, 0);
        bytes memory none =
            abi.encodeWithSelector(IDisputeGame.GameNotRunning.selector, gameId + 1, IDisputeGame.Outcome.None);
        vm.expectRevert(none);
        game.claimTimeout(gameId + 1, position);
        vm.expectRevert(none);
        game.dismiss(gameId + 1, position);
        assertEq(openGame(id, state), gameId + 1, "a new number each time");
    }

    /// @dev A timestamp of zero skipped a challenge period: a game and an assertion have their time from the first moment.
    function test_C4_2024_07_Optimism_13_timeIsNeverZero() public {
        deploySmall();
        (uint256 id, IRollup.State memory claim) = assertLie();
        uint256 gameId = openGame(id, claim);
        assertEq(deadlineOf(gameId), block.timestamp + CLOCK, "time of the game");
        assertEq(rollup.assertion(id).createdAt, block.timestamp, "time of the assertion");
        vm.expectPartialRevert(IDisputeGame.ClockRunning.selector);
        game.claimTimeout(gameId, positionOf(gameId, 0));
        vm.expectPartialRevert(IRollup.WindowOpen.selector);
        rollup.confirm(id);
        assertEq(deadlineOf(gameId), block.timestamp + CLOCK, "a whole clock");
    }

    /// @dev A move that names its parent by index hits another claim after a reorg: here it shows the position it answers.
    function test_C4_2024_07_Optimism_24_movesNameTheirPosition() public {
        expectMovesNameTheirPosition();
    }

    /// @dev Less time was left than the honest side needed: after any move, however late, the other side has the floor.
    function test_C4_2024_07_Optimism_29_floorAfterALateMove() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 gameId = openGame(id, state);
        vm.warp(deadlineOf(gameId));
        playHonest(gameId);
        vm.warp(deadlineOf(gameId));
        assertTrue(playDishonest(gameId, 0), "the liar moves in its last second");
        assertEq(asserterLeft(gameId), FLOOR, "time to answer");
        assertEq(deadlineOf(gameId), block.timestamp + FLOOR, "deadline");
    }

    /// @dev The same over whole games: with a liar that always moves in its last second the honest side has the floor, and wins.
    function test_fuzz_C4_2024_07_Optimism_44_timeToAnswerThroughoutTheGame(uint256 seed, bool asserterLies) public {
        deploy(2 + seed % 15, 1 + (seed >> 8) % 500, 3, 4);
        (uint256 id, IRollup.State memory claim) = asserterLies ? assertLie() : assertTruth();
        uint256 gameId = openGame(id, claim);
        // `playOut` asserts the floor before every move.
        playOut(gameId, asserterLies ? challenger : asserter, seed, true);
        assertTrue(rollup.isRejected(id) == asserterLies, "the honest side wins");
        expectEmpty();
    }

    /// @dev The reward of a step went to whoever copied it first: nobody but the two sides can move, and winnings go to the side.
    function test_C4_2024_07_Optimism_31_nobodyElseMovesOrIsPaid() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 gameId = openGame(id, state);
        _expectNotMoving(gameId, asserter, challenger);
        _expectNotMoving(gameId, asserter, address(0xBAD));
        playHonest(gameId);
        _expectNotMoving(gameId, challenger, asserter);
        _expectNotMoving(gameId, challenger, address(0xBAD));
    }

    function _expectNotMoving(uint256 gameId, address party, address who) private {
        IDisputeGame.Position memory position = positionOf(gameId, 0);
        vm.prank(who);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NotYourMove.selector, gameId, party, who));
        game.split(gameId, position, new bytes32[](4));
    }

    /// @dev Fewer blocks than the chain has is a lie about the way, even with the right end.
    function test_C4_2024_07_Optimism_36_tooFewBlocksAreRefuted() public {
        deploySmall();
        IRollup.State memory state = finalState();
        state.blockNumber = 11;
        uint256 id = assertAs(asserter, state);
        uint256 gameId = openGame(id, state);
        playOut(gameId, challenger, 3, false);
        assertTrue(rollup.isRejected(id), "refuted");
    }

    /// @dev A trace longer than the range passed a block beyond the claim to the machine: the units left over at the end of an
    /// assertion change nothing here.
    function test_C4_2024_07_Optimism_36_unitsLeftOverStandStill() public {
        deploy(4, 50, 3, 4, 22);
        IRollup.State memory state = finalState();
        uint256 id = assertAs(asserter, state);
        uint256 gameId = openGame(id, state);
        playOut(gameId, asserter, 4, false);
        assertTrue(outcomeOf(gameId) == IDisputeGame.Outcome.AsserterWon, "stands");
    }

    /// @dev There is no unit to open beyond the end, and a side that tells the truth there has not lost.
    function test_C4_2024_07_Optimism_36_nothingToOpenBeyondTheEnd() public {
        deploy(20, 50, 1, 1, 1);
        IRollup.State memory state = finalState();
        state.stateRoot = LIE;
        uint256 id = assertAs(asserter, state);
        uint256 gameId = openGame(id, state);
        // The asserter agrees with the first unit and lies about the second: nothing to open there.
        IDisputeGame.Position memory position = positionOf(gameId, 1);
        IOneStepProver.UnitState memory unit = trueUnit(1);
        vm.prank(asserter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongUnitPosition.selector, 1, 1));
        game.enterUnit(gameId, position, unit, 50, "", new bytes32[](0));
        vm.prank(asserter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NothingDisputed.selector, tupleOf(unit)));
        game.proveEnd(gameId, position, unit);
    }

    /// @dev Who claims that something happens beyond the end loses at once.
    function test_C4_2024_07_Optimism_36_changeBeyondTheEndLoses() public {
        deploy(20, 50, 1, 1, 1);
        IRollup.State memory state = finalState();
        uint256 id = assertAs(asserter, state);
        bytes32[] memory hashes = new bytes32[](3);
        (hashes[0], hashes[1], hashes[2]) = (tupleOf(genesis()), tupleOf(trueUnit(1)), LIE);
        uint256 gameId = openGame(id, state, hashes);
        playHonest(gameId);
        assertTrue(outcomeOf(gameId) == IDisputeGame.Outcome.AsserterWon, "the asserter won");
        expectEmpty();
    }

    /// @dev A machine that never stops has trapped when its steps are used up. What follows a trap is for the judge to say
    /// (docs/spec/program.md, "Trap"; the toy machine goes on to the next item); that the state stays as it was is provable.
    function test_C4_2024_07_Optimism_54_endlessUnitIsDecidable() public {
        for (uint256 i = 0; i < 2; ++i) {
            deploy(32, (1 << 32) + 5, 1, 4);
            IRollup.State memory state = finalState();
            assertEq(state.stateRoot, GENESIS_ROOT, "nothing changed");
            if (i == 0) state.stateRoot = LIE;
            uint256 id = assertAs(asserter, state);
            uint256 gameId = openGame(id, state);
            playOut(gameId, i == 0 ? challenger : asserter, 5, false);
            assertTrue(rollup.isRejected(id) == (i == 0), "decided");
        }
    }
}
