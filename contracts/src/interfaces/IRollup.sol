// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Bonded claims about the chain's state
interface IRollup {
    /// @notice Life of an assertion. `None`: the number is not taken. A copy is only ever `Pending`, then `Confirmed` (its bond
    /// went back, the claim holds) or `Rejected` (its bond was lost, or the claim fell). `Outlived`: lost a game, but copies
    /// keep the claim pending. `Bonded`: the claim was confirmed through a copy, this bond is still held.
    enum Status {
        None,
        Pending,
        Confirmed,
        Rejected,
        Outlived,
        Bonded
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

    /// @notice An assertion in storage: three slots. The second is all that its own confirmation changes, the third all that
    /// a child's creation and confirmation change. A copy has no children: they hang below its original.
    /// @param outputRoot Op-stack output root: commits state root and header hash.
    /// @param bondOwner Who posted it and gets the bond back.
    /// @param parent Number of the assertion it builds on.
    /// @param createdAt L1 time in seconds.
    /// @param openGames Dispute games not yet decided.
    /// @param children Children not rejected; copies are not counted.
    /// @param programIndex Position of the program hash in the table of programs.
    /// @param itemIndex Next item not yet consumed.
    /// @param blockNumber Number of the last L2 block.
    /// @param childItems Items a child must consume: at least so many until there is one, then exactly so many.
    /// @param lastChild Newest child that is no copy and not rejected; the last one that was rejected where all were; 0 = there
    /// never was one.
    /// @param previousSibling Next older child of the same parent, 0 = none. Rejected ones are taken out of the list.
    /// @param nextSibling Next newer child of the same parent, 0 = none.
    /// @param original Assertion that this one is a copy of, 0 = none.
    struct Assertion {
        bytes32 outputRoot;
        address bondOwner;
        uint32 parent;
        uint40 createdAt;
        Status status;
        uint16 openGames;
        uint16 children;
        uint16 programIndex;
        uint40 itemIndex;
        uint40 blockNumber;
        uint16 childItems;
        uint32 lastChild;
        uint32 previousSibling;
        uint32 nextSibling;
        uint32 original;
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
    /// @notice The assertion claims what `original` claims already: one claim now has one bond more.
    event AssertionCopied(uint256 indexed id, uint256 indexed original);
    /// @notice The claim can no longer change: withdrawals proven on it or on a copy may be finalised. Never names a copy.
    event AssertionConfirmed(uint256 indexed id, bytes32 outputRoot, uint256 blockNumber);
    /// @notice The claim fell: its last bond was lost to `winner`, or its ancestor fell (`winner` zero). Never names a copy.
    event AssertionRejected(uint256 indexed id, address indexed winner);
    /// @notice A copy, or an assertion that copies outlive, lost a game against `winner`.
    event BondLost(uint256 indexed id, address indexed winner);
    /// @notice The bond of a copy, or of an assertion whose copy was confirmed, went back.
    event BondReturned(uint256 indexed id);
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
    /// @notice A copy, or not pending, or the parent is not rejected (yet).
    error NotOrphan(uint256 id);
    /// @notice The claim is not decided yet, or the bond is not held any more.
    error BondNotDue(uint256 id);
    /// @notice There is no such assertion.
    error UnknownAssertion(uint256 id);

    /// @notice Claims the state after more items. Anyone may, with the bond. The parent must not be rejected itself; whether
    /// an ancestor was is for the caller to look up (`isRejected`): then the bond comes back once `rejectOrphan` has come that
    /// far, and until then games about it have to be played. What a standing assertion claims already becomes a copy of that:
    /// another bond and window for the same claim.
    /// @param parent Assertion to build on, and its output root: names it even if L1 is reorganised. A copy stands for its
    /// original.
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

    /// @notice Confirms a child of the newest confirmed assertion once its window is over and nothing disputes it; returns
    /// the bond. Given a copy: what the copy claims, by the copy's own window and games, whatever became of the original.
    function confirm(uint256 id) external;

    /// @notice Rejects an assertion whose parent was rejected; returns the bond unless it was lost. A branch goes from its
    /// root outwards, so each call costs the same however long the branch is. Copies follow with `returnBond`.
    function rejectOrphan(uint256 id) external;

    /// @notice Returns a bond that is still held after its claim was decided through another assertion: a copy's, or that of
    /// an assertion whose copy was confirmed. Anyone may. Where the claim holds, games about the assertion are decided first.
    function returnBond(uint256 id) external;

    /// @notice A game was opened against the assertion. Only the dispute game.
    function onGameOpened(uint256 id) external returns (Dispute memory);

    /// @notice A game was decided for the assertion. Only the dispute game.
    /// @return asserter Owner of the assertion's bond.
    function onGameWon(uint256 id) external returns (address asserter);

    /// @notice The assertion lost a game: half the bond goes to `winner`, the rest is burned. The claim falls with the last
    /// bond that stood for it, and not after it was confirmed. Only the dispute game.
    function onGameLost(uint256 id, address winner) external;

    /// @notice An assertion; reverts if there is none.
    function assertion(uint256 id) external view returns (Assertion memory);

    /// @notice Number of assertions, the genesis included.
    function assertionCount() external view returns (uint256);

    /// @notice Newest confirmed assertion, never a copy.
    function latestConfirmed() external view returns (uint256);

    /// @notice Hash of the program the assertion ran under.
    function programHash(uint256 id) external view returns (bytes32);

    /// @notice Whether what the assertion claims can never be overtaken again. A copy and its original always agree.
    function isConfirmed(uint256 id) external view returns (bool);

    /// @notice Whether what it claims, or an assertion it builds on, was rejected. A copy and its original always agree. Walks
    /// all pending ancestors: to be read from outside, not in a transaction.
    function isRejected(uint256 id) external view returns (bool);

    /// @notice Whether what it claims, or what its parent claims, was rejected: at the same price however long the branch is.
    /// What is further down a fallen branch learns of it by `rejectOrphan`.
    function hasFallen(uint256 id) external view returns (bool);

    /// @notice Whether a lost game would still cost the assertion's bond: else games about it are void. They are where the
    /// parent was rejected. Where an older ancestor was, they go on until `rejectOrphan` has come that far: they are about
    /// what follows from the parent's claim, so the honest side wins them too.
    function isAtStake(uint256 id) external view returns (bool);

    /// @notice Whether a dispute game may be opened against the assertion now.
    function isChallengeable(uint256 id) external view returns (bool);

    /// @notice Oldest assertion that covers the L2 block and that nobody disputes; `found` is false if there is none. Where it
    /// has copies, one without open games is enough. Never a copy.
    function oldestUndisputed(uint256 blockNumber) external view returns (bool found, uint256 id);

    /// @notice Newest assertion that nobody disputes, in the same sense.
    function newestUndisputed() external view returns (uint256 id);

    /// @notice Seconds an assertion stays open to challenge.
    function CHALLENGE_WINDOW() external view returns (uint256);
}
