// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Turn } from "../../src/dispute/Turns.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { UNITS_PER_ITEM } from "../../src/libraries/Units.sol";
import { GamePlay } from "../dispute/GamePlay.sol";
import { Fixture } from "../helpers/Fixture.sol";
import { PayingWallet } from "../helpers/Receivers.sol";

/// @title Findings of the Sherlock audit of the OP Stack's fault proofs (February 2024) that concern assertions
/// @notice docs/security-findings.md lists them with links.
contract Sherlock2024OptimismRollupTest is Fixture {
    bytes32 private constant A = keccak256("root A");

    function setUp() public override {
        super.setUp();
        appendItems(3);
    }

    function _claim(bytes32 parentRoot, IRollup.State memory claim) private {
        rollup.assertState{ value: BOND }(0, parentRoot, claim, inbox.items(2));
    }

    /// @dev The game type was cut from 32 bits to 8: number 256 passed for number 0.
    function test_Sherlock_2024_02_Optimism_84_programNumberIsNotTruncated() public {
        bytes32 genesis = rollup.assertion(0).outputRoot;
        vm.deal(address(this), 300 ether);
        IRollup.State memory claim = state(A, 3, 3);
        for (uint256 i = 1; i <= 256; ++i) {
            claim.programHash = keccak256(abi.encode("program", i));
            _claim(genesis, claim);
        }
        assertEq(rollup.assertion(256).programIndex, 256, "number");
        assertEq(rollup.programHash(256), keccak256(abi.encode("program", uint256(256))), "hash");
        assertEq(rollup.programHash(0), PROGRAM, "the first is another");
    }

    /// @dev An unchecked block number of 2^256 - 1 blocked all later claims: here a number far away is refused at once.
    function test_fuzz_Sherlock_2024_02_Optimism_90_blockNumberOutOfRange(uint64 number) public {
        uint256 most = 3 * uint256(UNITS_PER_ITEM);
        vm.assume(number > most);
        bytes32 parentRoot = rollup.assertion(0).outputRoot;
        bytes32 last = inbox.items(2);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongBlockNumber.selector, number, 0, most));
        rollup.assertState{ value: BOND }(0, parentRoot, state(A, number, 3), last);
    }

    /// @dev The bond went to the transaction's origin: a contract that proposes gets its own bond back here.
    function test_Sherlock_2024_02_Optimism_194_bondBelongsToTheWallet() public {
        PayingWallet wallet = new PayingWallet();
        vm.deal(address(wallet), BOND);
        bytes32 parentRoot = rollup.assertion(0).outputRoot;
        bytes32 last = inbox.items(2);
        bytes memory data = abi.encodeCall(rollup.assertState, (0, parentRoot, state(A, 3, 3), last));
        vm.prank(alice, alice);
        wallet.call(address(rollup), BOND, data);
        assertEq(rollup.assertion(1).bondOwner, address(wallet), "bond owner");
        uint256 before = alice.balance;
        confirmAfterWindow(1);
        assertEq(address(wallet).balance, BOND, "bond back to the wallet");
        assertEq(alice.balance, before, "nothing to the origin");
    }

    /// @dev A parent named by its number alone may be another's after an L1 reorg: its output root is part of the claim.
    function test_Sherlock_2024_02_Optimism_201_parentIsNamedByItsOutput() public {
        bytes32 last = inbox.items(2);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InvalidParent.selector, 0, keccak256("other")));
        rollup.assertState{ value: BOND }(0, keccak256("other"), state(A, 3, 3), last);
    }
}

