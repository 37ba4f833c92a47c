// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Bonded claims about the chain's state
interface IRollup {
    /// @notice Life of an assertion. `None`: the number is not taken.
    enum Status {
        None,
        Pending,
        Confirmed,
        Rejected
    }

    /// @notice State after an item boundary (docs/spec/l1.md, "Assertions"); the payload offset is 0 there.
    /// @param blockNumber Number of the last L2 block.
    /// @param itemIndex Next item not yet consumed.
    struct State {
        bytes32 stateRoot;
        bytes32 headerHash;
        bytes32 programHash;
        uint64 blockNumber;
        uint64 itemIndex;
    }

    /// @notice An assertion in storage: three slots. The second is all that its own confirmation reads, the third all that
    /// a child's creation and confirmation change.
    /// @param outputRoot Op-stack output root: commits state root and header hash.
    /// @param bondOwner Who posted it and gets the bond back.
    /// @param parent Number of the assertion it builds on.
    /// @param createdAt L1 time in seconds.
    /// @param openGames Dispute games not yet decided.
    /// @param children Children not rejected.
    /// @param programIndex Position of the program hash in the table of programs.
    /// @param itemIndex Next item not yet consumed.
    /// @param blockNumber Number of the last L2 block.
    /// @param childItem Where a child must end: at least here until there is one, then exactly here.
    /// @param lastChild Newest child, 0 = none.
    /// @param previousSibling Next older child of the same parent, 0 = none.
    struct Assertion {
        bytes32 outputRoot;
        address bondOwner;
        uint32 parent;
        uint40 createdAt;
        Status status;
        uint16 openGames;
        uint16 children;
        uint32 programIndex;
        uint40 itemIndex;
        uint40 blockNumber;
        uint40 childItem;
        uint32 lastChild;
        uint32 previousSibling;
    }

    /// @notice What an assertion claims, as far as a game has to know it.
    struct Claim {
        bytes32 outputRoot;
        bytes32 programHash;
        uint64 blockNumber;
        uint64 itemIndex;
    }

    /// @notice What a game is about.
    /// @param asserter Owner of the assertion's bond.
    struct Dispute {
        address asserter;
        Claim parent;
        Claim claim;
    }

    /// @notice An assertion was made. `parentState` is not repeated: it is in the parent's event.
    event AssertionCreated(
        uint256 indexed id,
        uint256 indexed parent,
        address indexed asserter,
        bytes32 outputRoot,
        State state,
        bytes32 lastItem
    );
    /// @notice The assertion can no longer change: withdrawals proven on it may be finalised.
    event AssertionConfirmed(uint256 indexed id, bytes32 outputRoot, uint256 blockNumber);
    /// @notice The assertion lost a game against `winner`, or its ancestor did (`winner` zero).
    event AssertionRejected(uint256 indexed id, address indexed winner);
    /// @notice A dispute game was opened against the assertion, or was decided for it.
    event GameCountChanged(uint256 indexed id, uint256 openGames);

    /// @notice The parent is not the assertion that was meant, or cannot be built on.
    error InvalidParent(uint256 parent, bytes32 expectedOutputRoot);
    /// @notice The bond must be exact, in wei.
    error WrongBond(uint256 sent, uint256 required);
    /// @notice A child of this parent must end at another item: `minimum`..`maximum`, and there must be that many.
    error WrongItem(uint256 itemIndex, uint256 minimum, uint256 maximum);
    /// @notice The last consumed item is not the one that was meant: L1 was reorganised.
    error ItemDiffers(uint256 itemIndex, bytes32 expected, bytes32 actual);
    /// @notice A unit of proof makes at most one block, and none disappears.
    error WrongBlockNumber(uint256 blockNumber, uint256 minimum, uint256 maximum);
    /// @notice The same claim stands already.
    error DuplicateAssertion(uint256 id);
    /// @notice The oldest sibling's challenge window is over: dispute it instead.
    error SiblingTooLate(uint256 oldestSibling);
    /// @notice Not pending, or not a child of the newest confirmed assertion.
    error NotConfirmable(uint256 id);
    /// @notice The challenge window is still open until `time`.
    error WindowOpen(uint256 id, uint256 time);
    /// @notice A sibling or a dispute game has to be decided first.
    error Disputed(uint256 id, uint256 siblings, uint256 openGames);
    /// @notice Only the dispute game.
    error NotDisputeGame(address caller);
    /// @notice The assertion is not pending, or its window is over and no sibling stands against it.
    error NotChallengeable(uint256 id);
    /// @notice The assertion is not pending, or its parent is not rejected (yet).
    error NotOrphan(uint256 id);
    /// @notice There is no such assertion.
    error UnknownAssertion(uint256 id);

