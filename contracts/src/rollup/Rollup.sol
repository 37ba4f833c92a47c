// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IInbox } from "../interfaces/IInbox.sol";
import { IRollup } from "../interfaces/IRollup.sol";
import { Hashing } from "../libraries/Hashing.sol";
import { UNITS_PER_ITEM } from "../libraries/Units.sol";
import { AssertionTree } from "./AssertionTree.sol";
import { BondPayments } from "./BondPayments.sol";

/// @title Bonded, permissionless assertions about the chain's state
/// @notice All children of an assertion end at the same item, so of two different children at most one is true: a
/// sibling blocks confirmation until a dispute game has decided. There is no owner and no pause.
contract Rollup is AssertionTree, BondPayments {
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
    /// @notice The only contract that may reject an assertion.
    address public immutable DISPUTE_GAME;
    /// @notice Bond of an assertion in wei.
    uint256 public immutable BOND;
    /// @notice Most items one assertion may consume.
    uint256 public immutable MAXIMUM_ITEMS;

    /// @notice A parameter is out of range.
    error InvalidParameters();

    constructor(Parameters memory parameters, State memory genesis) AssertionTree(parameters.challengeWindow) {
        if (
            parameters.challengeWindow == 0 || parameters.maximumItems == 0
                || parameters.maximumItems > (1 << 24) / UNITS_PER_ITEM || genesis.itemIndex != 0
        ) revert InvalidParameters();
        INBOX = parameters.inbox;
        DISPUTE_GAME = parameters.disputeGame;
        BOND = parameters.bondWei;
        MAXIMUM_ITEMS = parameters.maximumItems;
        Assertion storage first = _assertions[0];
        first.outputRoot = Hashing.outputRoot(genesis.stateRoot, genesis.headerHash);
        first.createdAt = block.timestamp.toUint40();
        first.status = Status.Confirmed;
        first.programIndex = _program(genesis.programHash);
        first.blockNumber = uint256(genesis.blockNumber).toUint40();
        first.childItem = 1;
        _head = Head({ assertions: 1, confirmed: 1, latestConfirmed: 0 });
        emit AssertionCreated(0, 0, address(0), first.outputRoot, genesis, 0);
        emit AssertionConfirmed(0, first.outputRoot, genesis.blockNumber);
    }

    modifier onlyDisputeGame() {
        if (msg.sender != DISPUTE_GAME) revert NotDisputeGame(msg.sender);
        _;
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
        if (_get(due).status != Status.Confirmed) _confirm(due);
    }

    /// @inheritdoc IRollup
    function confirm(uint256 id) external {
        _confirm(id);
    }

    /// @inheritdoc IRollup
    function rejectOrphan(uint256 id) external {
        Assertion storage target = _get(id);
        bool orphan = target.status == Status.Pending && _assertions[target.parent].status == Status.Rejected;
        if (!orphan) revert NotOrphan(id);
        _reject(id, target, address(0));
        _pay(target.bondOwner, BOND);
    }

    /// @inheritdoc IRollup
    function onGameOpened(uint256 id) external onlyDisputeGame returns (Dispute memory) {
        if (!isChallengeable(id)) revert NotChallengeable(id);
        Assertion storage target = _assertions[id];
        uint16 games = target.openGames + 1;
        target.openGames = games;
        emit GameCountChanged(id, games);
        return Dispute(target.bondOwner, _claim(_assertions[target.parent]), _claim(target));
    }

    /// @inheritdoc IRollup
    function onGameWon(uint256 id) external onlyDisputeGame returns (address asserter) {
        Assertion storage target = _get(id);
        uint16 games = target.openGames - 1;
        target.openGames = games;
        emit GameCountChanged(id, games);
        return target.bondOwner;
    }

    /// @inheritdoc IRollup
    function onGameLost(uint256 id, address winner) external onlyDisputeGame {
        Assertion storage target = _get(id);
        if (target.status != Status.Pending) revert NotChallengeable(id);
        _reject(id, target, winner);
        _burn(BOND - BOND / 2);
        _pay(winner, BOND / 2);
    }

    function _assert(uint256 parentId, bytes32 parentOutputRoot, State calldata state, bytes32 lastItem)
        private
        returns (uint256 id)
    {
        if (msg.value != BOND) revert WrongBond(msg.value, BOND);
        Assertion storage parent = _get(parentId);
        _checkParent(parentId, parent, parentOutputRoot);
        uint256 existing = INBOX.itemCount();
        _checkClaim(parent, state, lastItem, existing);
        bytes32 outputRoot = Hashing.outputRoot(state.stateRoot, state.headerHash);
        uint32 program = _program(state.programHash);
        _checkSiblings(parent, outputRoot, state.blockNumber, program);
        id = _head.assertions;
        _assertions[id] = Assertion({
            outputRoot: outputRoot,
            bondOwner: msg.sender,
            parent: parentId.toUint32(),
            createdAt: block.timestamp.toUint40(),
            status: Status.Pending,
            openGames: 0,
            children: 0,
            programIndex: program,
            itemIndex: uint256(state.itemIndex).toUint40(),
            blockNumber: uint256(state.blockNumber).toUint40(),
            childItem: _lowestChildItem(state.itemIndex, existing).toUint40(),
            lastChild: 0,
            previousSibling: parent.lastChild
        });
        _head.assertions = (id + 1).toUint32();
        parent.children += 1;
        parent.childItem = uint40(state.itemIndex);
        parent.lastChild = uint32(id);
        emit AssertionCreated(id, parentId, msg.sender, outputRoot, state, lastItem);
    }

    function _confirm(uint256 id) private {
        Assertion storage target = _get(id);
        Head memory head = _head;
        if (target.status != Status.Pending || target.parent != head.latestConfirmed) revert NotConfirmable(id);
        if (block.timestamp < _windowEnd(target)) revert WindowOpen(id, _windowEnd(target));
        uint256 siblings = _assertions[head.latestConfirmed].children - 1;
        if (siblings != 0 || target.openGames != 0) revert Disputed(id, siblings, target.openGames);
        target.status = Status.Confirmed;
        _confirmed[head.confirmed] = uint32(id);
        _head = Head({ assertions: head.assertions, confirmed: head.confirmed + 1, latestConfirmed: uint32(id) });
        emit AssertionConfirmed(id, target.outputRoot, target.blockNumber);
        _pay(target.bondOwner, BOND);
    }

    function _reject(uint256 id, Assertion storage target, address winner) private {
        target.status = Status.Rejected;
        _assertions[target.parent].children -= 1;
        emit AssertionRejected(id, winner);
    }

    function _checkParent(uint256 id, Assertion storage parent, bytes32 outputRoot) private view {
        // Not the whole branch: that would cost more the more assertions are pending. On a doomed branch the bond comes back.
        bool usable = parent.status == Status.Pending || id == latestConfirmed();
        if (!usable || parent.outputRoot != outputRoot) revert InvalidParent(id, outputRoot);
    }

    function _checkClaim(Assertion storage parent, State calldata state, bytes32 lastItem, uint256 existing)
        private
        view
    {
        uint256 end = state.itemIndex;
        uint256 maximum = parent.childItem;
        if (parent.lastChild == 0) maximum = Math.min(existing, parent.itemIndex + MAXIMUM_ITEMS);
        if (end < parent.childItem || end > maximum) revert WrongItem(end, parent.childItem, maximum);
        bytes32 actual = INBOX.items(end - 1);
        if (actual != lastItem) revert ItemDiffers(end, lastItem, actual);
        uint256 number = state.blockNumber;
        uint256 lowest = parent.blockNumber;
        uint256 highest = lowest + (end - parent.itemIndex) * UNITS_PER_ITEM;
        if (number < lowest || number > highest) revert WrongBlockNumber(number, lowest, highest);
    }

    /// @dev A child must consume all items that exist now, up to the maximum, and at least one.
    function _lowestChildItem(uint256 itemIndex, uint256 existing) private view returns (uint256) {
        return Math.max(itemIndex + 1, Math.min(existing, itemIndex + MAXIMUM_ITEMS));
    }

    /// @dev Refuses a copy of a standing claim: neither of two equal claims could ever be disputed away. Siblings end at the
    /// same item, so what is compared is all that a claim says: a copy is refused only where the standing claim is as true as
    /// itself. The walk is as long as bonds were paid for siblings.
    function _checkSiblings(Assertion storage parent, bytes32 outputRoot, uint256 blockNumber, uint32 program)
        private
        view
    {
        uint256 oldest = 0;
        for (uint256 id = parent.lastChild; id != 0; id = _assertions[id].previousSibling) {
            Assertion storage sibling = _assertions[id];
            if (sibling.status == Status.Rejected) continue;
            bool same = sibling.outputRoot == outputRoot && sibling.blockNumber == blockNumber;
            if (same && sibling.programIndex == program) revert DuplicateAssertion(id);
            oldest = id;
        }
        if (oldest != 0 && block.timestamp >= _windowEnd(_assertions[oldest])) revert SiblingTooLate(oldest);
    }

    /// @dev Programs change rarely, so an assertion names its program by a short number.
    function _program(bytes32 hash) private returns (uint32 index) {
        uint256 known = _programIndex[hash];
        if (known != 0) return (known - 1).toUint32();
        index = _programs.length.toUint32();
        _programs.push(hash);
        _programIndex[hash] = uint256(index) + 1;
    }
}
