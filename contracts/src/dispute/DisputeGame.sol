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
        (section.gameId, section.asserter) = (gameId, found.asserter);
        (section.program, section.endItem) = (parent.programHash, claim.itemIndex);
        uint256 units = (claim.itemIndex - parent.itemIndex) * UNITS_PER_ITEM;
        section.cut(units, DEGREE, first, hashes);
        _checkDisputed(hashes, _tupleOf(found.claim, claim));
        _start(gameId, assertionId, section.commit());
        emit GameOpened(
            gameId, assertionId, msg.sender, found.asserter, section.program, section.endItem, units, first, hashes
        );
    }

    /// @inheritdoc IDisputeGame
    function split(uint256 gameId, Position calldata position, bytes32[] calldata hashes) external {
        (Turn turn, Sections.Section memory section) = _beginMove(gameId, position);
        uint256 length = position.segmentLength(DEGREE);
        if (length < 2) revert WrongSegmentLength(length);
        section.cut(length, DEGREE, position.first, hashes);
        _checkDisputed(hashes, position.last);
        _endMove(gameId, turn, section);
        emit Moved(gameId, position.index, hashes);
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
        (Turn turn, Sections.Section memory section) = _openUnit(gameId, position, start);
        if (start.itemIndex >= section.endItem) revert WrongUnitPosition(start.itemIndex, section.endItem);
        if (steps == 0 || steps > MAXIMUM_STEPS) revert WrongStepCount(steps);
        bytes32 first = PROVER.startHash(section.program, start);
        section.level = Level.Steps;
        section.cut(steps, DEGREE, first, hashes);
        _checkFinal(position, start, steps, hashes[hashes.length - 1], finalProof);
        _endMove(gameId, turn, section);
        emit UnitEntered(gameId, position.index, start, steps, first, hashes);
    }

    /// @inheritdoc IDisputeGame
    function proveEnd(uint256 gameId, Position calldata position, IOneStepProver.UnitState calldata start) external {
        (Turn turn, Sections.Section memory section) = _openUnit(gameId, position, start);
        if (start.itemIndex < section.endItem) revert WrongUnitPosition(start.itemIndex, section.endItem);
        // The unit changes nothing, so the tuple after it is the one before it.
        if (position.last == position.first) revert NothingDisputed(position.last);
        _win(gameId, turn);
    }

    /// @inheritdoc IDisputeGame
    function proveStep(uint256 gameId, Position calldata position, bytes calldata proof) external {
        (Turn turn, Sections.Section memory section) = _beginMove(gameId, position);
        if (section.level != Level.Steps) revert WrongLevel(gameId, section.level);
        _checkSingle(position);
        if (PROVER.step(section.program, position.first, proof) == position.last) {
            revert NothingDisputed(position.last);
        }
        _win(gameId, turn);
    }

    /// @inheritdoc IDisputeGame
    function claimTimeout(uint256 gameId) external {
        Turn turn = _games[gameId].turn;
        _checkExpired(gameId, turn);
        _finish(gameId, turn, turn.phase() == Phase.AsserterMoves);
    }

    /// @inheritdoc IDisputeGame
    function dismiss(uint256 gameId) external {
        Turn turn = _games[gameId].turn;
        if (!_running(turn.phase())) revert NotYourMove(gameId, turn.phase(), msg.sender);
        if (ROLLUP.isAtStake(turn.assertionId())) revert AssertionStands(turn.assertionId());
        _void(gameId, turn);
    }

    /// @inheritdoc IDisputeGame
    function game(uint256 gameId) external view returns (Game memory found) {
        Stored memory stored = _games[gameId];
        Turn turn = stored.turn;
        if (turn.phase() == Phase.None) return found;
        (found.section, found.challenger, found.phase) = (stored.section, turn.challenger(), turn.phase());
        found.asserter = ROLLUP.assertion(turn.assertionId()).bondOwner;
        found.assertionId = turn.assertionId();
        found.deadline = uint40(deadline(gameId));
        (found.challengerLeft, found.asserterLeft) = _clocks(turn);
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

    function _win(uint256 gameId, Turn turn) private {
        _finish(gameId, turn, turn.phase() == Phase.ChallengerMoves);
    }

    /// @dev Of a lost bond half goes to the winner and half is burned, so playing against oneself costs.
    function _finish(uint256 gameId, Turn turn, bool challengerWins) private {
        uint256 id = turn.assertionId();
        if (!ROLLUP.isAtStake(id)) return _void(gameId, turn);
        if (challengerWins) {
            _end(gameId, turn, Phase.ChallengerWon, turn.challenger());
            ROLLUP.onGameLost(id, turn.challenger());
            _pay(turn.challenger(), BOND);
        } else {
            address asserter = ROLLUP.onGameWon(id);
            _end(gameId, turn, Phase.AsserterWon, asserter);
            _burn(BOND - BOND / 2);
            _pay(asserter, BOND / 2);
        }
    }

    function _void(uint256 gameId, Turn turn) private {
        _end(gameId, turn, Phase.Void, address(0));
        _pay(turn.challenger(), BOND);
    }

    /// @dev Before anybody is paid: whoever gets control then finds the game over.
    function _end(uint256 gameId, Turn turn, Phase phase, address winner) private {
        _games[gameId].turn = turn.end(phase);
        emit GameEnded(gameId, phase, winner);
    }

    function _beginMove(uint256 gameId, Position calldata position)
        private
        view
        returns (Turn turn, Sections.Section memory section)
    {
        turn = _beginMove(gameId, position.asserter);
        section = position.open(gameId, DEGREE, _games[gameId].section);
    }

    function _endMove(uint256 gameId, Turn turn, Sections.Section memory section) private {
        _games[gameId] = Stored(section.commit(), _passTurn(turn));
    }

    function _openUnit(uint256 gameId, Position calldata position, IOneStepProver.UnitState calldata start)
        private
        view
        returns (Turn turn, Sections.Section memory section)
    {
        (turn, section) = _beginMove(gameId, position);
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
