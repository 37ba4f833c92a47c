// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IOneStepProver } from "../proof/IOneStepProver.sol";
import { Sections } from "./Sections.sol";

/// @title Games that decide whether an assertion is true, down to one instruction
interface IDisputeGame {
    /// @notice Whose move it is, or how the game ended. `None`: the number is not taken.
    enum Phase {
        None,
        ChallengerMoves,
        AsserterMoves,
        ChallengerWon,
        AsserterWon,
        Void
    }

    /// @notice What the trace is made of: units of proof (blocks) of the assertion, then steps of one unit.
    enum Level {
        Units,
        Steps
    }

    /// @notice A game: three slots.
    /// @param section Commitment to what the last mover claims.
    /// @param movedAt L1 time of the last move, seconds.
    /// @param challengerLeft Seconds on the challenger's clock.
    /// @param asserterLeft Seconds on the asserter's clock.
    struct Game {
        bytes32 section;
        address challenger;
        uint32 assertionId;
        uint40 movedAt;
        Phase phase;
        Level level;
        address asserter;
        uint32 challengerLeft;
        uint32 asserterLeft;
    }

    /// @notice Preimages of an output root.
    struct Roots {
        bytes32 stateRoot;
        bytes32 headerHash;
    }

    /// @notice A game was opened; the challenger moves.
    event GameOpened(
        uint256 indexed gameId,
        uint256 indexed assertionId,
        address indexed challenger,
        address asserter,
        uint256 units,
        bytes32[] hashes
    );
    /// @notice A move: the section that stands now. `level` and who moves next are what they are after it.
    event Moved(uint256 indexed gameId, Level level, Phase phase, uint256 length, bytes32[] hashes);
    /// @notice The disputed unit was opened: from here on the game is about the steps of the machine in it.
    event UnitEntered(uint256 indexed gameId, IOneStepProver.UnitState start, uint256 steps);
    /// @notice The game is over. `winner` is zero if it became void.
    event GameEnded(uint256 indexed gameId, Phase phase, address indexed winner);

    /// @notice The bond must be exact, in wei.
    error WrongGameBond(uint256 sent, uint256 required);
    /// @notice The preimages are not those of the assertion.
    error RootsMismatch(uint256 assertionId);
    /// @notice It is not this account's move, or the game is over.
    error NotYourMove(uint256 gameId, Phase phase, address caller);
    /// @notice The clock of who is to move has run out.
    error ClockExpired(uint256 gameId);
    /// @notice The clock still runs until `deadline`.
    error ClockRunning(uint256 gameId, uint256 deadline);
    /// @notice The move belongs to the other level.
    error WrongLevel(uint256 gameId, Level level);
    /// @notice A segment longer than one is split, a segment of one is proven.
    error WrongSegmentLength(uint256 length);
    /// @notice A new section must start where the disputed segment starts.
    error WrongStart(bytes32 hash, bytes32 expected);
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

    /// @notice Challenges an assertion. Anyone may, with the bond; several games can run against one assertion.
    /// @param parentRoots Preimages of the parent's output root.
    /// @param roots Preimages of the assertion's output root.
    function open(uint256 assertionId, Roots calldata parentRoots, Roots calldata roots)
        external
        payable
        returns (uint256 gameId);

    /// @notice Picks the segment whose start the mover agrees with and whose end it does not, and cuts it.
    /// @param section What stands.
    /// @param hashes The mover's own trace of that segment: same start, another end.
    function split(uint256 gameId, Sections.Section calldata section, uint256 index, bytes32[] calldata hashes) external;

    /// @notice Opens the disputed unit, with the machine's trace in it.
    /// @param start Preimage of the agreed tuple before the unit.
    /// @param steps Steps after which the machine has stopped, at most 2^32.
    /// @param finalProof Header words and frame of the machine after them.
    /// @param hashes Machine hashes along the steps; the last must lead to another tuple than the one claimed.
    function enterUnit(
        uint256 gameId,
        Sections.Section calldata section,
        uint256 index,
        IOneStepProver.UnitState calldata start,
        uint256 steps,
        bytes calldata finalProof,
        bytes32[] calldata hashes
    ) external;

    /// @notice Wins: a unit that starts at the end of the assertion changes nothing, but the other side claims it does.
    function proveEnd(
        uint256 gameId,
        Sections.Section calldata section,
        uint256 index,
        IOneStepProver.UnitState calldata start
    ) external;

    /// @notice Wins: one step of the machine does not lead where the other side claims.
    function proveStep(uint256 gameId, Sections.Section calldata section, uint256 index, bytes calldata proof) external;

    /// @notice Ends a game in which who is to move let the clock run out. Anyone may.
    function claimTimeout(uint256 gameId) external;

    /// @notice Ends a game about an assertion that fell otherwise; the challenger's bond goes back. Anyone may.
    function dismiss(uint256 gameId) external;

    /// @notice A game; all zero if there is none.
    function game(uint256 gameId) external view returns (Game memory);

    /// @notice Number of games.
    function gameCount() external view returns (uint256);

    /// @notice L1 time until which who is to move may move.
    function deadline(uint256 gameId) external view returns (uint256);
}
