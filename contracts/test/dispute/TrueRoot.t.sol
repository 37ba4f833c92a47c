// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Turn } from "../../src/dispute/Turns.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { GamePlay } from "./GamePlay.sol";

/// @title A wrong claim with the true root keeps nobody from the true claim
contract TrueRootTest is GamePlay {
    address private constant HONEST = address(0x40E57);

    function setUp() public {
        vm.deal(HONEST, 10 ether);
        deploy(4, 50, 3, 4, 5);
    }

    /// @dev The attack: the true root with fewer blocks than there are, before anybody else. The true claim is accepted at
    /// once all the same, the liar loses, and the window of the true claim is as long as ever.
    function test_fuzz_trueRootWithTooFewBlocks_blocksNobody(uint256 seed, bool late) public {
        (uint256 lie, IRollup.State memory claimed) = _assertWithBlocks(seed % 12);
        uint256 made = block.timestamp;
        uint256 honest = assertAs(HONEST, finalState());
        uint256 gameId = openGame(lie, claimed);
        playOut(gameId, challenger, seed, late);
        assertTrue(outcomeOf(gameId) == IDisputeGame.Outcome.ChallengerWon, "the lie about the way is refuted");
        assertTrue(rollup.isRejected(lie), "and falls");
        assertTrue(block.timestamp < made + WINDOW, "before the window is over");
        assertEq(address(rollup).balance, BOND, "the liar's bond is gone");
        vm.warp(made + WINDOW);
        uint256 before = HONEST.balance;
        rollup.confirm(honest);
        assertEq(HONEST.balance - before, BOND, "confirmed when its window is over");
        expectEmpty();
    }

    /// @dev Nor with more blocks than there are: the other end of the same lie.
    function test_fuzz_trueRootWithTooManyBlocks_blocksNobody(uint256 seed) public {
        (uint256 lie, IRollup.State memory claimed) = _assertWithBlocks(13 + seed % 1_000);
        uint256 honest = assertAs(HONEST, finalState());
        playOut(openGame(lie, claimed), challenger, seed, false);
        assertTrue(rollup.isRejected(lie), "refuted");
        vm.warp(block.timestamp + WINDOW);
        rollup.confirm(honest);
    }

    /// @dev A liar who repeats it pays each time, and the true claim stays where it is.
    function test_trueRootWithTooFewBlocks_repeated() public {
        uint256 honest = assertAs(HONEST, finalState());
        uint256 made = block.timestamp;
        for (uint256 blocks = 9; blocks < 12; ++blocks) {
            (uint256 lie, IRollup.State memory claimed) = _assertWithBlocks(blocks);
            playOut(openGame(lie, claimed), challenger, blocks, false);
            assertTrue(rollup.isRejected(lie), "refuted");
        }
        vm.warp(made + WINDOW);
        rollup.confirm(honest);
        assertEq(address(rollup).balance, 0, "three bonds lost, one returned");
    }

    /// @dev The length of a game is no claim: it follows from the items, whoever asserted what.
    function test_lengthOfAGame_followsFromTheItems() public {
        (uint256 lie, IRollup.State memory claimed) = _assertWithBlocks(11);
        IRollup.State memory parent = genesisState();
        vm.recordLogs();
        vm.prank(challenger);
        game.open{ value: GAME_BOND }(lie, parent, claimed, new bytes32[](4));
        bytes memory data = vm.getRecordedLogs()[1].data;
        (,,,, uint256 units) = abi.decode(data, (address, bytes32, uint64, Turn, uint256));
        assertEq(units, 4 * (3 + 5), "as many as four items can hold");
    }

    function _assertWithBlocks(uint256 blocks) private returns (uint256 id, IRollup.State memory state) {
        state = finalState();
        state.blockNumber = uint64(blocks);
        id = assertAs(asserter, state);
    }
}
