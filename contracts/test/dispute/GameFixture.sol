// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { DisputeGame } from "../../src/dispute/DisputeGame.sol";
import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";
import { Inbox } from "../../src/inbox/Inbox.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { IOneStepProver } from "../../src/proof/IOneStepProver.sol";
import { Turn } from "../../src/dispute/Turns.sol";
import { Rollup } from "../../src/rollup/Rollup.sol";
import { TestBase } from "../helpers/TestBase.sol";
import { Vm } from "../helpers/Vm.sol";
import { SegmentTree } from "./SegmentTree.sol";
import { ToyProver } from "./ToyProver.sol";

/// @title Rollup and game on a toy machine, with players that know the true trace
abstract contract GameFixture is TestBase {
    /// @dev What a player knows from the events: whose turn it is, the section that stands, where it lies in the trace, and
    /// what it is about.
    struct Standing {
        Turn turn;
        IDisputeGame.Level level;
        uint256 length;
        bytes32[] hashes;
        uint256 offset;
        IOneStepProver.UnitState unit;
        uint64 endItem;
    }

    uint256 internal constant BOND = 1 ether;
    uint256 internal constant GAME_BOND = 0.6 ether;
    uint256 internal constant WINDOW = 7 days;
    uint32 internal constant CLOCK = 36 hours;
    uint32 internal constant FLOOR = 3 hours;
    bytes32 internal constant PROGRAM = keccak256("toy program");
    bytes32 internal constant GENESIS_ROOT = keccak256("toy root");
    bytes32 internal constant GENESIS_HEADER = bytes32(uint256(7));
    bytes32 internal constant LIE = keccak256("lie");

    Inbox internal inbox;
    Rollup internal rollup;
    DisputeGame internal game;
    ToyProver internal prover;
    address internal asserter = address(0xA55E);
    address internal challenger = address(0xC4A1);
    uint256 internal end;
    /// @dev Who sends the moves of a side; the side itself where nobody is named.
    mapping(address side => address) internal hands;
    mapping(uint256 gameId => Standing) internal standings;
    /// @dev Gas of opening a game and of all moves; of whole transactions where a test isolates calls.
    uint256 internal gasOfMoves;

    function deploy(uint256 degree, uint256 limit, uint64 blocksPerItem, uint256 items) internal {
        deploy(degree, limit, blocksPerItem, items, 0);
    }

    /// @param spareUnits Of each item, beyond its blocks: they stand still at the end of an assertion.
    function deploy(uint256 degree, uint256 limit, uint64 blocksPerItem, uint256 items, uint256 spareUnits) internal {
        vm.roll(1_000);
        vm.warp(1_700_000_000);
        vm.recordLogs();
        inbox = new Inbox(address(this));
        prover = new ToyProver(limit, blocksPerItem, spareUnits);
        address gameAddress = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        rollup = new Rollup(
            Rollup.Parameters(inbox, gameAddress, BOND, WINDOW, 1 << 14),
            IRollup.State(GENESIS_ROOT, GENESIS_HEADER, PROGRAM, 0, 0)
        );
        game = new DisputeGame(DisputeGame.Parameters(rollup, prover, degree, CLOCK, FLOOR, GAME_BOND));
        assertEq(address(game), gameAddress, "game address");
        for (uint256 i = 0; i < items; ++i) {
            inbox.appendEmpty();
        }
        end = items;
        vm.deal(asserter, 1_000 ether);
        vm.deal(challenger, 1_000 ether);
    }

    function genesis() internal pure returns (IOneStepProver.UnitState memory) {
        return IOneStepProver.UnitState(GENESIS_ROOT, GENESIS_HEADER, 0, 0, 0, 0);
    }

    function trueUnit(uint256 index) internal view returns (IOneStepProver.UnitState memory) {
        return prover.unit(genesis(), index, end);
    }

    function tupleOf(IOneStepProver.UnitState memory unit) internal pure returns (bytes32) {
        IRollup.State memory state =
            IRollup.State(unit.stateRoot, unit.headerHash, PROGRAM, unit.blockNumber, unit.itemIndex);
        return Hashing.tuple(state, unit.payloadOffset, unit.unitIndex);
    }

    function genesisState() internal pure returns (IRollup.State memory) {
        IOneStepProver.UnitState memory first = genesis();
        return IRollup.State(first.stateRoot, first.headerHash, PROGRAM, first.blockNumber, first.itemIndex);
    }

    function finalState() internal view returns (IRollup.State memory) {
        IOneStepProver.UnitState memory last = trueUnit(type(uint256).max >> 128);
        return IRollup.State(last.stateRoot, last.headerHash, PROGRAM, last.blockNumber, last.itemIndex);
    }

    function assertAs(address who, IRollup.State memory state) internal returns (uint256) {
        bytes32 parentRoot = rollup.assertion(0).outputRoot;
        bytes32 last = inbox.items(end - 1);
        vm.prank(who);
        return rollup.assertState{ value: BOND }(0, parentRoot, state, last);
    }

    /// @dev What opening a game says about a claim that was not the one that was meant.
    function differs(IRollup.State memory actual) internal pure returns (bytes memory) {
        bytes32 outputRoot = Hashing.outputRoot(actual.stateRoot, actual.headerHash);
        return abi.encodeWithSelector(
            IDisputeGame.ClaimDiffers.selector, outputRoot, actual.programHash, actual.blockNumber, actual.itemIndex
        );
    }

    /// @dev The challenger opens with the truth where it is not what is claimed, else with a lie.
    function openGame(uint256 id, IRollup.State memory claim) internal returns (uint256 gameId) {
        return openGame(id, claim, _openingAgainst(claim));
    }

    /// @param hashes Trace of all units, its start included.
    function openGame(uint256 id, IRollup.State memory claim, bytes32[] memory hashes)
        internal
        returns (uint256 gameId)
    {
        return openGame(id, genesisState(), claim, hashes);
    }

    function openGame(uint256 id, IRollup.State memory parent, IRollup.State memory claim, bytes32[] memory hashes)
        internal
        returns (uint256 gameId)
    {
        bytes32[] memory ends = SegmentTree.ends(hashes);
        vm.prank(challenger);
        gameId = game.open{ value: GAME_BOND }(id, parent, claim, ends);
        gasOfMoves += vm.lastCallGas().gasTotalUsed;
        delete standings[gameId];
        standings[gameId].endItem = claim.itemIndex;
        _readTurn(gameId);
        _stand(gameId, 0, (claim.itemIndex - parent.itemIndex) * prover.UNITS_PER_ITEM(), hashes);
    }

    function _openingAgainst(IRollup.State memory claim) private view returns (bytes32[] memory hashes) {
        uint256 length = claim.itemIndex * prover.UNITS_PER_ITEM();
        uint256 segments = length < game.DEGREE() ? length : game.DEGREE();
        hashes = new bytes32[](segments + 1);
        for (uint256 i = 0; i <= segments; ++i) {
            hashes[i] = tupleOf(trueUnit((length * i) / segments));
        }
        if (hashes[segments] != Hashing.tuple(claim, 0, 0)) return hashes;
        bytes32 salt = keccak256(abi.encode(claim, game.gameCount()));
        for (uint256 i = 1 + uint256(salt) % segments; i <= segments; ++i) {
            hashes[i] = keccak256(abi.encode(hashes[i], salt));
        }
    }

    /// @dev Whose move it is; zero once the game is over.
    function mover(uint256 gameId) internal view returns (address) {
        (bytes32 commitment,) = game.game(gameId);
        if (commitment == 0) return address(0);
        return standings[gameId].turn.asserterMoves() ? asserter : challenger;
    }

    function outcomeOf(uint256 gameId) internal view returns (IDisputeGame.Outcome outcome) {
        (, outcome) = game.game(gameId);
    }

    function deadlineOf(uint256 gameId) internal view returns (uint256) {
        return standings[gameId].turn.deadline();
    }

    function challengerLeft(uint256 gameId) internal view returns (uint256) {
        return _left(standings[gameId].turn, false);
    }

    function asserterLeft(uint256 gameId) internal view returns (uint256) {
        return _left(standings[gameId].turn, true);
    }

    function _left(Turn turn, bool ofAsserter) private view returns (uint256) {
        if (turn.asserterMoves() != ofAsserter) return turn.waitingLeft();
        return turn.deadline() < block.timestamp ? 0 : turn.deadline() - block.timestamp;
    }

    /// @dev From the last event of the game, as players read it.
    function _readTurn(uint256 gameId) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = logs.length; i > 0; --i) {
            Vm.Log memory log = logs[i - 1];
            if (log.emitter != address(game) || log.topics[1] != bytes32(gameId)) continue;
            bytes32 kind = log.topics[0];
            bool opened = kind == IDisputeGame.GameOpened.selector;
            bool moved = kind == IDisputeGame.Moved.selector || kind == IDisputeGame.UnitEntered.selector;
            if (!opened && !moved) continue;
            standings[gameId].turn = _wordOf(log.data, opened ? 3 : 0);
            return;
        }
    }

    function _wordOf(bytes memory data, uint256 index) private pure returns (Turn word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), mul(index, 32)))
        }
    }

    /// @dev The true hash at a point of the trace the game is about now.
    function trueHash(uint256 gameId, uint256 at_) internal view returns (bytes32) {
        if (standings[gameId].level == IDisputeGame.Level.Units) return tupleOf(trueUnit(at_));
        return keccak256(abi.encode(prover.machine(standings[gameId].unit, at_)));
    }

    function startOf(uint256 gameId, uint256 index) internal view returns (uint256) {
        Standing storage standing = standings[gameId];
        return standing.offset + (standing.length * index) / (standing.hashes.length - 1);
    }

    /// @dev The honest move: the first segment that starts true and ends false.
    function playHonest(uint256 gameId) internal {
        uint256 segments = standings[gameId].hashes.length - 1;
        uint256 index = 0;
        while (standings[gameId].hashes[index + 1] == trueHash(gameId, startOf(gameId, index + 1))) {
            ++index;
            assertTrue(index < segments, "the honest side disagrees somewhere");
        }
        uint256 first = startOf(gameId, index);
        uint256 length = startOf(gameId, index + 1) - first;
        if (length > 1) return _split(gameId, index, first, length, 0);
        if (standings[gameId].level == IDisputeGame.Level.Steps) return _proveStep(gameId, index, first);
        IOneStepProver.UnitState memory unit = trueUnit(first);
        if (unit.itemIndex >= end) return _proveEnd(gameId, index, unit);
        _enter(gameId, index, unit, bytes32(0));
    }

    /// @dev A move that the contract accepts and that lies: random segment, false hashes. False if there is none.
    function playDishonest(uint256 gameId, uint256 seed) internal returns (bool) {
        uint256 segments = standings[gameId].hashes.length - 1;
        uint256 index = seed % segments;
        uint256 first = startOf(gameId, index);
        uint256 length = startOf(gameId, index + 1) - first;
        bytes32 salt = keccak256(abi.encode(seed, "salt"));
        if (length > 1) {
            _split(gameId, index, first, length, salt);
            return true;
        }
        if (standings[gameId].level == IDisputeGame.Level.Steps) return _tryFalseStep(gameId, index, first);
        IOneStepProver.UnitState memory unit = trueUnit(first);
        bool knowsStart = standings[gameId].hashes[index] == tupleOf(unit);
        if (!knowsStart || unit.itemIndex >= end) return false;
        _enter(gameId, index, unit, salt);
        return true;
    }

    /// @dev What a mover shows to move against segment `index` of the section that stands.
    function positionOf(uint256 gameId, uint256 index) internal view returns (IDisputeGame.Position memory) {
        Standing memory standing = standings[gameId];
        return IDisputeGame.Position({
            turn: standing.turn,
            asserter: asserter,
            program: PROGRAM,
            endItem: standing.endItem,
            level: standing.level,
            length: standing.length,
            index: index,
            first: standing.hashes[index],
            last: standing.hashes[index + 1],
            siblings: SegmentTree.proof(standing.hashes, index)
        });
    }

    /// @dev The trace of a stretch, its start included. With a salt: true up to a random point, false from there on.
    function _trace(uint256 gameId, uint256 first, uint256 length, bytes32 salt)
        private
        view
        returns (bytes32[] memory hashes)
    {
        uint256 segments = length < game.DEGREE() ? length : game.DEGREE();
        hashes = new bytes32[](segments + 1);
        uint256 from = salt == 0 ? type(uint256).max : 1 + uint256(salt) % segments;
        for (uint256 i = 0; i <= segments; ++i) {
            hashes[i] = trueHash(gameId, first + (length * i) / segments);
            if (i >= from) hashes[i] = keccak256(abi.encode(hashes[i], salt));
        }
    }

    function _split(uint256 gameId, uint256 index, uint256 first, uint256 length, bytes32 salt) private {
        bytes32[] memory hashes = _trace(gameId, first, length, salt);
        hashes[0] = standings[gameId].hashes[index];
        split(gameId, index, first, length, hashes);
    }

    /// @dev Cuts a segment with the hashes given, its start included.
    function split(uint256 gameId, uint256 index, uint256 first, uint256 length, bytes32[] memory hashes) internal {
        bytes memory data = abi.encodeCall(game.split, (gameId, positionOf(gameId, index), SegmentTree.ends(hashes)));
        _move(gameId, data);
        _stand(gameId, first, length, hashes);
    }

    function _enter(uint256 gameId, uint256 index, IOneStepProver.UnitState memory unit, bytes32 salt) private {
        uint256 limit = prover.LIMIT();
        uint256 steps = limit > 1 << 32 ? 1 << 32 : limit;
        ToyProver.Toy memory last = prover.machine(unit, steps);
        if (salt != 0) (last.value, last.limit) = (uint256(salt), last.step);
        uint256 segments = steps < game.DEGREE() ? steps : game.DEGREE();
        bytes32[] memory hashes = new bytes32[](segments + 1);
        uint256 from = salt == 0 ? segments : 1 + uint256(salt) % segments;
        for (uint256 i = 0; i < segments; ++i) {
            hashes[i] = keccak256(abi.encode(prover.machine(unit, (steps * i) / segments)));
            if (i >= from) hashes[i] = keccak256(abi.encode(hashes[i], salt));
        }
        hashes[segments] = keccak256(abi.encode(last));
        enter(gameId, index, unit, steps, abi.encode(last), hashes);
    }

    /// @dev Opens a unit with the machine hashes given, the first of which is the start's.
    function enter(
        uint256 gameId,
        uint256 index,
        IOneStepProver.UnitState memory unit,
        uint256 steps,
        bytes memory finalProof,
        bytes32[] memory hashes
    ) internal {
        IDisputeGame.Position memory position = positionOf(gameId, index);
        bytes32[] memory ends = SegmentTree.ends(hashes);
        _move(gameId, abi.encodeCall(game.enterUnit, (gameId, position, unit, steps, finalProof, ends)));
        (standings[gameId].unit, standings[gameId].level) = (unit, IDisputeGame.Level.Steps);
        _stand(gameId, 0, steps, hashes);
    }

    /// @dev The other side's last claim is true: the step must not be accepted as a refutation.
    function _tryFalseStep(uint256 gameId, uint256 index, uint256 first) private returns (bool) {
        bytes memory proof = abi.encode(prover.machine(standings[gameId].unit, first));
        IDisputeGame.Position memory position = positionOf(gameId, index);
        vm.prank(mover(gameId));
        try game.proveStep(gameId, position, proof) {
            return true;
        } catch {
            return false;
        }
    }

    function _proveStep(uint256 gameId, uint256 index, uint256 first) private {
        bytes memory proof = abi.encode(prover.machine(standings[gameId].unit, first));
        _move(gameId, abi.encodeCall(game.proveStep, (gameId, positionOf(gameId, index), proof)));
    }

    function _proveEnd(uint256 gameId, uint256 index, IOneStepProver.UnitState memory unit) private {
        _move(gameId, abi.encodeCall(game.proveEnd, (gameId, positionOf(gameId, index), unit)));
    }

    /// @dev Sends a move of whose turn it is.
    function _move(uint256 gameId, bytes memory data) private {
        address side = mover(gameId);
        vm.prank(hands[side] == address(0) ? side : hands[side]);
        (bool done, bytes memory reason) = address(game).call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(reason, 32), mload(reason))
            }
        }
        gasOfMoves += vm.lastCallGas().gasTotalUsed;
        _readTurn(gameId);
    }

    function _stand(uint256 gameId, uint256 offset, uint256 length, bytes32[] memory hashes) internal {
        standings[gameId].offset = offset;
        standings[gameId].length = length;
        standings[gameId].hashes = hashes;
    }
}
