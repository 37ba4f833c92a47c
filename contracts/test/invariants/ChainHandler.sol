// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { TestDcep } from "../../src/devnet/TestDcep.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { Types } from "../../src/libraries/Types.sol";
import { Fixture } from "../helpers/Fixture.sol";
import { TreeBuilder } from "../helpers/TreeBuilder.sol";

/// @title A chain with users, an honest asserter, liars, and one honest challenger who is never late
/// @notice Stands for L2 and for the dispute game, which here always finds the truth.
contract ChainHandler is Fixture {
    struct Withdrawal {
        Types.WithdrawalTransaction transaction;
        uint256 item;
        bool paid;
    }

    uint256 private constant MAXIMUM_WITHDRAWALS = 10;

    uint256 public supply;
    uint256 public pending;
    uint256 public fakesPaid;
    uint256 public paidTwice;
    TestDcep public dcep;
    uint256 public tokenSupply;

    Withdrawal[] private _withdrawals;
    Types.WithdrawalTransaction private _fake;
    uint256[] private _lies;
    uint256[] private _games;
    uint256 public tip;
    mapping(uint256 id => TreeBuilder) private _trees;
    mapping(uint256 id => bool) public isLie;

    function setUp() public override {
        super.setUp();
        dcep = new TestDcep();
        dcep.mint(alice, 1e24);
        vm.prank(alice);
        dcep.approve(address(bridge), type(uint256).max);
        _fake = Types.WithdrawalTransaction((1 << 240) | 999, bob, bob, 50 ether, 0, "");
    }

    function deposit(uint96 amount) external {
        uint256 value = bound(amount, 1, 5 ether);
        vm.prank(alice, alice);
        portal.depositTransaction{ value: value }(alice, 0, 100_000, false, "");
        supply += value;
    }

    function depositToken(uint96 amount) external {
        uint256 value = bound(amount, 1, 1e20);
        vm.prank(alice, alice);
        bridge.depositERC20(address(dcep), address(2), value, 200_000, "");
        tokenSupply += value;
    }

    function withdraw(uint96 amount) external {
        if (supply == 0 || _withdrawals.length >= MAXIMUM_WITHDRAWALS) return;
        uint256 value = bound(amount, 1, supply);
        uint256 nonce = (1 << 240) | _withdrawals.length;
        Types.WithdrawalTransaction memory made = Types.WithdrawalTransaction(nonce, alice, carol, value, 0, "");
        _withdrawals.push(Withdrawal(made, inbox.itemCount(), false));
        supply -= value;
        pending += value;
    }

    function appendItem(uint8 count) external {
        appendItems(bound(count, 1, 3));
    }

    function assertHonest() public {
        _assert(alice, tip, false);
    }

    function assertLie(uint256 seed) external {
        if (_lies.length > 6) return;
        uint256 parent = seed % 3 == 0 && _lies.length > 0 ? _lies[seed % _lies.length] : tip;
        if (seed % 3 == 1) parent = rollup.assertion(tip).parent;
        _assert(bob, parent, true);
    }

    function killLie(uint256 seed) public {
        if (_lies.length == 0) return;
        _kill(_lies[seed % _lies.length]);
    }

    function openGame(uint256 seed) external {
        uint256 id = seed % rollup.assertionCount();
        if (!rollup.isChallengeable(id) || _games.length > 4) return;
        rollup.onGameOpened(id);
        _games.push(id);
    }

    /// @dev The game is sound: an honest assertion wins, a lie falls.
    function decideGame() public {
        if (_games.length == 0) return;
        uint256 id = _games[_games.length - 1];
        _games.pop();
        if (isLie[id]) _kill(id);
        else if (rollup.assertion(id).status == IRollup.Status.Pending) rollup.onGameWon(id);
    }

    /// @dev The honest challenger acts before any lie's window ends.
    function pass(uint32 time) external {
        for (uint256 i = 0; i < _lies.length; ++i) {
            _kill(_lies[i]);
        }
        vm.warp(block.timestamp + bound(time, 1, 2 * WINDOW));
        vm.roll(block.number + 1);
    }

    function confirm(uint256 seed) external {
        uint256 id = seed % rollup.assertionCount();
        try rollup.confirm(id) { } catch { }
    }

    function proveReal(uint256 seed, uint256 onto) external {
        if (_withdrawals.length == 0) return;
        uint256 id = onto % 2 == 0 ? rollup.latestConfirmed() : onto % rollup.assertionCount();
        _prove(_withdrawals[seed % _withdrawals.length].transaction, id);
    }

    function proveFake(uint256 onto) external {
        _prove(_fake, onto % rollup.assertionCount());
    }

    function finalizeReal(uint256 seed) external {
        if (_withdrawals.length == 0) return;
        _finalize(seed % _withdrawals.length);
    }

    function finalizeFake() external {
        try portal.finalizeWithdrawalTransaction(_fake) {
            ++fakesPaid;
        } catch { }
    }

    function rejectOrphan(uint256 seed) external {
        try rollup.rejectOrphan(seed % rollup.assertionCount()) { } catch { }
    }

    /// @dev What one honest user can do alone, with everybody else gone: get every withdrawal paid. Returns the time
    /// it took in seconds.
    function settle() external returns (uint256) {
        uint256 start = block.timestamp;
        for (uint256 i = 0; i < _lies.length; ++i) {
            _kill(_lies[i]);
        }
        while (_games.length > 0) decideGame();
        inbox.appendEmpty();
        for (uint256 i = 0; rollup.assertion(tip).itemIndex < inbox.itemCount(); ++i) {
            assertTrue(i < 100, "the asserter catches up");
            assertHonest();
        }
        vm.warp(block.timestamp + WINDOW);
        uint256 newest = tip;
        _confirmUpTo(newest);
        for (uint256 i = 0; i < _withdrawals.length; ++i) {
            _prove(_withdrawals[i].transaction, newest);
            _finalize(i);
            assertTrue(_withdrawals[i].paid, "paid");
            // Not again, neither by another proof nor by a retry.
            _prove(_withdrawals[i].transaction, newest);
            _finalize(i);
        }
        return block.timestamp - start;
    }

    function portalBalance() external view returns (uint256) {
        return address(portal).balance;
    }

    function bridgeTokens() external view returns (uint256 balance, uint256 recorded) {
        return (dcep.balanceOf(address(bridge)), bridge.deposits(address(dcep), address(2)));
    }

    /// @dev Bonds held, and bonds owed to assertions that are not decided.
    function bonds() external view returns (uint256 held, uint256 owed) {
        held = address(rollup).balance;
        for (uint256 id = 0; id < rollup.assertionCount(); ++id) {
            if (rollup.assertion(id).status == IRollup.Status.Pending) owed += BOND;
        }
    }

    function anyLieConfirmed() external view returns (bool) {
        for (uint256 i = 0; i < _lies.length; ++i) {
            if (rollup.isConfirmed(_lies[i])) return true;
        }
        return false;
    }

    function _confirmUpTo(uint256 id) private {
        if (rollup.isConfirmed(id)) return;
        _confirmUpTo(rollup.assertion(id).parent);
        rollup.confirm(id);
    }

    function _assert(address asserter, uint256 parent, bool lie) private {
        IRollup.Assertion memory from = rollup.assertion(parent);
        uint256 end = inbox.itemCount();
        if (end > from.itemIndex + MAXIMUM_ITEMS) end = from.itemIndex + MAXIMUM_ITEMS;
        if (from.lastChild != 0) end = from.childItem;
        if (end <= from.itemIndex || end > inbox.itemCount()) return;
        TreeBuilder made = _treeAt(end, lie);
        uint256 blocks = end - from.itemIndex;
        IRollup.State memory claim = state(made.root(), from.blockNumber + blocks, end);
        bytes32 last = inbox.items(end - 1);
        uint256 due = _due();
        vm.prank(asserter);
        try rollup.assertAndConfirm{ value: BOND }(parent, from.outputRoot, claim, last, due) returns (uint256 id) {
            _trees[id] = made;
            isLie[id] = lie;
            if (lie) _lies.push(id);
            else tip = id;
        } catch { }
    }

    /// @dev What can be confirmed now; what is confirmed already if there is nothing.
    function _due() private view returns (uint256 id) {
        id = rollup.latestConfirmed();
        for (uint256 child = rollup.assertionCount() - 1; child > id; --child) {
            IRollup.Assertion memory found = rollup.assertion(child);
            if (found.parent != id || found.status != IRollup.Status.Pending || found.openGames != 0) continue;
            bool over = block.timestamp >= uint256(found.createdAt) + WINDOW;
            return over && rollup.assertion(id).children == 1 ? child : id;
        }
    }

    function _treeAt(uint256 end, bool lie) private returns (TreeBuilder made) {
        made = new TreeBuilder();
        for (uint256 i = 0; i < _withdrawals.length; ++i) {
            if (_withdrawals[i].item < end) _mark(made, _withdrawals[i].transaction);
        }
        made.set(keccak256(abi.encode("item", end)), bytes32(end));
        if (lie) {
            _mark(made, _fake);
            made.set(keccak256(abi.encode("lie", rollup.assertionCount())), bytes32(uint256(1)));
        }
    }

    function _mark(TreeBuilder made, Types.WithdrawalTransaction memory transaction) private {
        made.set(Hashing.withdrawalKey(Hashing.withdrawal(transaction)), bytes32(bytes1(0x01)));
    }

    function _kill(uint256 id) private {
        if (rollup.assertion(id).status == IRollup.Status.Pending) rollup.onGameLost(id, carol);
    }

    function _prove(Types.WithdrawalTransaction memory transaction, uint256 id) private {
        TreeBuilder made = _trees[id];
        if (address(made) == address(0)) return;
        bytes[] memory nodes = made.prove(Hashing.withdrawalKey(Hashing.withdrawal(transaction)));
        Types.OutputRootProof memory output = outputProof(made.root());
        try portal.proveWithdrawalTransaction(transaction, id, output, nodes) { } catch { }
    }

    function _finalize(uint256 index) private {
        try portal.finalizeWithdrawalTransaction(_withdrawals[index].transaction) {
            if (_withdrawals[index].paid) ++paidTwice;
            else pending -= _withdrawals[index].transaction.value;
            _withdrawals[index].paid = true;
        } catch { }
    }
}
