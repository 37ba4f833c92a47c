// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../interfaces/IRollup.sol";
import { Hashing } from "../libraries/Hashing.sol";
import { IOneStepProver } from "../proof/IOneStepProver.sol";
import { BondPayments } from "../rollup/BondPayments.sol";
import { GameClock } from "./GameClock.sol";
import { IDisputeGame } from "./IDisputeGame.sol";
import { Sections } from "./Sections.sol";

/// @title Two-party games about assertions: first over units of proof, then over the steps of one unit
/// @notice Asserter and challenger move in turn. Each move cuts the disputed stretch of the trace into segments; when it
/// is one step long, the prover executes it. An honest side always has a move, and wins. There is no owner.
contract DisputeGame is GameClock, BondPayments {
    using Sections for Sections.Section;

    /// @notice What is fixed at deployment.
    /// @param degree Segments of a move, 2 to 256.
    /// @param clockSeconds Time each side has for all its moves.
    /// @param floorSeconds Time a side has for a move at least, however late the other was.
    /// @param bondWei Bond of a challenger.
    struct Parameters {
        IRollup rollup;
        IOneStepProver prover;
        uint256 degree;
        uint32 clockSeconds;
        uint32 floorSeconds;
        uint256 bondWei;
    }

    /// @notice Most steps of one unit.
    uint256 public constant MAXIMUM_STEPS = 1 << 32;

    /// @notice Where assertions stand.
    IRollup public immutable ROLLUP;
    /// @notice Judge of one step.
    IOneStepProver public immutable PROVER;
    /// @notice Segments of a move.
    uint256 public immutable DEGREE;
    /// @notice Bond of a challenger in wei.
    uint256 public immutable BOND;

    /// @notice Most moves of both sides together.
    uint256 public immutable MAXIMUM_MOVES;

    constructor(Parameters memory parameters) GameClock(parameters.clockSeconds, parameters.floorSeconds) {
        if (parameters.degree < 2 || parameters.degree > 256) revert InvalidGameParameters();
        ROLLUP = parameters.rollup;
        PROVER = parameters.prover;
        DEGREE = parameters.degree;
        BOND = parameters.bondWei;
        MAXIMUM_MOVES = _moves(1 << 24) + _moves(MAXIMUM_STEPS) + 1;
    }

    /// @inheritdoc IDisputeGame
    function open(uint256 assertionId, Roots calldata parentRoots, Roots calldata roots)
        external
        payable
        returns (uint256 gameId)
    {
        if (msg.value != BOND) revert WrongGameBond(msg.value, BOND);
        IRollup.Assertion memory target = ROLLUP.assertion(assertionId);
        Sections.Section memory section = Sections.Section(target.units, new bytes32[](2));
        section.hashes[0] = _tupleOf(target.parent, parentRoots);
        section.hashes[1] = _tupleOf(assertionId, roots);
        gameId = _start(uint32(assertionId), target.bondOwner);
        _games[gameId].section = section.commit(gameId, uint256(Level.Units));
        ROLLUP.onGameOpened(assertionId);
        emit GameOpened(gameId, assertionId, msg.sender, target.bondOwner, target.units, section.hashes);
    }

    /// @inheritdoc IDisputeGame
    function split(uint256 gameId, Sections.Section calldata section, uint256 index, bytes32[] calldata hashes)
        external
    {
        Game storage current = _beginMove(gameId);
        section.open(gameId, uint256(current.level), current.section);
        (uint256 length, bytes32 first, bytes32 last) = section.segment(index);
        if (length < 2) revert WrongSegmentLength(length);
        Sections.checkCount(length, DEGREE, hashes.length);
        if (hashes[0] != first) revert WrongStart(hashes[0], first);
        if (hashes[hashes.length - 1] == last) revert NothingDisputed(last);
        _endMove(gameId, current, current.level, length, hashes);
    }

    /// @inheritdoc IDisputeGame
    function enterUnit(
        uint256 gameId,
        Sections.Section calldata section,
        uint256 index,
        IOneStepProver.UnitState calldata start,
        uint256 steps,
        bytes calldata finalProof,
        bytes32[] calldata hashes
    ) external {
        Game storage current = _beginMove(gameId);
        (bytes32 program, bytes32 claimed, uint256 end) = _openUnit(gameId, current, section, index, start);
        if (start.itemIndex >= end) revert WrongUnitPosition(start.itemIndex, end);
        if (steps == 0 || steps > MAXIMUM_STEPS) revert WrongStepCount(steps);
        Sections.checkCount(steps, DEGREE, hashes.length);
        bytes32 first = PROVER.startHash(program, start);
        if (hashes[0] != first) revert WrongStart(hashes[0], first);
        _checkFinal(program, claimed, start, steps, hashes[hashes.length - 1], finalProof);
        emit UnitEntered(gameId, start, steps);
        _endMove(gameId, current, Level.Steps, steps, hashes);
    }

    /// @inheritdoc IDisputeGame
    function proveEnd(
        uint256 gameId,
        Sections.Section calldata section,
        uint256 index,
        IOneStepProver.UnitState calldata start
    ) external {
        Game storage current = _beginMove(gameId);
        (bytes32 program, bytes32 claimed, uint256 end) = _openUnit(gameId, current, section, index, start);
        if (start.itemIndex < end) revert WrongUnitPosition(start.itemIndex, end);
        if (claimed == _tuple(program, start)) revert NothingDisputed(claimed);
        _win(gameId, current);
    }

    /// @inheritdoc IDisputeGame
    function proveStep(uint256 gameId, Sections.Section calldata section, uint256 index, bytes calldata proof)
        external
    {
        Game storage current = _beginMove(gameId);
        if (current.level != Level.Steps) revert WrongLevel(gameId, current.level);
        section.open(gameId, uint256(Level.Steps), current.section);
        (uint256 length, bytes32 first, bytes32 last) = section.segment(index);
        if (length != 1) revert WrongSegmentLength(length);
        bytes32 program = ROLLUP.programHash(ROLLUP.assertion(current.assertionId).parent);
        if (PROVER.step(program, first, proof) == last) revert NothingDisputed(last);
        _win(gameId, current);
    }

    /// @inheritdoc IDisputeGame
    function claimTimeout(uint256 gameId) external {
        Game storage current = _games[gameId];
        _checkExpired(gameId, current);
        _finish(gameId, current, current.phase == Phase.AsserterMoves);
    }

    /// @inheritdoc IDisputeGame
    function dismiss(uint256 gameId) external {
        Game storage current = _games[gameId];
        if (!_running(current)) revert NotYourMove(gameId, current.phase, msg.sender);
        if (!ROLLUP.isRejected(current.assertionId)) revert AssertionStands(current.assertionId);
        _void(gameId, current);
    }

    /// @notice Seconds a game takes at most, whatever both sides do.
    function maximumDuration() external view returns (uint256) {
        return 2 * uint256(CLOCK) + MAXIMUM_MOVES * FLOOR;
    }

    /// @dev Moves until a stretch of this length is down to one: a segment is at most the quotient, rounded up.
    function _moves(uint256 length) private view returns (uint256 moves) {
        for (; length > 1; ++moves) {
            length = (length + DEGREE - 1) / DEGREE;
        }
    }

    function _win(uint256 gameId, Game storage current) private {
        _finish(gameId, current, current.phase == Phase.ChallengerMoves);
    }

    /// @dev Of a lost bond half goes to the winner and half is burned, so playing against oneself costs.
    function _finish(uint256 gameId, Game storage current, bool challengerWins) private {
        uint256 id = current.assertionId;
        if (ROLLUP.isRejected(id)) return _void(gameId, current);
        address winner = challengerWins ? current.challenger : current.asserter;
        current.phase = challengerWins ? Phase.ChallengerWon : Phase.AsserterWon;
        emit GameEnded(gameId, current.phase, winner);
        if (challengerWins) {
            ROLLUP.onGameLost(id, winner);
            _pay(winner, BOND);
        } else {
            ROLLUP.onGameWon(id);
            _burn(BOND - BOND / 2);
            _pay(winner, BOND / 2);
        }
    }

    function _void(uint256 gameId, Game storage current) private {
        current.phase = Phase.Void;
        emit GameEnded(gameId, Phase.Void, address(0));
        _pay(current.challenger, BOND);
    }

    function _endMove(uint256 gameId, Game storage current, Level level, uint256 length, bytes32[] calldata hashes)
        private
    {
        current.section = Sections.Section(length, hashes).commit(gameId, uint256(level));
        current.level = level;
        _passTurn(current);
        emit Moved(gameId, level, current.phase, length, hashes);
    }

    function _openUnit(
        uint256 gameId,
        Game storage current,
        Sections.Section calldata section,
        uint256 index,
        IOneStepProver.UnitState calldata start
    ) private view returns (bytes32 program, bytes32 claimed, uint256 end) {
        if (current.level != Level.Units) {
            revert WrongLevel(gameId, current.level);
        }
        section.open(gameId, uint256(Level.Units), current.section);
        uint256 length;
        bytes32 first;
        (length, first, claimed) = section.segment(index);
        if (length != 1) revert WrongSegmentLength(length);
        IRollup.Assertion memory target = ROLLUP.assertion(current.assertionId);
        program = ROLLUP.programHash(target.parent);
        end = target.itemIndex;
        bytes32 computed = _tuple(program, start);
        if (computed != first) revert UnitMismatch(computed, first);
    }

    /// @dev A machine that one more step does not change has stopped, or never will: either way it stands where it would
    /// stand after the last step of the unit.
    function _checkFinal(
        bytes32 program,
        bytes32 claimed,
        IOneStepProver.UnitState calldata start,
        uint256 steps,
        bytes32 machine,
        bytes calldata proof
    ) private view {
        if (steps != MAXIMUM_STEPS && PROVER.step(program, machine, proof) != machine) {
            revert MachineRuns(machine);
        }
        bytes32 reached = _tuple(program, PROVER.finish(start, machine, proof));
        if (reached == claimed) revert NothingDisputed(reached);
    }

    function _tupleOf(uint256 id, Roots calldata roots) private view returns (bytes32) {
        IRollup.Assertion memory found = ROLLUP.assertion(id);
        if (Hashing.outputRoot(roots.stateRoot, roots.headerHash) != found.outputRoot) revert RootsMismatch(id);
        IRollup.State memory state = IRollup.State(
            roots.stateRoot, roots.headerHash, ROLLUP.programHash(id), found.blockNumber, found.itemIndex
        );
        return Hashing.tuple(state, 0);
    }

    function _tuple(bytes32 program, IOneStepProver.UnitState memory unit) private pure returns (bytes32) {
        IRollup.State memory state =
            IRollup.State(unit.stateRoot, unit.headerHash, program, unit.blockNumber, unit.itemIndex);
        return Hashing.tuple(state, unit.payloadOffset);
    }
}