/// @title Findings of the same audit that concern games
/// @notice docs/security-findings.md lists them with links.
contract Sherlock2024OptimismGameTest is GamePlay {
    /// @dev A defence counted as an attack when bonds were shared out: here is every way a game can end, with every balance.
    function test_Sherlock_2024_02_Optimism_118_bondTable() public {
        for (uint256 shape = 0; shape < 5; ++shape) {
            deploySmall();
            bool lies = shape < 2 || shape == 4;
            (uint256 id, IRollup.State memory claim) = lies ? assertLie() : assertTruth();
            uint256[3] memory before = [asserter.balance, challenger.balance, address(0xdEaD).balance];
            uint256 gameId = openGame(id, claim);
            // 0 lie refuted by a step, 1 lying asserter silent, 2 lying challenger refuted, 3 silent, 4 assertion fell otherwise
            if (shape == 0) playOut(gameId, challenger, 11, false);
            if (shape == 2) playOut(gameId, asserter, 12, false);
            if (shape == 3) playHonest(gameId);
            if (shape == 1 || shape == 3) timeOut(gameId);
            if (shape == 4) _fallOtherwise(gameId, id);
            uint256 toChallenger = lies && shape != 4 ? BOND / 2 : 0;
            uint256 lost = lies ? 0 : GAME_BOND;
            uint256 burned = shape == 4 ? 0 : lies ? BOND - BOND / 2 : GAME_BOND - GAME_BOND / 2;
            assertEq(asserter.balance, before[0] + lost / 2, "asserter");
            assertEq(challenger.balance + lost, before[1] + toChallenger, "challenger");
            assertEq(address(0xdEaD).balance, before[2] + burned, "burned");
            expectEmpty();
            assertEq(address(rollup).balance, lies && shape != 4 ? 0 : BOND, "the asserter's bond");
        }
    }

    /// @dev The game contract of another game rejects the assertion; this one becomes void.
    function _fallOtherwise(uint256 gameId, uint256 id) private {
        uint256 held = address(rollup).balance;
        vm.prank(address(game));
        rollup.onGameLost(id, address(0xFACE));
        game.dismiss(gameId, positionOf(gameId, 0));
        // Undo what the other winner got, so that the table shows this game alone.
        vm.deal(address(rollup), held);
        vm.deal(address(0xdEaD), address(0xdEaD).balance - (BOND - BOND / 2));
    }

    /// @dev The clock check looked at the wrong side: only the clock of who is to move runs, and the other wins by it.
    function test_Sherlock_2024_02_Optimism_144_clockOfTheMoverRuns() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertTruth();
        uint256 gameId = openGame(id, state);
        assertEq(deadlineOf(gameId), block.timestamp + CLOCK, "the asserter's whole clock");
        vm.warp(block.timestamp + CLOCK);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.ClockRunning.selector, gameId, block.timestamp));
        game.claimTimeout(gameId, positionOf(gameId, 0));
        playHonest(gameId);
        assertEq(asserterLeft(gameId), 0, "used up");
        assertEq(challengerLeft(gameId), CLOCK, "untouched");
        assertEq(deadlineOf(gameId), block.timestamp + CLOCK, "the challenger's whole clock");
        vm.warp(block.timestamp + CLOCK + 1);
        IDisputeGame.Position memory position = positionOf(gameId, 0);
        vm.prank(challenger);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.ClockExpired.selector, gameId));
        game.split(gameId, position, new bytes32[](3));
        game.claimTimeout(gameId, positionOf(gameId, 0));
        assertTrue(outcomeOf(gameId) == IDisputeGame.Outcome.AsserterWon, "the challenger ran out of time");
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeGame.GameNotRunning.selector, gameId, IDisputeGame.Outcome.AsserterWon)
        );
        game.claimTimeout(gameId, positionOf(gameId, 0));
    }

    /// @dev However both sides spend their time, each loses only its own.
    function test_fuzz_Sherlock_2024_02_Optimism_144_eachSideSpendsItsOwnTime(uint32 first, uint32 second) public {
        deploySmall();
        (uint256 id, IRollup.State memory claim) = assertTruth();
        uint256 gameId = openGame(id, claim);
        uint256 asserters = bound(first, 0, CLOCK);
        vm.warp(block.timestamp + asserters);
        playHonest(gameId);
        assertEq(challengerLeft(gameId), CLOCK, "the challenger's is untouched");
        assertEq(asserterLeft(gameId), CLOCK - asserters, "the asserter's is what it did not use");
        uint256 challengers = bound(second, 0, CLOCK);
        vm.warp(block.timestamp + challengers);
        assertTrue(playDishonest(gameId, 0), "a move");
        assertEq(challengerLeft(gameId), CLOCK - challengers, "the challenger's is what it did not use");
        uint256 left = CLOCK - asserters < FLOOR ? FLOOR : CLOCK - asserters;
        assertEq(asserterLeft(gameId), left, "raised to the floor, never lowered");
    }

    /// @dev Resolving the root before its leaves locked bonds: games end in any order, and every bond leaves.
    function test_Sherlock_2024_02_Optimism_164_bondsLeaveInAnyOrder() public {
        for (uint256 order = 0; order < 3; ++order) {
            deploySmall();
            (uint256 id, IRollup.State memory state) = assertLie();
            uint256 before = challenger.balance;
            uint256[3] memory games = [openGame(id, state), openGame(id, state), openGame(id, state)];
            uint256 winner = games[order];
            vm.expectRevert(abi.encodeWithSelector(IDisputeGame.AssertionStands.selector, id));
            game.dismiss(winner, positionOf(winner, 0));
            playOut(winner, challenger, order, false);
            uint256 late = games[(order + 1) % 3];
            game.dismiss(late, positionOf(late, 0));
            vm.expectPartialRevert(IDisputeGame.GameNotRunning.selector);
            game.dismiss(late, positionOf(late, 0));
            timeOut(games[(order + 2) % 3]);
            assertTrue(
                outcomeOf(games[(order + 2) % 3]) == IDisputeGame.Outcome.Void, "a timeout after the fall is void"
            );
            assertEq(challenger.balance, before + BOND / 2, "all bonds back, one reward");
            expectEmpty();
            assertEq(address(rollup).balance, 0, "no money left in the rollup");
        }
    }

    /// @dev The challenger's bond belongs to the account that plays, not to who pays for the transaction.
    function test_Sherlock_2024_02_Optimism_194_challengerBondBelongsToTheCaller() public {
        deploySmall();
        (uint256 id, IRollup.State memory state) = assertLie();
        IRollup.State memory parent = genesisState();
        vm.recordLogs();
        vm.prank(challenger, address(0x0121));
        game.open{ value: GAME_BOND }(id, parent, state, new bytes32[](4));
        bytes memory data = vm.getRecordedLogs()[1].data;
        (address defender,,, Turn turn) = abi.decode(data, (address, bytes32, uint64, Turn));
        assertEq(turn.challenger(), challenger, "challenger");
        assertEq(defender, asserter, "asserter");
    }

    /// @dev A move says which position it answers; after an L1 reorg it does not land on another position or game.
    function test_Sherlock_2024_02_Optimism_201_movesNameTheirPosition() public {
        expectMovesNameTheirPosition();
    }

    /// @dev Nor does a challenge: of a claim with the right roots and another block number, or of one on another parent, it says
    /// that it is not what was meant.
    function test_Sherlock_2024_02_Optimism_201_openNamesBothClaims() public {
        deploySmall();
        IRollup.State memory truth = finalState();
        IRollup.State memory lie = finalState();
        lie.blockNumber -= 1;
        IRollup.State memory parent = genesisState();
        uint256 id = assertAs(asserter, truth);
        vm.expectRevert(differs(truth));
        vm.prank(challenger);
        game.open{ value: GAME_BOND }(id, parent, lie, new bytes32[](4));
        lie = finalState();
        lie.programHash = keccak256("another program");
        vm.expectRevert(differs(truth));
        vm.prank(challenger);
        game.open{ value: GAME_BOND }(id, parent, lie, new bytes32[](4));
        parent.blockNumber += 1;
        vm.expectRevert(differs(genesisState()));
        vm.prank(challenger);
        game.open{ value: GAME_BOND }(id, parent, truth, new bytes32[](4));
        expectEmpty();
    }
}
