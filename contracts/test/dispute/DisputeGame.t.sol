// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { DisputeGame } from "../../src/dispute/DisputeGame.sol";
import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Sections } from "../../src/dispute/Sections.sol";
import { Turn } from "../../src/dispute/Turns.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { IOneStepProver } from "../../src/proof/IOneStepProver.sol";
import { GamePlay } from "./GamePlay.sol";

/// @title Games between an honest and a lying side: who wins, where bonds go, how long it takes
contract DisputeGameTest is GamePlay {
    function test_honestChallenger_wins() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        uint256 before = challenger.balance;
        uint256 gameId = openGame(id, state);
        playOut(gameId, challenger, 1, false);
        assertTrue(outcomeOf(gameId) == IDisputeGame.Outcome.ChallengerWon, "won");
        assertTrue(rollup.isRejected(id), "the lie fell");
        assertEq(challenger.balance, before + BOND / 2, "bond back and half the asserter's");
        assertEq(address(rollup).balance, 0, "no money left in the rollup");
        expectEmpty();
    }

    function test_honestAsserter_wins() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 before = asserter.balance;
        uint256 gameId = openGame(id, state);
        playOut(gameId, asserter, 2, false);
        assertTrue(outcomeOf(gameId) == IDisputeGame.Outcome.AsserterWon, "won");
        assertEq(asserter.balance, before + GAME_BOND / 2, "half the challenger's bond");
        expectEmpty();
        vm.warp(block.timestamp + WINDOW);
        rollup.confirm(id);
        assertEq(address(rollup).balance, 0, "bond returned");
    }

    /// forge-config: default.fuzz.runs = 1000
    /// @dev G1, G4: whatever the liar does, however late, in either role, the honest side wins within the bound.
    function test_fuzz_honestSideWins(uint256 seed, uint8 degree, uint16 limit, uint8 perItem, bool asserterLies)
        public
    {
        uint256 spareUnits = (seed >> 8) % 30;
        deploy(bound(degree, 2, 40), bound(limit, 1, 3_000), uint64(bound(perItem, 1, 9)), 1 + seed % 5, spareUnits);
        IRollup.State memory state = finalState();
        if (asserterLies) state.headerHash = keccak256(abi.encode(seed));
        uint256 gameId = openGame(assertAs(asserter, state), state);
        uint256 start = block.timestamp;
        playOut(gameId, asserterLies ? challenger : asserter, seed, (seed >> 16) % 2 == 0);
        _checkOutcome(gameId, asserterLies);
        assertTrue(block.timestamp - start <= game.maximumDuration() + 1, "in bounded time");
    }

    /// forge-config: default.fuzz.runs = 500
    /// @dev Whatever a false challenger shows when he opens: any hashes, equal ones, zeros, true ones after false ones.
    function test_fuzz_open_withAnyHashes_honestAsserterWins(uint256 seed, uint8 degree, uint8 perItem) public {
        deploy(bound(degree, 2, 40), 1 + seed % 700, uint64(bound(perItem, 1, 9)), 1 + (seed >> 16) % 5, seed % 30);
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 length = state.itemIndex * prover.UNITS_PER_ITEM();
        uint256 segments = length < game.DEGREE() ? length : game.DEGREE();
        bytes32[] memory hashes = new bytes32[](segments + 1);
        hashes[0] = tupleOf(genesis());
        for (uint256 i = 1; i <= segments; ++i) {
            uint256 kind = uint256(keccak256(abi.encode(seed, i))) % 4;
            if (kind == 1) hashes[i] = hashes[i - 1];
            if (kind == 2) hashes[i] = tupleOf(trueUnit((length * i) / segments));
            if (kind == 3) hashes[i] = keccak256(abi.encode(seed, i, "any"));
        }
        if (hashes[segments] == Hashing.tuple(state, 0, 0)) hashes[segments] = 0;
        uint256 gameId = openGame(id, state, hashes);
        playOut(gameId, asserter, seed, seed % 2 == 0);
        _checkOutcome(gameId, false);
    }

    /// @dev The longest clock there may be, years after the deployment, with a late number of an assertion.
    function test_longestClock_yearsLater() public {
        deploySmall();
        address late = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        game = new DisputeGame(DisputeGame.Parameters(rollup, prover, 4, type(uint24).max, FLOOR, GAME_BOND));
        assertEq(address(game), late, "a game of its own");
        uint256 numbered = type(uint32).max;
        IRollup.Claim memory parent = _claimOf(genesisState());
        vm.warp(block.timestamp + 100 * 365 days);
        vm.mockCall(
            address(rollup),
            abi.encodeCall(IRollup.onGameOpened, (numbered)),
            abi.encode(IRollup.Dispute(asserter, parent, _claimOf(finalState())))
        );
        uint256 gameId = openGame(numbered, finalState());
        Turn turn = standings[gameId].turn;
        assertEq(turn.assertionId(), numbered, "number");
        assertEq(turn.deadline(), block.timestamp + type(uint24).max, "deadline");
        vm.warp(block.timestamp + 1_000);
        playHonest(gameId);
        assertEq(asserterLeft(gameId), type(uint24).max - 1_000, "what is left");
        assertEq(challengerLeft(gameId), type(uint24).max, "untouched");
        turn = standings[gameId].turn;
        assertEq(turn.challenger(), challenger, "challenger");
        assertEq(turn.assertionId(), numbered, "number");
        _checkReadable(turn);
    }

    /// @dev What the contract says a word means is what it acts on.
    function _checkReadable(Turn turn) private view {
        (address who, uint32 assertionId, uint256 deadline, bool asserterMoves, uint24 waitingLeft) =
            game.readTurn(turn);
        assertEq(who, turn.challenger(), "challenger");
        assertEq(assertionId, turn.assertionId(), "assertion");
        assertEq(deadline, turn.deadline(), "deadline");
        assertTrue(asserterMoves == turn.asserterMoves(), "mover");
        assertEq(waitingLeft, turn.waitingLeft(), "clock");
    }

    function _claimOf(IRollup.State memory state) private pure returns (IRollup.Claim memory) {
        bytes32 outputRoot = Hashing.outputRoot(state.stateRoot, state.headerHash);
        return IRollup.Claim(outputRoot, state.programHash, state.blockNumber, state.itemIndex);
    }

    function _checkOutcome(uint256 gameId, bool asserterLies) private view {
        IDisputeGame.Outcome expected =
            asserterLies ? IDisputeGame.Outcome.ChallengerWon : IDisputeGame.Outcome.AsserterWon;
        assertTrue(outcomeOf(gameId) == expected, "the honest side wins");
        uint256 id = standings[gameId].turn.assertionId();
        assertTrue(rollup.isRejected(id) == asserterLies, "the assertion stands or falls");
        expectEmpty();
    }

    /// @dev Ending the machine's trace before it has stopped would turn any block into a trap.
    function test_enterUnit_runningMachine_reverts() public {
        deploy(4, 50, 1, 1);
        IRollup.State memory state = finalState();
        state.blockNumber = 0;
        uint256 id = assertAs(asserter, state);
        uint256 gameId = openGame(id, state);
        IOneStepProver.UnitState memory unit = trueUnit(0);
        bytes memory proof = abi.encode(prover.machine(unit, 1));
        bytes32[] memory hashes = new bytes32[](1);
        hashes[0] = keccak256(proof);
        IDisputeGame.Position memory position = positionOf(gameId, 0);
        vm.prank(asserter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.MachineRuns.selector, hashes[0]));
        game.enterUnit(gameId, position, unit, 1, proof, hashes);
    }

    /// @dev Opening a unit with its true trace contradicts nothing: the honest side could never answer it.
    function test_enterUnit_trueTrace_reverts() public {
        deploy(4, 3, 1, 1);
        (uint256 id, IRollup.State memory state) = assertLie();
        uint256 gameId = openGame(id, state);
        IOneStepProver.UnitState memory unit = trueUnit(0);
        bytes32[] memory hashes = new bytes32[](3);
        for (uint256 i = 0; i < 3; ++i) {
            hashes[i] = keccak256(abi.encode(prover.machine(unit, i + 1)));
        }
        bytes memory proof = abi.encode(prover.machine(unit, 3));
        IDisputeGame.Position memory position = positionOf(gameId, 0);
        bytes32 reached = tupleOf(trueUnit(1));
        vm.prank(asserter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NothingDisputed.selector, reached));
        game.enterUnit(gameId, position, unit, 3, proof, hashes);
    }

    function test_split_refusesMalformedMoves() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        uint256 gameId = openGame(id, state);
        IDisputeGame.Position memory position = positionOf(gameId, 0);
        bytes32[] memory hashes = new bytes32[](3);
        hashes[2] = position.last;
        vm.startPrank(asserter, asserter);
        vm.expectRevert(abi.encodeWithSelector(Sections.WrongHashCount.selector, 4, 3));
        game.split(gameId, position, new bytes32[](4));
        vm.expectRevert(abi.encodeWithSelector(Sections.WrongHashCount.selector, 2, 3));
        game.split(gameId, position, new bytes32[](2));
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NothingDisputed.selector, position.last));
        game.split(gameId, position, hashes);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongLevel.selector, gameId, IDisputeGame.Level.Units));
        game.proveStep(gameId, position, "");
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongSegmentLength.selector, 3));
        game.proveEnd(gameId, position, genesis());
        vm.stopPrank();
    }

    /// @dev Nothing that a mover shows can be another than what stands: each field is part of the commitment.
    function test_split_refusesOtherPositions() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        uint256 gameId = openGame(id, state);
        for (uint256 field = 0; field < 10; ++field) {
            IDisputeGame.Position memory position = positionOf(gameId, 1);
            if (field == 0) position.program = LIE;
            if (field == 1) ++position.endItem;
            if (field == 2) position.level = IDisputeGame.Level.Steps;
            if (field == 3) ++position.length;
            if (field == 4) position.index = 2;
            if (field == 5) position.first = LIE;
            if (field == 6) position.siblings[0] = LIE;
            // Another number of segments with a proof as long, and as many segments of another length.
            if (field == 7) position.length = 3;
            if (field == 8) position.length = type(uint256).max;
            if (field == 9) position.turn = Turn.wrap(Turn.unwrap(position.turn) ^ (1 << 200));
            vm.prank(asserter);
            vm.expectPartialRevert(Sections.SectionMismatch.selector);
            game.split(gameId, position, new bytes32[](3));
        }
    }

    /// @dev Who is to move is part of the commitment too: nobody takes a side by naming himself.
    function test_split_ofSomebodyElse_reverts() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        uint256 gameId = openGame(id, state);
        IDisputeGame.Position memory position = positionOf(gameId, 0);
        position.asserter = address(0xBAD);
        vm.prank(address(0xBAD));
        vm.expectPartialRevert(Sections.SectionMismatch.selector);
        game.split(gameId, position, new bytes32[](3));
    }

    function test_split_refusesMalformedProofs() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        uint256 gameId = openGame(id, state);
        IDisputeGame.Position memory position = positionOf(gameId, 3);
        vm.startPrank(asserter, asserter);
        position.index = 4;
        vm.expectRevert(abi.encodeWithSelector(Sections.NoSuchSegment.selector, 4, 4));
        game.split(gameId, position, new bytes32[](3));
        (position.index, position.length) = (0, 0);
        vm.expectRevert(abi.encodeWithSelector(Sections.NoSuchSegment.selector, 0, 0));
        game.split(gameId, position, new bytes32[](3));
        (position.index, position.length) = (1, 2);
        vm.expectRevert(abi.encodeWithSelector(Sections.WrongProofLength.selector, 2, 2));
        game.split(gameId, position, new bytes32[](3));
        (position.index, position.length) = (3, 12);
        for (uint256 count = 0; count < 5; ++count) {
            if (count == 2) continue;
            position.siblings = new bytes32[](count);
            vm.expectRevert(abi.encodeWithSelector(Sections.WrongProofLength.selector, count, 4));
            game.split(gameId, position, new bytes32[](3));
        }
        vm.stopPrank();
    }

    /// @dev An honest assertion that is challenged many times must win each game, and is paid for each.
    function test_severalGames_honestAsserter() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 before = asserter.balance;
        uint256[3] memory games = [openGame(id, state), openGame(id, state), openGame(id, state)];
        vm.warp(block.timestamp + 1 days);
        for (uint256 i = 3; i > 0; --i) {
            playOut(games[i - 1], asserter, i, false);
        }
        assertEq(rollup.assertion(id).openGames, 0, "all decided");
        assertEq(asserter.balance, before + 3 * (GAME_BOND / 2), "paid");
        expectEmpty();
    }

    function test_open_refusals() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        IRollup.State memory parent = genesisState();
        vm.startPrank(challenger, challenger);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.WrongGameBond.selector, 1, GAME_BOND));
        game.open{ value: 1 }(id, parent, state, new bytes32[](4));
        vm.expectRevert(differs(parent));
        game.open{ value: GAME_BOND }(id, state, state, new bytes32[](4));
        vm.expectRevert(differs(state));
        game.open{ value: GAME_BOND }(id, parent, parent, new bytes32[](0));
        for (uint256 count = 0; count < 6; ++count) {
            if (count == 4) continue;
            vm.expectRevert(abi.encodeWithSelector(Sections.WrongHashCount.selector, count, 4));
            game.open{ value: GAME_BOND }(id, parent, state, new bytes32[](count));
        }
        bytes32[] memory hashes = new bytes32[](4);
        hashes[3] = Hashing.tuple(state, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NothingDisputed.selector, hashes[3]));
        game.open{ value: GAME_BOND }(id, parent, state, hashes);
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotChallengeable.selector, id));
        game.open{ value: GAME_BOND }(id, parent, state, new bytes32[](4));
        vm.stopPrank();
        expectEmpty();
    }

    /// @dev Another program than the parent's is a lie like any other.
    function test_otherProgram_isRefuted() public {
        deploySmall();
        IRollup.State memory state = finalState();
        state.programHash = keccak256("another program");
        uint256 id = assertAs(asserter, state);
        uint256 gameId = openGame(id, state);
        playOut(gameId, challenger, 6, false);
        assertTrue(rollup.isRejected(id), "refuted");
    }

    function test_constructor_refusesParametersOutOfRange() public {
        deploySmall();
        uint32[3][5] memory bad = [
            [uint32(1), CLOCK, FLOOR],
            [uint32(257), CLOCK, FLOOR],
            [uint32(32), 0, 0],
            [uint32(32), FLOOR, CLOCK],
            [uint32(32), 1 << 24, FLOOR]
        ];
        for (uint256 i = 0; i < 5; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDisputeGame.InvalidGameParameters.selector));
            new DisputeGame(DisputeGame.Parameters(rollup, prover, bad[i][0], bad[i][1], bad[i][2], GAME_BOND));
        }
    }

    /// @dev A lie has fallen within 14 days. A true assertion made within a day of its batch is confirmed, two games after
    /// its window, while L1 nodes still serve the blobs (4,096 epochs).
    function test_maximumDuration_isBounded() public {
        deploy(32, 1, 1, 1);
        assertEq(game.MAXIMUM_MOVES(), 12, "moves");
        assertEq(game.maximumDuration(), 2 * 36 hours + 12 * 3 hours, "duration");
        deploy(16, 1, 1, 1);
        assertEq(game.maximumDuration(), 2 * 36 hours + 14 * 3 hours, "duration at the public degree");
        assertTrue(game.maximumDuration() + WINDOW <= 14 days, "window and game");
        assertTrue(1 days + WINDOW + 2 * game.maximumDuration() <= 4096 * 32 * 12 seconds, "blobs");
    }
}
