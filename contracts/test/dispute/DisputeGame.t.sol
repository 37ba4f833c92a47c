// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { DisputeGame } from "../../src/dispute/DisputeGame.sol";
import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Sections } from "../../src/dispute/Sections.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { IOneStepProver } from "../../src/proof/IOneStepProver.sol";
import { GameFixture } from "./GameFixture.sol";

/// @title Games between an honest and a lying side: who wins, where bonds go, how long it takes (faults 3.2 and G)
contract DisputeGameTest is GameFixture {
    uint256 private constant UNITS = 12;

    function _deploySmall() private {
        deploy(4, 50, 3, 4);
    }

    function _truth() private returns (uint256 id, IRollup.State memory state) {
        state = finalState();
        id = assertAs(asserter, state, UNITS);
    }

    function _lie() private returns (uint256 id, IRollup.State memory state) {
        state = finalState();
        state.stateRoot = LIE;
        id = assertAs(asserter, state, UNITS);
    }

    /// @dev Both sides move until the game is over; the liar stops when it has no move left.
    function _play(uint256 gameId, address honest, uint256 seed, bool late) private {
        for (uint256 i = 0; mover(gameId) != address(0); ++i) {
            if (late) {
                uint256 left = game.deadline(gameId) - block.timestamp;
                assertTrue(left >= FLOOR, "time for an honest move");
                if (mover(gameId) != honest) vm.warp(game.deadline(gameId));
            }
            if (mover(gameId) == honest) playHonest(gameId);
            else if (!playDishonest(gameId, uint256(keccak256(abi.encode(seed, i))))) return _timeOut(gameId);
            assertTrue(i < game.MAXIMUM_MOVES(), "moves are bounded");
        }
    }

    function _timeOut(uint256 gameId) private {
        vm.warp(game.deadline(gameId) + 1);
        game.claimTimeout(gameId);
    }

    function _expectEmpty() private view {
        assertEq(address(game).balance, 0, "no money left in the game");
    }

    function test_honestChallenger_wins() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _lie();
        uint256 before = challenger.balance;
        uint256 gameId = openGame(id, state);
        _play(gameId, challenger, 1, false);
        assertTrue(game.game(gameId).phase == IDisputeGame.Phase.ChallengerWon, "won");
        assertTrue(rollup.isRejected(id), "the lie fell");
        assertEq(challenger.balance, before + BOND / 2, "bond back and half the asserter's");
        assertEq(address(rollup).balance, 0, "no money left in the rollup");
        _expectEmpty();
    }

    function test_honestAsserter_wins() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _truth();
        uint256 before = asserter.balance;
        uint256 gameId = openGame(id, state);
        _play(gameId, asserter, 2, false);
        assertTrue(game.game(gameId).phase == IDisputeGame.Phase.AsserterWon, "won");
        assertEq(asserter.balance, before + GAME_BOND / 2, "half the challenger's bond");
        _expectEmpty();
        vm.warp(block.timestamp + WINDOW);
        rollup.confirm(id);
        assertEq(address(rollup).balance, 0, "bond returned");
    }

    /// forge-config: default.fuzz.runs = 1000
    /// @dev G1, G4: whatever the liar does, however late, in either role, the honest side wins within the bound.
    function test_fuzz_honestSideWins(uint256 seed, uint8 degree, uint16 limit, uint8 perItem, bool asserterLies)
        public
    {
        deploy(bound(degree, 2, 40), bound(limit, 1, 3_000), uint64(bound(perItem, 1, 9)), 1 + seed % 5);
        IRollup.State memory state = finalState();
        if (asserterLies) state.headerHash = keccak256(abi.encode(seed));
        uint256 units = end * prover.UNITS_PER_ITEM() + (seed >> 8) % 30;
        uint256 gameId = openGame(assertAs(asserter, state, units), state);
        uint256 start = block.timestamp;
        _play(gameId, asserterLies ? challenger : asserter, seed, (seed >> 16) % 2 == 0);
        _checkOutcome(gameId, asserterLies);
        assertTrue(block.timestamp - start <= game.maximumDuration() + 1, "in bounded time");
    }

    function _checkOutcome(uint256 gameId, bool asserterLies) private view {
        IDisputeGame.Game memory ended = game.game(gameId);
        IDisputeGame.Phase expected = asserterLies ? IDisputeGame.Phase.ChallengerWon : IDisputeGame.Phase.AsserterWon;
        assertTrue(ended.phase == expected, "the honest side wins");
        assertTrue(rollup.isRejected(ended.assertionId) == asserterLies, "the assertion stands or falls");
        _expectEmpty();
    }

    /// @dev C4-36: fewer units than the chain needs is a lie about the way, even with the right end.
    function test_C4_36_tooFewUnits_isRefuted() public {
        _deploySmall();
        IRollup.State memory state = finalState();
        state.blockNumber = 11;
        uint256 id = assertAs(asserter, state, 11);
        uint256 gameId = openGame(id, state);
        _play(gameId, challenger, 3, false);
        assertTrue(rollup.isRejected(id), "refuted");
    }

    /// @dev C4-36: units beyond the end change nothing, so more of them are no lie.
    function test_C4_36_tooManyUnits_survive() public {
        _deploySmall();
        IRollup.State memory state = finalState();
        uint256 id = assertAs(asserter, state, 100);
        uint256 gameId = openGame(id, state);
        _play(gameId, asserter, 4, false);
        assertTrue(game.game(gameId).phase == IDisputeGame.Phase.AsserterWon, "stands");
    }

    /// @dev C4-36: there is no unit to open beyond the end, and a side that tells the truth there has not lost.
    function test_C4_36_nothingToOpenBeyondTheEnd() public {
        deploy(20, 50, 1, 1);
        IRollup.State memory state = finalState();
        state.stateRoot = LIE;
        uint256 id = assertAs(asserter, state, 2);
        uint256 gameId = openGame(id, state);
        playHonest(gameId);
        // The asserter agrees with the first unit and lies about the second: nothing to open there.
        Sections.Section memory section = _section(gameId);
        IOneStepProver.UnitState memory unit = trueUnit(1);
        vm.prank(asserter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongUnitPosition.selector, 1, 1));
        game.enterUnit(gameId, section, 1, unit, 50, "", new bytes32[](0));
        vm.prank(asserter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NothingDisputed.selector, tupleOf(unit)));
        game.proveEnd(gameId, section, 1, unit);
    }

    /// @dev C4-54: a machine that never stops consumes the item and changes nothing; that is provable too.
    function test_C4_54_endlessUnit_isDecidable() public {
        for (uint256 i = 0; i < 2; ++i) {
            deploy(32, (1 << 32) + 5, 1, 4);
            IRollup.State memory state = finalState();
            assertEq(state.stateRoot, GENESIS_ROOT, "nothing changed");
            if (i == 0) state.stateRoot = LIE;
            uint256 id = assertAs(asserter, state, 4);
            uint256 gameId = openGame(id, state);
            _play(gameId, i == 0 ? challenger : asserter, 5, false);
            assertTrue(rollup.isRejected(id) == (i == 0), "decided");
        }
    }

    /// @dev Ending the machine's trace before it has stopped would turn any block into a trap.
    function test_enterUnit_runningMachine_reverts() public {
        deploy(4, 50, 3, 1);
        IRollup.State memory state = finalState();
        state.blockNumber = 0;
        uint256 id = assertAs(asserter, state, 1);
        uint256 gameId = openGame(id, state);
        IOneStepProver.UnitState memory unit = trueUnit(0);
        bytes memory proof = abi.encode(prover.machine(unit, 1));
        bytes32[] memory hashes = new bytes32[](2);
        hashes[0] = keccak256(abi.encode(prover.machine(unit, 0)));
        hashes[1] = keccak256(proof);
        Sections.Section memory section = _section(gameId);
        vm.prank(challenger);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.MachineRuns.selector, hashes[1]));
        game.enterUnit(gameId, section, 0, unit, 1, proof, hashes);
    }

    /// @dev Opening a unit with its true trace contradicts nothing: the honest side could never answer it.
    function test_enterUnit_trueTrace_reverts() public {
        deploy(4, 3, 1, 1);
        IRollup.State memory state = finalState();
        uint256 gameId = openGame(assertAs(asserter, state, 1), state);
        IOneStepProver.UnitState memory unit = trueUnit(0);
        bytes32[] memory hashes = new bytes32[](4);
        for (uint256 i = 0; i < 4; ++i) {
            hashes[i] = keccak256(abi.encode(prover.machine(unit, i)));
        }
        bytes memory proof = abi.encode(prover.machine(unit, 3));
        Sections.Section memory section = _section(gameId);
        bytes32 reached = tupleOf(trueUnit(1));
        vm.prank(challenger);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NothingDisputed.selector, reached));
        game.enterUnit(gameId, section, 0, unit, 3, proof, hashes);
    }

    /// @dev S-201, C4-24: a move says what it answers; after a reorg it does not land on another position or game.
    function test_S201_C4_24_movesNameTheirPosition() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _lie();
        uint256 first = openGame(id, state);
        uint256 second = openGame(id, state);
        Sections.Section memory old = _section(first);
        playHonest(first);
        bytes32[] memory hashes = positions[first].section.hashes;
        vm.prank(asserter);
        vm.expectPartialRevert(Sections.SectionMismatch.selector);
        game.split(first, old, 0, hashes);
        Sections.Section memory other = _section(first);
        vm.prank(challenger);
        vm.expectPartialRevert(Sections.SectionMismatch.selector);
        game.split(second, other, 0, hashes);
    }

    function test_split_refusesMalformedMoves() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _lie();
        uint256 gameId = openGame(id, state);
        Sections.Section memory section = _section(gameId);
        bytes32[] memory hashes = new bytes32[](5);
        hashes[0] = section.hashes[0];
        hashes[4] = keccak256("different");
        vm.startPrank(challenger, challenger);
        vm.expectRevert(abi.encodeWithSelector(Sections.NoSuchSegment.selector, 1, 1));
        game.split(gameId, section, 1, hashes);
        vm.expectRevert(abi.encodeWithSelector(Sections.WrongHashCount.selector, 6, 5));
        game.split(gameId, section, 0, new bytes32[](6));
        hashes[0] = LIE;
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongStart.selector, LIE, section.hashes[0]));
        game.split(gameId, section, 0, hashes);
        hashes[0] = section.hashes[0];
        hashes[4] = section.hashes[1];
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NothingDisputed.selector, hashes[4]));
        game.split(gameId, section, 0, hashes);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongLevel.selector, gameId, IDisputeGame.Level.Units));
        game.proveStep(gameId, section, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongSegmentLength.selector, UNITS));
        game.proveEnd(gameId, section, 0, genesis());
        vm.stopPrank();
    }

    /// @dev C4-31: nobody else can move or take the reward.
    function test_C4_31_onlyWhoseTurnItIsMoves() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _lie();
        uint256 gameId = openGame(id, state);
        Sections.Section memory section = _section(gameId);
        address[2] memory others = [asserter, address(0xBAD)];
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IDisputeGame.NotYourMove.selector, gameId, IDisputeGame.Phase.ChallengerMoves, others[i]
                )
            );
            game.split(gameId, section, 0, new bytes32[](5));
        }
    }

    /// @dev 004-H: only the clock of who is to move runs, and the other side wins by it.
    function test_J004H_clockOfTheMoverRuns() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _lie();
        uint256 gameId = openGame(id, state);
        assertEq(game.deadline(gameId), block.timestamp + CLOCK, "the challenger's whole clock");
        vm.warp(block.timestamp + CLOCK);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.ClockRunning.selector, gameId, block.timestamp));
        game.claimTimeout(gameId);
        playHonest(gameId);
        IDisputeGame.Game memory current = game.game(gameId);
        assertEq(current.challengerLeft, 0, "used up");
        assertEq(current.asserterLeft, CLOCK, "untouched");
        assertEq(game.deadline(gameId), block.timestamp + CLOCK, "the asserter's whole clock");
        vm.warp(block.timestamp + CLOCK + 1);
        Sections.Section memory section = _section(gameId);
        vm.prank(asserter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.ClockExpired.selector, gameId));
        game.split(gameId, section, 0, new bytes32[](4));
        game.claimTimeout(gameId);
        assertTrue(game.game(gameId).phase == IDisputeGame.Phase.ChallengerWon, "the asserter ran out of time");
        vm.expectPartialRevert(IDisputeGame.NotYourMove.selector);
        game.claimTimeout(gameId);
    }

    /// @dev C4-29, C4-44: after any move, however late, the other side has the floor.
    function test_C4_29_C4_44_floorAfterALateMove() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _lie();
        uint256 gameId = openGame(id, state);
        vm.warp(game.deadline(gameId));
        playHonest(gameId);
        vm.warp(game.deadline(gameId));
        assertTrue(playDishonest(gameId, 0), "the liar moves in its last second");
        assertEq(game.game(gameId).challengerLeft, FLOOR, "time to answer");
        assertEq(game.deadline(gameId), block.timestamp + FLOOR, "deadline");
    }

    /// @dev BoLD H-02: what happens in one game moves no clock of another.
    function test_BoLD_H02_clocksAreSeparate() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _lie();
        uint256 first = openGame(id, state);
        uint256 second = openGame(id, state);
        uint256 before = game.deadline(second);
        vm.warp(block.timestamp + 1 days);
        playHonest(first);
        assertEq(game.deadline(second), before, "untouched");
        assertTrue(game.game(second).phase == IDisputeGame.Phase.ChallengerMoves, "untouched");
    }

    /// @dev 003-H, 002-H: games end in any order; the assertion dies at the first lost one; every bond leaves.
    function test_J002H_J003H_bondsLeaveInAnyOrder() public {
        for (uint256 order = 0; order < 3; ++order) {
            _deploySmall();
            (uint256 id, IRollup.State memory state) = _lie();
            uint256 before = challenger.balance;
            uint256[3] memory games = [openGame(id, state), openGame(id, state), openGame(id, state)];
            uint256 winner = games[order];
            vm.expectRevert(abi.encodeWithSelector(IDisputeGame.AssertionStands.selector, id));
            game.dismiss(winner);
            _play(winner, challenger, order, false);
            uint256 late = games[(order + 1) % 3];
            game.dismiss(late);
            vm.expectPartialRevert(IDisputeGame.NotYourMove.selector);
            game.dismiss(late);
            _timeOut(games[(order + 2) % 3]);
            assertTrue(
                game.game(games[(order + 2) % 3]).phase == IDisputeGame.Phase.Void, "a timeout after the fall is void"
            );
            assertEq(challenger.balance, before + BOND / 2, "all bonds back, one reward");
            _expectEmpty();
            assertEq(address(rollup).balance, 0, "no money left in the rollup");
        }
    }

    /// @dev An honest assertion that is challenged many times must win each game, and is paid for each.
    function test_severalGames_honestAsserter() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _truth();
        uint256 before = asserter.balance;
        uint256[3] memory games = [openGame(id, state), openGame(id, state), openGame(id, state)];
        vm.warp(block.timestamp + 1 days);
        for (uint256 i = 3; i > 0; --i) {
            _play(games[i - 1], asserter, i, false);
        }
        assertEq(rollup.assertion(id).openGames, 0, "all decided");
        assertEq(asserter.balance, before + 3 * (GAME_BOND / 2), "paid");
        _expectEmpty();
    }

    /// @dev S-194: bonds belong to the account that plays, not to who pays for the transaction.
    function test_S194_bondBelongsToTheCaller() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _lie();
        IDisputeGame.Roots memory parentRoots = IDisputeGame.Roots(GENESIS_ROOT, GENESIS_HEADER);
        IDisputeGame.Roots memory roots = IDisputeGame.Roots(state.stateRoot, state.headerHash);
        vm.prank(challenger, address(0x0121));
        uint256 gameId = game.open{ value: GAME_BOND }(id, parentRoots, roots);
        assertEq(game.game(gameId).challenger, challenger, "challenger");
        assertEq(game.game(gameId).asserter, asserter, "asserter");
    }

    function test_open_refusals() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _lie();
        IDisputeGame.Roots memory parentRoots = IDisputeGame.Roots(GENESIS_ROOT, GENESIS_HEADER);
        IDisputeGame.Roots memory roots = IDisputeGame.Roots(state.stateRoot, state.headerHash);
        vm.startPrank(challenger, challenger);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongGameBond.selector, 1, GAME_BOND));
        game.open{ value: 1 }(id, parentRoots, roots);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.RootsMismatch.selector, 0));
        game.open{ value: GAME_BOND }(id, roots, roots);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.RootsMismatch.selector, id));
        game.open{ value: GAME_BOND }(id, parentRoots, parentRoots);
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotChallengeable.selector, id));
        game.open{ value: GAME_BOND }(id, parentRoots, roots);
        vm.stopPrank();
        _expectEmpty();
    }

    /// @dev C4-36: who claims that something happens beyond the end loses at once.
    function test_C4_36_changeBeyondTheEnd_loses() public {
        deploy(20, 50, 1, 1);
        IRollup.State memory state = finalState();
        uint256 id = assertAs(asserter, state, 2);
        uint256 gameId = openGame(id, state);
        bytes32[] memory hashes = new bytes32[](3);
        (hashes[0], hashes[1], hashes[2]) = (tupleOf(genesis()), tupleOf(trueUnit(1)), LIE);
        Sections.Section memory section = _section(gameId);
        vm.prank(challenger);
        game.split(gameId, section, 0, hashes);
        positions[gameId].section.hashes = hashes;
        playHonest(gameId);
        assertTrue(game.game(gameId).phase == IDisputeGame.Phase.AsserterWon, "the asserter won");
        _expectEmpty();
    }

    /// @dev C4-27, C4-13: a game starts once, with a time; a number that is not taken has neither mover nor clock.
    function test_C4_27_C4_13_gameStartsOnceWithATime() public {
        _deploySmall();
        (uint256 id, IRollup.State memory state) = _lie();
        uint256 gameId = openGame(id, state);
        assertEq(game.game(gameId).movedAt, block.timestamp, "time");
        assertTrue(game.game(gameId + 1).phase == IDisputeGame.Phase.None, "not taken");
        vm.expectRevert();
        game.claimTimeout(gameId + 1);
        vm.expectRevert();
        game.dismiss(gameId + 1);
        assertEq(openGame(id, state), gameId + 1, "a new number each time");
    }

    /// @dev BoLD H-01: bonds and clocks are fixed for ever, so no open game can be trapped by a change of them.
    function test_BoLD_H01_parametersCannotChange() public {
        _deploySmall();
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

    /// @dev Another program than the parent's is a lie like any other.
    function test_otherProgram_isRefuted() public {
        _deploySmall();
        IRollup.State memory state = finalState();
        state.programHash = keccak256("another program");
        uint256 id = assertAs(asserter, state, UNITS);
        IDisputeGame.Roots memory parentRoots = IDisputeGame.Roots(GENESIS_ROOT, GENESIS_HEADER);
        IDisputeGame.Roots memory roots = IDisputeGame.Roots(state.stateRoot, state.headerHash);
        vm.prank(challenger);
        uint256 gameId = game.open{ value: GAME_BOND }(id, parentRoots, roots);
        bytes32 claimed = keccak256(
            abi.encodePacked(
                state.stateRoot, state.headerHash, state.programHash, state.blockNumber, state.itemIndex, uint32(0)
            )
        );
        delete positions[gameId];
        positions[gameId].section.length = UNITS;
        positions[gameId].section.hashes.push(tupleOf(genesis()));
        positions[gameId].section.hashes.push(claimed);
        _play(gameId, challenger, 6, false);
        assertTrue(rollup.isRejected(id), "refuted");
    }

    function test_constructor_refusesParametersOutOfRange() public {
        _deploySmall();
        uint32[3][4] memory bad =
            [[uint32(1), CLOCK, FLOOR], [uint32(257), CLOCK, FLOOR], [uint32(32), 0, 0], [uint32(32), FLOOR, CLOCK]];
        for (uint256 i = 0; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDisputeGame.InvalidGameParameters.selector));
            new DisputeGame(DisputeGame.Parameters(rollup, prover, bad[i][0], bad[i][1], bad[i][2], GAME_BOND));
        }
    }

    /// @dev Window and longest game together leave blobs available: 14 days are the limit.
    function test_maximumDuration_isBounded() public {
        deploy(32, 1, 1, 1);
        assertEq(game.MAXIMUM_MOVES(), 13, "moves");
        assertEq(game.maximumDuration(), 2 * 2 days + 13 * 3 hours, "duration");
        assertTrue(game.maximumDuration() + WINDOW <= 14 days, "window and game");
    }
}
