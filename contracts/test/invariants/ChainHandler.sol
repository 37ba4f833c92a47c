// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { TestDcep } from "../../src/devnet/TestDcep.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { Types } from "../../src/libraries/Types.sol";
import { TreeBuilder } from "../helpers/TreeBuilder.sol";
import { ClaimHandler } from "./ClaimHandler.sol";

/// @title A chain with users who deposit, withdraw, prove and finalise, beside all that happens to claims
/// @notice Stands for L2.
contract ChainHandler is ClaimHandler {
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

    /// @dev What one honest user can do alone, with everybody else gone: get every withdrawal paid. Returns the time
    /// it took in seconds.
    function settle() external returns (uint256) {
        uint256 start = block.timestamp;
        _claimEverything();
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
        _collectBonds();
        return block.timestamp - start;
    }

    function portalBalance() external view returns (uint256) {
        return address(portal).balance;
    }

    function bridgeTokens() external view returns (uint256 balance, uint256 recorded) {
        return (dcep.balanceOf(address(bridge)), bridge.deposits(address(dcep), address(2)));
    }

    function _treeAt(uint256 end, bool lie) internal override returns (TreeBuilder made) {
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

    function _prove(Types.WithdrawalTransaction memory transaction, uint256 id) private {
        TreeBuilder made = trees[id];
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
