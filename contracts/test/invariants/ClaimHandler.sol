// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../../src/interfaces/IRollup.sol";
import { Fixture } from "../helpers/Fixture.sol";
import { TreeBuilder } from "../helpers/TreeBuilder.sol";

/// @title Claims of an honest asserter (Alice), of liars (Bob), and of a stranger (Carol) who claims the truth, copies
/// anything, and loses games about her own bonds when she likes; an honest challenger (Dave) plays as many games at once
/// as he can pay
/// @notice Stands for the dispute game, which here finds the truth wherever both sides play. Only Alice's money is no
/// matter: she has to claim all there is.
abstract contract ClaimHandler is Fixture {
    uint256 private constant PURSE = 6 * BOND;
    uint256 private constant GAME_BOND = BOND / 2;

    address internal dave = address(0xDA7E);
    uint256 internal tip;
    uint256[] private _lies;
    uint256[] private _strangers;
    uint256[] private _games;
    /// @dev Lies that Dave plays about. Each game holds a bond of his until it is decided.
    uint256[] private _challenged;
    /// @dev Alice's own assertion of a claim, by the claim's number.
    mapping(uint256 claim => uint256 id) private _honest;
    mapping(uint256 id => IRollup.State) private _states;
    mapping(uint256 id => TreeBuilder) internal trees;
    mapping(uint256 id => bool) public isLie;

    function setUp() public virtual override {
        super.setUp();
        vm.deal(bob, PURSE);
        vm.deal(carol, PURSE);
        vm.deal(dave, 2 * GAME_BOND);
    }

    /// @dev The state after `end` items, or a lie about it.
    function _treeAt(uint256 end, bool lie) internal virtual returns (TreeBuilder);

    function appendItem(uint8 count) external {
        appendItems(bound(count, 1, 3));
    }

    function assertHonest() public {
        _assert(alice, tip, false);
    }

    function assertLie(uint256 seed) external {
        uint256 parent = seed % 3 == 0 && _lies.length > 0 ? claimOf(_lies[seed % _lies.length]) : tip;
        if (seed % 3 == 1) parent = rollup.assertion(tip).parent;
        _assert(bob, parent, true);
    }

    /// @dev The truth, by somebody who does not defend it.
    function assertTruthAsStranger() external {
        _assert(carol, tip, false);
    }

    /// @dev What anybody claimed once more, whether it still stands or not.
    function copyClaim(uint256 seed) external {
        uint256 id = seed % rollup.assertionCount();
        if (address(trees[id]) == address(0)) return;
        // Carol's bonds behind the truth are dropped at will, and only Alice decides where the chain goes on.
        _assertState(carol, rollup.assertion(id).parent, _states[id], trees[id], isLie[id]);
    }

    function challengeLie(uint256 seed) external {
        if (_lies.length == 0) return;
        _challenge(_lies[seed % _lies.length]);
    }

    /// @dev A game against oneself: opened in time, lost at any later time, also after the claim was confirmed.
    function loseOwnGame(uint256 seed) external {
        if (_strangers.length == 0) return;
        uint256 id = _strangers[seed % _strangers.length];
        if (!rollup.isAtStake(id)) return;
        if (rollup.assertion(id).openGames != 0) rollup.onGameLost(id, carol);
        else if (rollup.isChallengeable(id)) rollup.onGameOpened(id);
    }

    function openGame(uint256 seed) external {
        uint256 id = seed % rollup.assertionCount();
        if (!rollup.isChallengeable(id) || _games.length > 4) return;
        rollup.onGameOpened(id);
        _games.push(id);
    }

    /// @dev The game is sound: what is true wins, a lie falls. It is void where nothing is at stake.
    function decideGame() public {
        if (_games.length == 0) return;
        uint256 id = _games[_games.length - 1];
        _games.pop();
        if (isLie[id]) _kill(id, carol);
        else if (rollup.isAtStake(id) && rollup.assertion(id).openGames != 0) rollup.onGameWon(id);
    }

    /// @dev Before any window ends Alice stands beside what others claim, and Dave challenges what he can; his games end.
    function pass(uint32 time) external {
        if (rollup.assertion(tip).lastChild != 0) assertHonest();
        _challengeLies();
        vm.warp(block.timestamp + bound(time, 1, 2 * WINDOW));
        vm.roll(block.number + 1);
        _decideChallenges();
    }

    function confirm(uint256 seed) external {
        try rollup.confirm(seed % rollup.assertionCount()) { } catch { }
    }

    function rejectOrphan(uint256 seed) external {
        try rollup.rejectOrphan(seed % rollup.assertionCount()) { } catch { }
    }

    function returnBond(uint256 seed) external {
        try rollup.returnBond(seed % rollup.assertionCount()) { } catch { }
    }

    /// @dev Number under which the tree knows what an assertion claims.
    function claimOf(uint256 id) public view returns (uint256) {
        uint256 original = rollup.assertion(id).original;
        return original == 0 ? id : original;
    }

    /// @dev Bonds held, and bonds of assertions that can still get or lose them.
    function bonds() external view returns (uint256 held, uint256 owed) {
        held = address(rollup).balance;
        for (uint256 id = 0; id < rollup.assertionCount(); ++id) {
            IRollup.Status status = rollup.assertion(id).status;
            if (status == IRollup.Status.Pending || status == IRollup.Status.Bonded) owed += BOND;
        }
    }

    function standingLies() external view returns (uint256 count) {
        for (uint256 i = 0; i < _lies.length; ++i) {
            if (rollup.assertion(_lies[i]).status == IRollup.Status.Pending) ++count;
        }
    }

    function anyLieConfirmed() external view returns (bool) {
        for (uint256 i = 0; i < _lies.length; ++i) {
            if (rollup.isConfirmed(_lies[i])) return true;
        }
        return false;
    }

    /// @dev Whether a claim fell that Alice's bond stood for.
    function anyHonestRejected() external view returns (bool) {
        for (uint256 id = 1; id < rollup.assertionCount(); ++id) {
            if (rollup.assertion(id).bondOwner == alice && rollup.isRejected(id)) return true;
        }
        return false;
    }

    /// @dev Confirmed claims, and how many of them are found going back from the newest.
    function confirmedClaims() external view returns (uint256 all, uint256 chained) {
        for (uint256 id = 0; id < rollup.assertionCount(); ++id) {
            if (claimOf(id) == id && rollup.isConfirmed(id)) ++all;
        }
        uint256 current = rollup.latestConfirmed();
        for (chained = 1; current != 0; ++chained) {
            require(rollup.isConfirmed(current), "confirmed on what is not");
            current = rollup.assertion(current).parent;
        }
    }

    function newestUndisputed() external view returns (uint256) {
        return rollup.newestUndisputed();
    }

    /// @dev The same as `newestUndisputed`, found by looking at every bond.
    function scanNewestUndisputed() external view returns (uint256 newest) {
        newest = rollup.latestConfirmed();
        for (uint256 next = newest; next != 0 || newest == 0;) {
            next = _undisputedChild(newest);
            if (next == 0) return newest;
            newest = next;
        }
    }

    function _undisputedChild(uint256 parent) private view returns (uint256 child) {
        uint256 standing = 0;
        bool free = false;
        for (uint256 id = parent + 1; id < rollup.assertionCount(); ++id) {
            IRollup.Assertion memory found = rollup.assertion(id);
            if (found.parent != parent || found.status != IRollup.Status.Pending) continue;
            if (child != claimOf(id)) (child, standing) = (claimOf(id), standing + 1);
            if (found.openGames == 0) free = true;
        }
        return standing == 1 && free ? child : 0;
    }

    /// @dev All games end, every lie falls, and Alice claims all there is.
    function _claimEverything() internal {
        for (uint256 round = 0; _challengeLies(); ++round) {
            assertTrue(round < 100, "lies come to an end");
            _decideChallenges();
        }
        while (_games.length > 0) decideGame();
        inbox.appendEmpty();
        for (uint256 i = 0; rollup.assertion(tip).itemIndex < inbox.itemCount(); ++i) {
            assertTrue(i < 100, "the asserter catches up");
            assertHonest();
        }
    }

    /// @dev With nothing but Alice's own bonds.
    function _confirmUpTo(uint256 claim) internal {
        if (rollup.isConfirmed(claim)) return;
        _confirmUpTo(rollup.assertion(claim).parent);
        rollup.confirm(_honest[claim]);
    }

    /// @dev Every bond that is still held goes where it belongs.
    function _collectBonds() internal {
        for (uint256 i = 0; i < _strangers.length; ++i) {
            bool playing = rollup.assertion(_strangers[i]).openGames != 0;
            if (playing && rollup.isAtStake(_strangers[i])) rollup.onGameLost(_strangers[i], carol);
        }
        for (uint256 id = 1; id < rollup.assertionCount(); ++id) {
            try rollup.rejectOrphan(id) { } catch { }
            try rollup.returnBond(id) { } catch { }
        }
    }

    function _assert(address asserter, uint256 parent, bool lie) private {
        IRollup.Assertion memory from = rollup.assertion(parent);
        uint256 end = inbox.itemCount();
        if (end > from.itemIndex + MAXIMUM_ITEMS) end = from.itemIndex + MAXIMUM_ITEMS;
        if (from.lastChild != 0) end = uint256(from.itemIndex) + from.childItems;
        if (end <= from.itemIndex || end > inbox.itemCount()) return;
        TreeBuilder made = _treeAt(end, lie);
        uint256 blocks = end - from.itemIndex;
        _assertState(asserter, parent, state(made.root(), from.blockNumber + blocks, end), made, lie);
    }

    function _assertState(address who, uint256 parent, IRollup.State memory claim, TreeBuilder made, bool lie) private {
        bytes32 root = rollup.assertion(parent).outputRoot;
        bytes32 last = inbox.items(claim.itemIndex - 1);
        uint256 due = _due();
        vm.prank(who);
        try rollup.assertAndConfirm{ value: BOND }(parent, root, claim, last, due) returns (uint256 id) {
            (trees[id], isLie[id], _states[id]) = (made, lie, claim);
            if (lie) _lies.push(id);
            else if (who == carol) _strangers.push(id);
            else (tip, _honest[claimOf(id)]) = (claimOf(id), id);
        } catch { }
    }

    /// @dev What can be confirmed now; what is confirmed already if there is nothing.
    function _due() private view returns (uint256) {
        uint256 newest = rollup.latestConfirmed();
        bool alone = rollup.assertion(newest).children == 1;
        for (uint256 id = rollup.assertionCount() - 1; alone && id > newest; --id) {
            IRollup.Assertion memory found = rollup.assertion(id);
            if (found.parent != newest || found.status != IRollup.Status.Pending || found.openGames != 0) continue;
            if (block.timestamp >= uint256(found.createdAt) + WINDOW) return id;
        }
        return newest;
    }

    /// @dev Returns whether Dave plays then.
    function _challengeLies() private returns (bool) {
        for (uint256 i = 0; i < _lies.length; ++i) {
            _challenge(_lies[i]);
        }
        return _challenged.length != 0;
    }

    function _challenge(uint256 id) private {
        for (uint256 i = 0; i < _challenged.length; ++i) {
            if (_challenged[i] == id) return;
        }
        if (dave.balance < (_challenged.length + 1) * GAME_BOND || !rollup.isChallengeable(id)) return;
        rollup.onGameOpened(id);
        _challenged.push(id);
    }

    function _decideChallenges() private {
        for (; _challenged.length != 0; _challenged.pop()) {
            _kill(_challenged[_challenged.length - 1], dave);
        }
    }

    function _kill(uint256 id, address winner) private {
        if (rollup.assertion(id).status == IRollup.Status.Pending) rollup.onGameLost(id, winner);
    }
}
