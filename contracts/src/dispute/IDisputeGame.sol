// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../interfaces/IRollup.sol";
import { IOneStepProver } from "../proof/IOneStepProver.sol";
import { Turn } from "./Turns.sol";

/// @title Games that decide whether an assertion is true, down to one instruction
interface IDisputeGame {
    /// @notice How a game ended. `None`: it runs, or the number is not taken.
    enum Outcome {
        None,
        ChallengerWon,
        AsserterWon,
        Void
    }

    /// @notice What the trace is made of: units of proof (blocks) of the assertion, then steps of one unit.
    enum Level {
        Units,
        Steps
    }

    /// @notice What a mover shows of a game: whose turn it is, what the game is about, the section that stands, and of that
    /// section the one segment that the move is about. The contract keeps only a commitment to all of it; the events tell it.
    /// @param turn The turn that the last event of the game named.
    /// @param asserter Owner of the assertion's bond.
    /// @param program Hash of the program that the disputed units ran under.
    /// @param endItem Item at which the assertion ends.
    /// @param level What the section is made of.
    /// @param length Units of proof or machine steps that the section spans.
    /// @param index The segment whose start the mover agrees with and whose end it does not.
    /// @param first Hash at the start of the segment.
    /// @param last Hash at its end.
    /// @param siblings Merkle proof of the segment, from the bottom up.
    struct Position {
        Turn turn;
        address asserter;
        bytes32 program;
        uint64 endItem;
        Level level;
        uint256 length;
        uint256 index;
        bytes32 first;
        bytes32 last;
        bytes32[] siblings;
    }

    /// @notice A game was opened; the asserter moves, as `turn` says (`readTurn`). The section that stands is the challenger's trace of the `units` units of
    /// the assertion: it starts with `first`, and `hashes` are those at the ends of its segments.
    event GameOpened(
        uint256 indexed gameId,
        uint256 indexed assertionId,
        address indexed challenger,
        address asserter,
        bytes32 program,
        uint64 endItem,
        Turn turn,
        uint256 units,
        bytes32 first,
        bytes32[] hashes
    );
    /// @notice A move: from now on it is `turn`, and segment `index` of the section that stood is the one that stands. It starts with the same
    /// hash; `hashes` are those at the ends of its segments.
    event Moved(uint256 indexed gameId, Turn turn, uint256 index, bytes32[] hashes);
    /// @notice A move: from now on it is `turn`, and the disputed unit was opened. The section that stands now is about the `steps` of the machine in it;
    /// it starts with `first`, and `hashes` are those at the ends of its segments.
    event UnitEntered(
        uint256 indexed gameId,
        Turn turn,
        uint256 index,
        IOneStepProver.UnitState start,
        uint256 steps,
        bytes32 first,
        bytes32[] hashes
    );
    /// @notice The game is over. `winner` is zero if it became void.
    event GameEnded(uint256 indexed gameId, Outcome outcome, address indexed winner);
    /// @notice `mover` may move in all games of `owner` from now on; zero: nobody but the owner.
    event DelegateSet(address indexed owner, address indexed mover);

    /// @notice The bond must be exact, in wei.
    error WrongGameBond(uint256 sent, uint256 required);
    /// @notice The parent or the assertion claims this and not what was meant: L1 was reorganised.
    error ClaimDiffers(bytes32 outputRoot, bytes32 programHash, uint64 blockNumber, uint64 itemIndex);
    /// @notice The game is over, or there is none of this number.
    error GameNotRunning(uint256 gameId, Outcome outcome);
    /// @notice It is the move of `party` or of its delegate.
    error NotYourMove(uint256 gameId, address party, address caller);
    /// @notice The clock of who is to move has run out.
    error ClockExpired(uint256 gameId);
    /// @notice The clock still runs until `deadline`.
    error ClockRunning(uint256 gameId, uint256 deadline);
    /// @notice The move belongs to the other level.
    error WrongLevel(uint256 gameId, Level level);
    /// @notice A segment longer than one is split, a segment of one is proven.
    error WrongSegmentLength(uint256 length);
    /// @notice A move must contradict the last one.
    error NothingDisputed(bytes32 hash);
    /// @notice The unit state is not the preimage of the tuple.
    error UnitMismatch(bytes32 computed, bytes32 expected);
    /// @notice The unit starts at the end of the assertion, or does not, as the move would need.
    error WrongUnitPosition(uint256 itemIndex, uint256 end);
    /// @notice Steps are 1 to 2^32.
    error WrongStepCount(uint256 steps);
    /// @notice The machine still runs: more steps belong to the unit.
    error MachineRuns(bytes32 machineHash);
    /// @notice The assertion still stands.
    error AssertionStands(uint256 assertionId);
    /// @notice A parameter is out of range.
    error InvalidGameParameters();