    /// @notice Claims the state after more items. Anyone may, with the bond. The parent must not be rejected itself; whether
    /// an ancestor was is for the caller to look up (`isRejected`), and then only the bond comes back.
    /// @param parent Assertion to build on, and its output root: names it even if L1 is reorganised.
    /// @param state The claim. `itemIndex` fixes where all children of this parent end.
    /// @param lastItem Hash of item `itemIndex - 1`.
    /// @return id Number of the assertion.
    function assertState(uint256 parent, bytes32 parentOutputRoot, State calldata state, bytes32 lastItem)
        external
        payable
        returns (uint256 id);

    /// @notice `assertState`, then `confirm(due)` unless somebody did that already: who asserts regularly needs no second
    /// transaction. Reverts where either would.
    /// @param due Older assertion whose window is over.
    function assertAndConfirm(
        uint256 parent,
        bytes32 parentOutputRoot,
        State calldata state,
        bytes32 lastItem,
        uint256 due
    ) external payable returns (uint256 id);

    /// @notice Confirms a child of the newest confirmed assertion once its window is over and nothing disputes it;
    /// returns the bond.
    function confirm(uint256 id) external;

    /// @notice Rejects an assertion whose parent was rejected; returns the bond, since it lost no game itself. A branch
    /// goes from its root outwards, so each call costs the same however long the branch is.
    function rejectOrphan(uint256 id) external;

    /// @notice A game was opened against the assertion. Only the dispute game.
    function onGameOpened(uint256 id) external returns (Dispute memory);

    /// @notice A game was decided for the assertion. Only the dispute game.
    /// @return asserter Owner of the assertion's bond.
    function onGameWon(uint256 id) external returns (address asserter);

    /// @notice The assertion lost a game: half the bond goes to `winner`, the rest is burned. Only the dispute game.
    function onGameLost(uint256 id, address winner) external;

    /// @notice An assertion; reverts if there is none.
    function assertion(uint256 id) external view returns (Assertion memory);

    /// @notice Number of assertions, the genesis included.
    function assertionCount() external view returns (uint256);

    /// @notice Newest confirmed assertion.
    function latestConfirmed() external view returns (uint256);

    /// @notice Hash of the program the assertion ran under.
    function programHash(uint256 id) external view returns (bytes32);

    /// @notice Whether the assertion can never be overtaken again.
    function isConfirmed(uint256 id) external view returns (bool);

    /// @notice Whether it or an assertion it builds on was rejected.
    function isRejected(uint256 id) external view returns (bool);

    /// @notice Whether a dispute game may be opened against the assertion now.
    function isChallengeable(uint256 id) external view returns (bool);

    /// @notice Oldest assertion that covers the L2 block and that nobody disputes; `found` is false if there is none.
    function oldestUndisputed(uint256 blockNumber) external view returns (bool found, uint256 id);

    /// @notice Newest assertion that nobody disputes.
    function newestUndisputed() external view returns (uint256 id);

    /// @notice Seconds an assertion stays open to challenge.
    function CHALLENGE_WINDOW() external view returns (uint256);
}
