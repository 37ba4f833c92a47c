// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../interfaces/IRollup.sol";

/// @title The tree of assertions and what can be read from it
/// @notice Confirmed assertions form one chain from the genesis; what is pending hangs below the newest of them. A copy hangs
/// beside the tree, on its original: what is said of the claim is read there, what is said of a bond at the copy itself.
abstract contract AssertionTree is IRollup {
    /// @inheritdoc IRollup
    uint256 public immutable CHALLENGE_WINDOW;

    /// @notice What every assertion and every confirmation changes: one slot.
    /// @param assertions How many there are; the genesis is number 0.
    /// @param confirmed How many of them are confirmed.
    /// @param latestConfirmed Newest confirmed assertion.
    struct Head {
        uint32 assertions;
        uint32 confirmed;
        uint32 latestConfirmed;
    }

    /// @notice What stands behind a pending claim beside its original: one slot, touched only where there are copies.
    /// @param standing Copies that hold their bond.
    /// @param disputed Those of them that have open games.
    struct Copies {
        uint32 standing;
        uint32 disputed;
    }

    Head internal _head;
    /// @dev The counts are in `_head`, so the lists need no length of their own.
    Assertion[1 << 32] internal _assertions;
    /// @dev Numbers of the confirmed assertions, ascending, eight in a slot.
    uint32[1 << 32] internal _confirmed;
    bytes32[] internal _programs;
    mapping(bytes32 hash => uint256 indexPlusOne) internal _programIndex;
    mapping(uint256 original => Copies) internal _copies;

    constructor(uint256 challengeWindow) {
        CHALLENGE_WINDOW = challengeWindow;
    }

    /// @inheritdoc IRollup
    function assertion(uint256 id) external view returns (Assertion memory) {
        return _get(id);
    }

    /// @inheritdoc IRollup
    function assertionCount() external view returns (uint256) {
        return _head.assertions;
    }

    /// @inheritdoc IRollup
    function latestConfirmed() public view returns (uint256) {
        return _head.latestConfirmed;
    }

    /// @inheritdoc IRollup
    function programHash(uint256 id) external view returns (bytes32) {
        return _programs[_get(id).programIndex];
    }

    /// @inheritdoc IRollup
    function isConfirmed(uint256 id) public view returns (bool) {
        Assertion storage found = _get(id);
        if (_holds(found.status)) return true;
        uint256 original = found.original;
        return original != 0 && _holds(_assertions[original].status);
    }

    /// @inheritdoc IRollup
    function isRejected(uint256 id) external view returns (bool) {
        Assertion storage current = _original(_get(id));
        while (_undecided(current.status)) {
            current = _assertions[current.parent];
        }
        return current.status == Status.Rejected;
    }

    /// @inheritdoc IRollup
    function hasFallen(uint256 id) external view returns (bool) {
        Assertion storage found = _original(_get(id));
        return found.status == Status.Rejected || (_undecided(found.status) && _isOrphan(found));
    }

    /// @inheritdoc IRollup
    function isAtStake(uint256 id) external view returns (bool) {
        Assertion storage target = _get(id);
        Status status = target.status;
        // A copy of what lost its last bond is not pending, so what can have taken a pending claim down is its parent.
        return status == Status.Bonded || (status == Status.Pending && !_isOrphan(target));
    }

    /// @inheritdoc IRollup
    function isChallengeable(uint256 id) public view returns (bool) {
        Assertion storage target = _get(id);
        if (target.status != Status.Pending) return false;
        uint256 original = target.original;
        if (original != 0 && !_undecided(_assertions[original].status)) return false;
        if (_isOrphan(target)) return false;
        return block.timestamp < _windowEnd(target) || _assertions[target.parent].children > 1;
    }

    /// @inheritdoc IRollup
    function oldestUndisputed(uint256 blockNumber) external view returns (bool found, uint256 id) {
        id = latestConfirmed();
        if (_assertions[id].blockNumber >= blockNumber) return (true, _firstConfirmed(blockNumber));
        for (uint256 child = _onlyChild(id); child != 0; child = _onlyChild(child)) {
            if (_assertions[child].blockNumber >= blockNumber) return (true, child);
        }
        return (false, 0);
    }

    /// @inheritdoc IRollup
    function newestUndisputed() external view returns (uint256 id) {
        id = latestConfirmed();
        for (uint256 child = _onlyChild(id); child != 0; child = _onlyChild(child)) {
            id = child;
        }
    }

    function _get(uint256 id) internal view returns (Assertion storage found) {
        if (id > type(uint32).max) revert UnknownAssertion(id);
        found = _assertions[id];
        if (found.status == Status.None) revert UnknownAssertion(id);
    }

    /// @dev The assertion that the tree knows the claim by.
    function _original(Assertion storage found) internal view returns (Assertion storage) {
        uint256 original = found.original;
        return original == 0 ? found : _assertions[original];
    }

    /// @dev Whether the parent was rejected. Older ancestors are not asked: true assertions cost their makers nothing in the
    /// end, so whoever makes many could price out every transaction that walks them.
    function _isOrphan(Assertion storage found) internal view returns (bool) {
        return _assertions[found.parent].status == Status.Rejected;
    }

    /// @dev Of an original: whether its claim can still be confirmed or fall.
    function _undecided(Status status) internal pure returns (bool) {
        return status == Status.Pending || status == Status.Outlived;
    }

    /// @dev Of an original: whether its claim was confirmed.
    function _holds(Status status) internal pure returns (bool) {
        return status == Status.Confirmed || status == Status.Bonded;
    }

    function _claim(Assertion storage found) internal view returns (Claim memory) {
        return Claim(found.outputRoot, _programs[found.programIndex], found.blockNumber, found.itemIndex);
    }

    function _windowEnd(Assertion storage target) internal view returns (uint256) {
        return target.createdAt + CHALLENGE_WINDOW;
    }

    /// @dev The child that stands alone and that nobody disputes, else 0.
    function _onlyChild(uint256 id) private view returns (uint256 child) {
        if (_assertions[id].children != 1) return 0;
        child = _assertions[id].lastChild;
        if (!_isUndisputed(child)) return 0;
    }

    /// @dev One bond without open games is enough: who disputes his own delays nobody else's.
    function _isUndisputed(uint256 id) private view returns (bool) {
        Assertion storage found = _assertions[id];
        if (found.status == Status.Pending && found.openGames == 0) return true;
        Copies memory copies = _copies[id];
        return copies.standing > copies.disputed;
    }

    /// @dev Binary search: block numbers never fall along the confirmed chain.
    function _firstConfirmed(uint256 blockNumber) private view returns (uint256) {
        uint256 low = 0;
        uint256 high = _head.confirmed - 1;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_assertions[_confirmed[middle]].blockNumber >= blockNumber) high = middle;
            else low = middle + 1;
        }
        return _confirmed[low];
    }
}
