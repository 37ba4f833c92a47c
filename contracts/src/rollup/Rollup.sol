// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IInbox } from "../interfaces/IInbox.sol";
import { IRollup } from "../interfaces/IRollup.sol";
import { Hashing } from "../libraries/Hashing.sol";
import { UNITS_PER_ITEM } from "../libraries/Units.sol";
import { Verdicts } from "./Verdicts.sol";

/// @title Bonded, permissionless assertions about the chain's state
/// @notice All children of an assertion end at the same item, so of two different children at most one is true: a
/// sibling blocks confirmation until a dispute game has decided. Who claims the same as another makes a copy: a bond of its
/// own, which keeps the claim standing and confirms it whatever the other does. There is no owner and no pause.
contract Rollup is Verdicts {
    using SafeCast for uint256;

    /// @notice What is fixed at deployment.
    /// @param inbox Source of the items.
    /// @param disputeGame The only contract that may reject an assertion.
    /// @param bondWei Bond of an assertion.
    /// @param challengeWindow Seconds.
    /// @param maximumItems Most items one assertion may consume; their units of proof are at most 2^24.
    struct Parameters {
        IInbox inbox;
        address disputeGame;
        uint256 bondWei;
        uint256 challengeWindow;
        uint256 maximumItems;
    }

    /// @notice Source of the items.
    IInbox public immutable INBOX;
    /// @notice Most items one assertion may consume.
    uint256 public immutable MAXIMUM_ITEMS;

    /// @notice A parameter is out of range.
    error InvalidParameters();

    constructor(Parameters memory parameters, State memory genesis)
        Verdicts(parameters.challengeWindow, parameters.disputeGame, parameters.bondWei)
    {
        if (
            parameters.challengeWindow == 0 || parameters.maximumItems == 0
                || parameters.maximumItems > (1 << 24) / UNITS_PER_ITEM || genesis.itemIndex != 0
        ) revert InvalidParameters();
        INBOX = parameters.inbox;
        MAXIMUM_ITEMS = parameters.maximumItems;
        Assertion storage first = _assertions[0];
        first.outputRoot = Hashing.outputRoot(genesis.stateRoot, genesis.headerHash);
        first.createdAt = block.timestamp.toUint40();
        first.status = Status.Confirmed;
        first.programIndex = _program(genesis.programHash);
        first.blockNumber = uint256(genesis.blockNumber).toUint40();
        first.childItems = 1;
        _head = Head({ assertions: 1, confirmed: 1, latestConfirmed: 0 });
        emit AssertionCreated(0, 0, address(0), first.outputRoot, genesis, 0);
        emit AssertionConfirmed(0, first.outputRoot, genesis.blockNumber);
    }

    /// @inheritdoc IRollup
    function assertState(uint256 parentId, bytes32 parentOutputRoot, State calldata state, bytes32 lastItem)
        external
        payable
        returns (uint256 id)
    {
        return _assert(parentId, parentOutputRoot, state, lastItem);
    }

    /// @inheritdoc IRollup
    function assertAndConfirm(
        uint256 parentId,
        bytes32 parentOutputRoot,
        State calldata state,
        bytes32 lastItem,
        uint256 due
    ) external payable returns (uint256 id) {
        id = _assert(parentId, parentOutputRoot, state, lastItem);
        // The bond's receiver gets control, so this comes last.
        if (!_confirm(due) && !isConfirmed(due)) revert NotConfirmable(due);
    }

    /// @inheritdoc IRollup
    function confirm(uint256 id) external {
        if (!_confirm(id)) revert NotConfirmable(id);
    }

    function _assert(uint256 parentId, bytes32 parentOutputRoot, State calldata state, bytes32 lastItem)
        private
        returns (uint256 id)
    {
        if (msg.value != BOND) revert WrongBond(msg.value, BOND);
        Assertion storage parent = _get(parentId);
        if (parent.original != 0) (parentId, parent) = (parent.original, _assertions[parent.original]);
        _checkParent(parentId, parent, parentOutputRoot);
        uint256 existing = INBOX.itemCount();
        uint256 items = _checkClaim(parent, state, lastItem, existing);
        bytes32 outputRoot = Hashing.outputRoot(state.stateRoot, state.headerHash);
        uint16 program = _program(state.programHash);
        uint256 original = _standingEqual(parent, outputRoot, state.blockNumber, program);
        id = _head.assertions;
        _assertions[id] = Assertion({
            outputRoot: outputRoot,
            bondOwner: msg.sender,
            parent: uint32(parentId),
            createdAt: block.timestamp.toUint40(),
            status: Status.Pending,
            openGames: 0,
            children: 0,
            programIndex: program,
            itemIndex: uint256(state.itemIndex).toUint40(),
            blockNumber: uint256(state.blockNumber).toUint40(),
            childItems: uint16(_lowestChildItems(state.itemIndex, existing)),
            lastChild: 0,
            previousSibling: original == 0 ? _newestChild(parent) : 0,
            nextSibling: 0,
            original: uint32(original)
        });
        _head.assertions = (id + 1).toUint32();
        emit AssertionCreated(id, parentId, msg.sender, outputRoot, state, lastItem);
        if (original == 0) _addChild(parent, id, items);
        else _addCopy(original, id);
    }

    function _addChild(Assertion storage parent, uint256 id, uint256 items) private {
        uint32 older = _newestChild(parent);
        if (older != 0) _assertions[older].nextSibling = uint32(id);
        parent.children += 1;
        parent.childItems = uint16(items);
        parent.lastChild = uint32(id);
    }

    function _addCopy(uint256 original, uint256 id) private {
        ++_copies[original].standing;
        emit AssertionCopied(id, original);
    }

    /// @dev Returns whether it was its turn. A copy of what is decided already has a parent that was rejected or is no longer
    /// the newest.
    function _confirm(uint256 id) private returns (bool) {
        Assertion storage target = _get(id);
        Head memory head = _head;
        if (target.status != Status.Pending || target.parent != head.latestConfirmed) return false;
        if (block.timestamp < _windowEnd(target)) revert WindowOpen(id, _windowEnd(target));
        uint256 siblings = _assertions[head.latestConfirmed].children - 1;
        if (siblings != 0 || target.openGames != 0) revert Disputed(id, siblings, target.openGames);
        target.status = Status.Confirmed;
        uint256 original = target.original;
        if (original == 0) original = id;
        else _confirmThroughCopy(id, _assertions[original]);
        _confirmed[head.confirmed] = uint32(original);
        _head = Head({ assertions: head.assertions, confirmed: head.confirmed + 1, latestConfirmed: uint32(original) });
        emit AssertionConfirmed(original, target.outputRoot, target.blockNumber);
        _pay(target.bondOwner, BOND);
        return true;
    }

    function _confirmThroughCopy(uint256 id, Assertion storage original) private {
        original.status = original.status == Status.Pending ? Status.Bonded : Status.Confirmed;
        emit BondReturned(id);
    }

    function _checkParent(uint256 id, Assertion storage parent, bytes32 outputRoot) private view {
        // Not the whole branch: that would cost more the more assertions are pending. A bond on a doomed branch comes back
        // once `rejectOrphan` has come that far; until then games about it have to be played.
        bool usable = _undecided(parent.status) || id == latestConfirmed();
        if (!usable || parent.outputRoot != outputRoot) revert InvalidParent(id, outputRoot);
    }

    /// @dev Returns how many items are consumed.
    function _checkClaim(Assertion storage parent, State calldata state, bytes32 lastItem, uint256 existing)
        private
        view
        returns (uint256 items)
    {
        uint256 end = state.itemIndex;
        uint256 start = parent.itemIndex;
        uint256 minimum = start + parent.childItems;
        uint256 maximum = parent.lastChild == 0 ? Math.min(existing, start + MAXIMUM_ITEMS) : minimum;
        if (end < minimum || end > maximum) revert WrongItem(end, minimum, maximum);
        bytes32 actual = INBOX.items(end - 1);
        if (actual != lastItem) revert ItemDiffers(end, lastItem, actual);
        uint256 number = state.blockNumber;
        uint256 lowest = parent.blockNumber;
        items = end - start;
        uint256 highest = lowest + items * UNITS_PER_ITEM;
        if (number < lowest || number > highest) revert WrongBlockNumber(number, lowest, highest);
    }

    /// @dev The newest child that stands, 0 if none does.
    function _newestChild(Assertion storage parent) private view returns (uint32) {
        return parent.children == 0 ? 0 : parent.lastChild;
    }

    /// @dev A child must consume all items that exist now, up to the maximum, and at least one.
    function _lowestChildItems(uint256 itemIndex, uint256 existing) private view returns (uint256) {
        return Math.max(1, Math.min(existing - itemIndex, MAXIMUM_ITEMS));
    }

    /// @dev The standing sibling that claims the same, 0 if there is none: neither of two equal claims could ever be disputed
    /// away, so the second is no sibling. Siblings end at the same item, so what is compared is all that a claim says. The
    /// walk is as long as bonds stand for different claims; copies are not in it.
    function _standingEqual(Assertion storage parent, bytes32 outputRoot, uint256 blockNumber, uint16 program)
        private
        view
        returns (uint256 equal)
    {
        uint256 oldest = 0;
        for (uint256 id = _newestChild(parent); id != 0; id = _assertions[id].previousSibling) {
            Assertion storage sibling = _assertions[id];
            bool same = sibling.outputRoot == outputRoot && sibling.blockNumber == blockNumber;
            if (same && sibling.programIndex == program) equal = id;
            oldest = id;
        }
        if (oldest != 0 && block.timestamp >= _windowEnd(_assertions[oldest])) revert SiblingTooLate(oldest);
    }

    /// @dev Programs change rarely, so an assertion names its program by a short number.
    function _program(bytes32 hash) private returns (uint16 index) {
        uint256 known = _programIndex[hash];
        if (known != 0) return uint16(known - 1);
        index = _programs.length.toUint16();
        _programs.push(hash);
        _programIndex[hash] = uint256(index) + 1;
    }
}
