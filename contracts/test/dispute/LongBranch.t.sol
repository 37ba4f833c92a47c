// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../../src/interfaces/IRollup.sol";
import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { GamePlay } from "./GamePlay.sol";

/// @title Games about assertions with many pending ancestors
/// @notice True assertions cost their makers nothing in the end. If a transaction of a game walked them, whoever makes many
/// could make the honest side's proof too big for a transaction, and win by the clock.
contract LongBranchTest is GamePlay {
    struct Costs {
        uint256 opened;
        uint256 won;
        uint256 lost;
        uint256 asked;
    }

    function test_gasOfAGameDoesNotGrowWithTheBranch() public {
        costsAt(2); // The first burn ever pays for the account.
        Costs memory short = costsAt(2);
        Costs memory long = costsAt(90);
        assertTrue(
            short.opened > 50_000 && short.won > 20_000 && short.lost > 20_000 && short.asked > 1_000, "measured"
        );
        // Amounts that are not zero in the calldata differ by some bytes.
        assertTrue(long.opened < short.opened + 500, "opening");
        assertEq(long.won, short.won, "verdict for the asserter");
        assertEq(long.lost, short.lost, "verdict for the challenger");
        assertEq(long.asked, short.asked, "what the portal asks");
    }

    /// @dev In one game the challenger falls silent, in another the asserter.
    function costsAt(uint256 depth) private returns (Costs memory costs) {
        deploy(4, 50, 3, 4, 5);
        vm.deal(asserter, depth * BOND);
        IRollup.State memory parent = genesisState();
        IRollup.State memory claim = finalState();
        uint256 id = assertAs(asserter, claim);
        for (uint256 i = 1; i < depth; ++i) {
            parent = copyOf(claim);
            (id, claim) = assertNext(id, claim);
        }
        gasOfMoves = 0;
        openWith(id, parent, claim);
        costs.opened = gasOfMoves;
        splitFirst(0);
        rollup.hasFallen(id);
        costs.asked = vm.lastCallGas().gasTotalUsed;
        vm.warp(block.timestamp + CLOCK + 1);
        game.claimTimeout(0, positionOf(0, 0));
        costs.won = vm.lastCallGas().gasTotalUsed;
        openWith(id, parent, claim);
        vm.warp(block.timestamp + CLOCK + 1);
        game.claimTimeout(1, positionOf(1, 0));
        costs.lost = vm.lastCallGas().gasTotalUsed;
        assertTrue(outcomeOf(0) == IDisputeGame.Outcome.AsserterWon, "won");
        assertTrue(outcomeOf(1) == IDisputeGame.Outcome.ChallengerWon, "lost");
    }

    function openWith(uint256 id, IRollup.State memory parent, IRollup.State memory claim) private {
        bytes32[] memory hashes = new bytes32[](5);
        hashes[0] = Hashing.tuple(parent, 0, 0);
        openGame(id, parent, claim, hashes);
    }

    /// @dev The item has eight units, so each of four segments has two.
    function splitFirst(uint256 gameId) private {
        bytes32[] memory hashes = new bytes32[](3);
        (hashes[0], hashes[2]) = (standings[gameId].hashes[0], LIE);
        split(gameId, 0, 0, 2, hashes);
    }

    function assertNext(uint256 parent, IRollup.State memory claim) private returns (uint256, IRollup.State memory) {
        inbox.appendEmpty();
        bytes32 root = rollup.assertion(parent).outputRoot;
        claim.itemIndex += 1;
        claim.blockNumber += 1;
        claim.stateRoot = keccak256(abi.encode(claim.stateRoot));
        bytes32 last = inbox.items(claim.itemIndex - 1);
        vm.prank(asserter);
        return (rollup.assertState{ value: BOND }(parent, root, claim, last), claim);
    }

    function copyOf(IRollup.State memory claim) private pure returns (IRollup.State memory) {
        return IRollup.State(claim.stateRoot, claim.headerHash, claim.programHash, claim.blockNumber, claim.itemIndex);
    }
}