    /// @notice Challenges an assertion and makes the first move. Anyone may, with the bond; several games can run against one
    /// assertion.
    /// @param parent What its parent claims.
    /// @param claim What it claims. Both are compared whole: after a reorg of L1 the number may name another assertion.
    /// @param hashes The challenger's own trace of all units of the assertion at the ends of their segments; the last must
    /// differ from what the assertion claims.
    function open(
        uint256 assertionId,
        IRollup.State calldata parent,
        IRollup.State calldata claim,
        bytes32[] calldata hashes
    ) external payable returns (uint256 gameId);

    /// @notice Cuts the disputed segment.
    /// @param hashes The mover's own trace of the segment at the ends of its new segments; the last must differ from the one
    /// that stands.
    function split(uint256 gameId, Position calldata position, bytes32[] calldata hashes) external;

    /// @notice Opens the disputed unit, with the machine's trace in it.
    /// @param start Preimage of the agreed tuple before the unit.
    /// @param steps Steps after which the machine has stopped, at most 2^32.
    /// @param finalProof Header words and frame of the machine after them.
    /// @param hashes Machine hashes at the ends of the segments; the last must lead to another tuple than the one claimed.
    function enterUnit(
        uint256 gameId,
        Position calldata position,
        IOneStepProver.UnitState calldata start,
        uint256 steps,
        bytes calldata finalProof,
        bytes32[] calldata hashes
    ) external;

    /// @notice Wins: a unit that starts at the end of the assertion changes nothing, but the other side claims it does.
    function proveEnd(uint256 gameId, Position calldata position, IOneStepProver.UnitState calldata start) external;

    /// @notice Wins: one step of the machine does not lead where the other side claims.
    function proveStep(uint256 gameId, Position calldata position, bytes calldata proof) external;

    /// @notice Ends a game in which who is to move let the clock run out. Anyone may.
    /// @param position Of any segment of the section that stands.
    function claimTimeout(uint256 gameId, Position calldata position) external;

    /// @notice Ends a game about an assertion whose bond is no longer at stake: it fell with its ancestor or lost another game.
    /// The challenger's bond goes back. Anyone may.
    /// @param position Of any segment of the section that stands.
    function dismiss(uint256 gameId, Position calldata position) external;

    /// @notice Names an account that may move in all games of the caller beside the caller, on either side; zero takes it back.
    /// It can do nothing else: bonds and rewards are the caller's. A delegate that moves wrongly loses the caller's games.
    function setDelegate(address mover) external;

    /// @notice What is kept of a game: a commitment (docs/spec/l1.md) while it runs, then how it ended.
    function game(uint256 gameId) external view returns (bytes32 commitment, Outcome outcome);

    /// @notice What the word in events and positions says: who challenged which assertion, until which L1 time who is to move
    /// may move, whether that is the asserter, and how many seconds the other side has left.
    function readTurn(Turn turn)
        external
        pure
        returns (address challenger, uint32 assertionId, uint256 deadline, bool asserterMoves, uint24 waitingLeft);

    /// @notice Account that may move for `owner`, zero if there is none.
    function delegateOf(address owner) external view returns (address);

    /// @notice Number of games.
    function gameCount() external view returns (uint256);
}
