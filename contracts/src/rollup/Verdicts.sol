// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../interfaces/IRollup.sol";
import { AssertionTree } from "./AssertionTree.sol";
import { BondPayments } from "./BondPayments.sol";

/// @title What games and fallen ancestors do to assertions, and where each bond goes that does not confirm its claim
/// @notice A lost game takes one bond. The claim falls with the last bond that stands for it, and not after it was confirmed.
abstract contract Verdicts is AssertionTree, BondPayments {
    /// @notice The only contract that may reject an assertion.
    address public immutable DISPUTE_GAME;
    /// @notice Bond of an assertion in wei.
    uint256 public immutable BOND;

    constructor(uint256 challengeWindow, address disputeGame, uint256 bondWei) AssertionTree(challengeWindow) {
        DISPUTE_GAME = disputeGame;
        BOND = bondWei;
    }

    modifier onlyDisputeGame() {
        if (msg.sender != DISPUTE_GAME) revert NotDisputeGame(msg.sender);
        _;
    }

    /// @inheritdoc IRollup
    function rejectOrphan(uint256 id) external {
        Assertion storage target = _get(id);
        bool orphan = _undecided(target.status) && _isOrphan(target);
        if (!orphan || target.original != 0) revert NotOrphan(id);
        uint256 held = target.status == Status.Pending ? BOND : 0;
        _reject(id, target, address(0));
        _pay(target.bondOwner, held);
    }

    /// @inheritdoc IRollup
    function returnBond(uint256 id) external {
        Assertion storage target = _get(id);
        Status claim = _original(target).status;
        bool held = target.status == Status.Pending || target.status == Status.Bonded;
        if (!held || _undecided(claim)) revert BondNotDue(id);
        // A challenger of what turned out true must not get away: his games go on.
        if (_holds(claim) && target.openGames != 0) revert Disputed(id, 0, target.openGames);
        target.status = _holds(claim) ? Status.Confirmed : Status.Rejected;
        emit BondReturned(id);
        _pay(target.bondOwner, BOND);
    }

    /// @inheritdoc IRollup
    function onGameOpened(uint256 id) external onlyDisputeGame returns (Dispute memory) {
        if (!isChallengeable(id)) revert NotChallengeable(id);
        Assertion storage target = _assertions[id];
        uint16 games = target.openGames + 1;
        target.openGames = games;
        uint256 original = target.original;
        if (original != 0 && games == 1) ++_copies[original].disputed;
        emit GameCountChanged(id, games);
        return Dispute(target.bondOwner, _claim(_assertions[target.parent]), _claim(target));
    }

    /// @inheritdoc IRollup
    function onGameWon(uint256 id) external onlyDisputeGame returns (address asserter) {
        Assertion storage target = _get(id);
        uint16 games = target.openGames - 1;
        target.openGames = games;
        uint256 original = target.original;
        if (original != 0 && games == 0) --_copies[original].disputed;
        emit GameCountChanged(id, games);
        return target.bondOwner;
    }

    /// @inheritdoc IRollup
    function onGameLost(uint256 id, address winner) external onlyDisputeGame {
        Assertion storage target = _get(id);
        bool held = target.status == Status.Pending || target.status == Status.Bonded;
        if (!held) revert NotChallengeable(id);
        if (target.original == 0) _loseOriginal(id, target, winner);
        else _loseCopy(id, target, winner);
        _burn(BOND - BOND / 2);
        _pay(winner, BOND / 2);
    }

    function _loseOriginal(uint256 id, Assertion storage target, address winner) private {
        bool confirmed = target.status == Status.Bonded;
        if (!confirmed && _copies[id].standing == 0) return _reject(id, target, winner);
        target.status = confirmed ? Status.Confirmed : Status.Outlived;
        emit BondLost(id, winner);
    }

    function _loseCopy(uint256 id, Assertion storage target, address winner) private {
        target.status = Status.Rejected;
        emit BondLost(id, winner);
        uint256 originalId = target.original;
        Copies memory copies = _copies[originalId];
        copies.standing -= 1;
        if (target.openGames != 0) copies.disputed -= 1;
        _copies[originalId] = copies;
        Assertion storage original = _assertions[originalId];
        if (copies.standing == 0 && original.status == Status.Outlived) _reject(originalId, original, winner);
    }

    function _reject(uint256 id, Assertion storage target, address winner) private {
        target.status = Status.Rejected;
        _unlink(target);
        emit AssertionRejected(id, winner);
    }

    /// @dev Takes it out of its parent's children: who asserts beside them must not pay for all that ever fell there. The last
    /// one stays, so that the end which it chose stays the end of all that follow.
    function _unlink(Assertion storage target) private {
        Assertion storage parent = _assertions[target.parent];
        parent.children -= 1;
        if (parent.children == 0) return;
        uint32 older = target.previousSibling;
        uint32 newer = target.nextSibling;
        if (newer == 0) parent.lastChild = older;
        else _assertions[newer].previousSibling = older;
        if (older != 0) _assertions[older].nextSibling = newer;
    }
}
