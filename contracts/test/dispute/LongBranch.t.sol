// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../../src/interfaces/IRollup.sol";
import { GamePlay } from "./GamePlay.sol";

/// @title Games about assertions with many pending ancestors
/// @notice True assertions cost their makers nothing in the end. If a transaction of a game walked them, whoever makes many
/// could make the honest side's proof too big for a transaction, and win by the clock.
contract LongBranchTest is GamePlay {
    function test_gasOfAGameDoesNotGrowWithTheBranch() public {
        gasOfGame(2); // The first burn ever pays for the account.
        (uint256 opened, uint256 ended, uint256 asked) = gasOfGame(2);
        (uint256 openedLate, uint256 endedLate, uint256 askedLate) = gasOfGame(90);
        assertTrue(opened > 50_000 && ended > 20_000 && asked > 1_000, "measured");
        // Amounts that are not zero in the calldata differ by some bytes.
        assertTrue(openedLate < opened + 500, "opening");
        assertEq(endedLate, ended, "verdict");
        assertEq(askedLate, asked, "what the portal asks");
    }

    function gasOfGame(uint256 depth) private returns (uint256 opened, uint256 ended, uint256 asked) {
        deploySmall();
        vm.deal(asserter, depth * BOND);
        IRollup.State memory parent = genesisState();
        IRollup.State memory claim = finalState();
        uint256 id = assertAs(asserter, claim);
        for (uint256 i = 1; i < depth; ++i) {
            parent = copyOf(claim);
            (id, claim) = assertNext(id, claim);
        }
        // An item has three units here, so there are three segments.
        vm.prank(challenger);
        uint256 gameId = game.open{ value: GAME_BOND }(id, parent, claim, new bytes32[](3));
        opened = vm.lastCallGas().gasTotalUsed;
        rollup.hasFallen(id);
        asked = vm.lastCallGas().gasTotalUsed;
        vm.warp(block.timestamp + CLOCK + 1);
        game.claimTimeout(gameId);
        ended = vm.lastCallGas().gasTotalUsed;
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
