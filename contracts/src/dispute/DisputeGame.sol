// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../interfaces/IRollup.sol";
import { Hashing } from "../libraries/Hashing.sol";
import { IOneStepProver } from "../proof/IOneStepProver.sol";
import { BondPayments } from "../rollup/BondPayments.sol";
import { GameClock } from "./GameClock.sol";
import { IDisputeGame } from "./IDisputeGame.sol";
import { Sections } from "./Sections.sol";
import { Turn } from "./Turns.sol";

/// @title Two-party games about assertions: first over units of proof, then over the steps of one unit
/// @notice Asserter and challenger move in turn. Each move cuts the disputed stretch of the trace into segments; when it
/// is one step long, the prover executes it. An honest side always has a move, and wins. There is no owner.
contract DisputeGame is GameClock, BondPayments {
    using Sections for Sections.Section;
    using Sections for Position;

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
    /// @notice Units of the trace for each item of an assertion, as many as one can hold: what is left over at its end stands
    /// still. So the length of a game is no claim of anybody's.
    uint256 public immutable UNITS_PER_ITEM;
    /// @notice Bond of a challenger in wei.
    uint256 public immutable BOND;

    /// @notice Most moves of both sides together, the opening not counted.
    uint256 public immutable MAXIMUM_MOVES;

    /// @inheritdoc IDisputeGame
    uint256 public gameCount;
    /// @dev One slot a game: the commitment to what stands while it runs, then the outcome. No hash is as small.
    mapping(uint256 gameId => bytes32) private _games;

    constructor(Parameters memory parameters) GameClock(parameters.clockSeconds, parameters.floorSeconds) {
        if (parameters.degree < 2 || parameters.degree > 256) revert InvalidGameParameters();
        ROLLUP = parameters.rollup;
        PROVER = parameters.prover;
        DEGREE = parameters.degree;
        UNITS_PER_ITEM = parameters.prover.UNITS_PER_ITEM();
        BOND = parameters.bondWei;
        // Cuts of the units but the first, which is the opening; cuts of the steps, of which the first enters the unit; the
        // proof.
        MAXIMUM_MOVES = _moves(1 << 24) + _moves(MAXIMUM_STEPS);
    }

    /// @inheritdoc IDisputeGame
    function open(
        uint256 assertionId,
        IRollup.State calldata parent,
        IRollup.State calldata claim,
        bytes32[] calldata hashes
    ) external payable returns (uint256 gameId) {
        if (msg.value != BOND) revert WrongGameBond(msg.value, BOND);
        IRollup.Dispute memory found = ROLLUP.onGameOpened(assertionId);
        bytes32 first = _tupleOf(found.parent, parent);
        gameId = gameCount++;
        Sections.Section memory section;
        (section.gameId, section.turn, section.asserter) = (gameId, _firstTurn(assertionId), found.asserter);
        (section.program, section.endItem) = (parent.programHash, claim.itemIndex);
        uint256 units = (claim.itemIndex - parent.itemIndex) * UNITS_PER_ITEM;
        section.cut(units, DEGREE, first, hashes);
        _checkDisputed(hashes, _tupleOf(found.claim, claim));
        _games[gameId] = section.commit();
        _emitOpened(section, first, hashes);
    }

    /// @inheritdoc IDisputeGame
    function split(uint256 gameId, Position calldata position, bytes32[] calldata hashes) external {
        Sections.Section memory section = _beginMove(gameId, position);
        uint256 length = position.segmentLength(DEGREE);
        if (length < 2) revert WrongSegmentLength(length);
        section.cut(length, DEGREE, position.first, hashes);
        _checkDisputed(hashes, position.last);
        _endMove(section);
        emit Moved(gameId, section.turn, position.index, hashes);
    }

    /// @inheritdoc IDisputeGame
    function enterUnit(
        uint256 gameId,
        Position calldata position,
        IOneStepProver.UnitState calldata start,
        uint256 steps,
        bytes calldata finalProof,
        bytes32[] calldata hashes
    ) external {
        Sections.Section memory section = _openUnit(gameId, position, start);
        if (start.itemIndex >= section.endItem) revert WrongUnitPosition(start.itemIndex, section.endItem);
        if (steps == 0 || steps > MAXIMUM_STEPS) revert WrongStepCount(steps);
        bytes32 first = PROVER.startHash(section.program, start);
        section.level = Level.Steps;
        section.cut(steps, DEGREE, first, hashes);
        _checkFinal(position, start, steps, hashes[hashes.length - 1], finalProof);
        _endMove(section);
        emit UnitEntered(gameId, section.turn, position.index, start, steps, first, hashes);
    }

    /// @inheritdoc IDisputeGame
    function proveEnd(uint256 gameId, Position calldata position, IOneStepProver.UnitState calldata start) external {
        Sections.Section memory section = _openUnit(gameId, position, start);
        if (start.itemIndex < section.endItem) revert WrongUnitPosition(start.itemIndex, section.endItem);
        // The unit changes nothing, so the tuple after it is the one before it.
        if (position.last == position.first) revert NothingDisputed(position.last);
        _win(section);
    }

    /// @inheritdoc IDisputeGame
    function proveStep(uint256 gameId, Position calldata position, bytes calldata proof) external {
        Sections.Section memory section = _beginMove(gameId, position);
        if (section.level != Level.Steps) revert WrongLevel(gameId, section.level);
        _checkSingle(position);
        if (PROVER.step(section.program, position.first, proof) == position.last) {
            revert NothingDisputed(position.last);
        }
        _win(section);
    }

    /// @inheritdoc IDisputeGame
    function claimTimeout(uint256 gameId, Position calldata position) external {
        Turn turn = _open(gameId, position).turn;
        _checkExpired(gameId, turn);
        _finish(gameId, turn, turn.asserterMoves());
    }

    /// @inheritdoc IDisputeGame
    function dismiss(uint256 gameId, Position calldata position) external {
        Turn turn = _open(gameId, position).turn;
        if (ROLLUP.isAtStake(turn.assertionId())) revert AssertionStands(turn.assertionId());
        _void(gameId, turn);
    }

    /// @inheritdoc IDisputeGame
    function game(uint256 gameId) external view returns (bytes32 commitment, Outcome outcome) {
        bytes32 kept = _games[gameId];
        return _isOutcome(kept) ? (bytes32(0), Outcome(uint256(kept))) : (kept, Outcome.None);
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

    /// @dev For who is to move.
    function _win(Sections.Section memory section) private {
        _finish(section.gameId, section.turn, !section.turn.asserterMoves());
    }

    /// @dev Of a lost bond half goes to the winner and half is burned, so playing against oneself costs.
    function _finish(uint256 gameId, Turn turn, bool challengerWins) private {
        uint256 id = turn.assertionId();
        if (!ROLLUP.isAtStake(id)) return _void(gameId, turn);
        if (challengerWins) {
            _end(gameId, Outcome.ChallengerWon, turn.challenger());
            ROLLUP.onGameLost(id, turn.challenger());
            _pay(turn.challenger(), BOND);
        } else {
            address asserter = ROLLUP.onGameWon(id);
            _end(gameId, Outcome.AsserterWon, asserter);
            _burn(BOND - BOND / 2);
            _pay(asserter, BOND / 2);
        }
    }

    function _void(uint256 gameId, Turn turn) private {
        _end(gameId, Outcome.Void, address(0));
        _pay(turn.challenger(), BOND);
    }

    /// @dev Before anybody is paid: whoever gets control then finds the game over.
    function _end(uint256 gameId, Outcome outcome, address winner) private {
        _games[gameId] = bytes32(uint256(outcome));
        emit GameEnded(gameId, outcome, winner);
    }

    function _isOutcome(bytes32 kept) private pure returns (bool) {
        return uint256(kept) <= uint256(type(Outcome).max);
    }

    /// @dev The section of a running game that the position is in.
    function _open(uint256 gameId, Position calldata position) private view returns (Sections.Section memory) {
        bytes32 kept = _games[gameId];
        if (_isOutcome(kept)) revert GameNotRunning(gameId, Outcome(uint256(kept)));
        return position.open(gameId, DEGREE, kept);
    }

    function _beginMove(uint256 gameId, Position calldata position)
        private
        view
        returns (Sections.Section memory section)
    {
        section = _open(gameId, position);
        _checkMover(gameId, section.turn, section.asserter);
    }

    function _endMove(Sections.Section memory section) private {
        section.turn = _passTurn(section.turn);
        _games[section.gameId] = section.commit();
    }

    function _emitOpened(Sections.Section memory section, bytes32 first, bytes32[] calldata hashes) private {
        emit GameOpened(
            section.gameId,
            section.turn.assertionId(),
            msg.sender,
            section.asserter,
            section.program,
            section.endItem,
            section.turn,
            section.length,
            first,
            hashes
        );
    }

    function _openUnit(uint256 gameId, Position calldata position, IOneStepProver.UnitState calldata start)
        private
        view
        returns (Sections.Section memory section)
    {
        section = _beginMove(gameId, position);
        if (section.level != Level.Units) revert WrongLevel(gameId, section.level);
        _checkSingle(position);
        bytes32 computed = _tuple(section.program, start);
        if (computed != position.first) revert UnitMismatch(computed, position.first);
    }

    function _checkDisputed(bytes32[] calldata hashes, bytes32 standing) private pure {
        if (hashes[hashes.length - 1] == standing) revert NothingDisputed(standing);
    }

    function _checkSingle(Position calldata position) private view {
        uint256 length = position.segmentLength(DEGREE);
        if (length != 1) revert WrongSegmentLength(length);
    }

    /// @dev A machine that one more step does not change has stopped, or never will: either way it stands where it would
    /// stand after the last step of the unit.
    function _checkFinal(
        Position calldata position,
        IOneStepProver.UnitState calldata start,
        uint256 steps,
        bytes32 machine,
        bytes calldata proof
    ) private view {
        if (steps != MAXIMUM_STEPS && PROVER.step(position.program, machine, proof) != machine) {
            revert MachineRuns(machine);
        }
        bytes32 reached = _tuple(position.program, PROVER.finish(start, machine, proof));
        if (reached == position.last) revert NothingDisputed(reached);
    }

    /// @dev The state that the assertion claims, if it is the one that was meant.
    function _tupleOf(IRollup.Claim memory claim, IRollup.State calldata meant) private pure returns (bytes32) {
        bool same = Hashing.outputRoot(meant.stateRoot, meant.headerHash) == claim.outputRoot
            && meant.programHash == claim.programHash && meant.blockNumber == claim.blockNumber
            && meant.itemIndex == claim.itemIndex;
        if (!same) revert ClaimDiffers(claim.outputRoot, claim.programHash, claim.blockNumber, claim.itemIndex);
        return Hashing.tuple(meant, 0, 0);
    }

    function _tuple(bytes32 program, IOneStepProver.UnitState memory unit) private pure returns (bytes32) {
        IRollup.State memory state =
            IRollup.State(unit.stateRoot, unit.headerHash, program, unit.blockNumber, unit.itemIndex);
        return Hashing.tuple(state, unit.payloadOffset, unit.unitIndex);
    }
}
