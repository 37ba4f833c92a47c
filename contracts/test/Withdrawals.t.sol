// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { RLP } from "@openzeppelin/contracts/utils/RLP.sol";
import { IOptimismPortal } from "../src/interfaces/IOptimismPortal.sol";
import { Hashing } from "../src/libraries/Hashing.sol";
import { StateProof } from "../src/libraries/StateProof.sol";
import { Types } from "../src/libraries/Types.sol";
import { GasBurner, Reentrant, Recorder, Refuser, ReturnBomb } from "./helpers/Receivers.sol";
import { WithdrawalFixture } from "./helpers/WithdrawalFixture.sol";

/// @title Withdrawals at the portal
contract WithdrawalsTest is WithdrawalFixture {
    function test_withdrawal_pays() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        bytes32 hash = Hashing.withdrawal(transaction);
        uint256 id = _assertTree();
        bytes[] memory nodes = tree.prove(Hashing.withdrawalKey(hash));
        Types.OutputRootProof memory output = outputProof(tree.root());
        vm.expectEmit();
        emit IOptimismPortal.WithdrawalProven(hash, alice, bob);
        portal.proveWithdrawalTransaction(transaction, id, output, nodes);
        vm.snapshotGasLastCall("OptimismPortal", "proveWithdrawalTransaction");
        (bytes32 root, uint128 time, uint128 index) = portal.provenWithdrawals(hash);
        assertEq(root, rollup.assertion(id).outputRoot, "output root");
        assertEq(time, block.timestamp, "time");
        assertEq(index, id, "index");
        confirmAfterWindow(id);
        uint256 before = bob.balance;
        portal.finalizeWithdrawalTransaction(transaction);
        vm.snapshotGasLastCall("OptimismPortal", "finalizeWithdrawalTransaction");
        assertEq(bob.balance - before, 5 ether, "paid");
        assertTrue(portal.finalizedWithdrawals(hash), "finalised");
    }

    function test_prove_sharedVector() public {
        string memory json = vm.readFile("../docs/spec/vectors/tree.json");
        Types.WithdrawalTransaction memory transaction = Types.WithdrawalTransaction(
            vm.parseJsonUint(json, ".withdrawal.nonce"),
            vm.parseJsonAddress(json, ".withdrawal.sender"),
            vm.parseJsonAddress(json, ".withdrawal.target"),
            vm.parseJsonUint(json, ".withdrawal.value"),
            vm.parseJsonUint(json, ".withdrawal.gasLimit"),
            vm.parseJsonBytes(json, ".withdrawal.data")
        );
        bytes32 root = vm.parseJsonBytes32(json, ".withdrawal.root");
        uint256 id = assertRoot(alice, 0, root);
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".withdrawal.nodes");
        portal.proveWithdrawalTransaction(transaction, id, outputProof(root), nodes);
        (, uint128 time,) = portal.provenWithdrawals(vm.parseJsonBytes32(json, ".withdrawal.hash"));
        assertTrue(time != 0, "proven");
    }

    /// @dev H1: proven as often as one likes, paid once.
    function test_finalize_twice_reverts() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        uint256 id = _proven(transaction);
        confirmAfterWindow(id);
        portal.finalizeWithdrawalTransaction(transaction);
        bytes32 hash = Hashing.withdrawal(transaction);
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.AlreadyFinalized.selector, hash));
        portal.finalizeWithdrawalTransaction(transaction);
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.AlreadyProven.selector, hash, id));
        this.prove_(transaction, id);
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.NotFailed.selector, hash));
        portal.retryWithdrawalTransaction(transaction);
    }

    function test_finalize_beforeConfirmation_reverts() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        uint256 id = _proven(transaction);
        vm.warp(block.timestamp + 10 * WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.OutputNotConfirmed.selector, id));
        portal.finalizeWithdrawalTransaction(transaction);
    }

    function test_finalize_unproven_reverts() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        confirmAfterWindow(_proven(transaction));
        transaction.value = 6 ether;
        bytes32 hash = Hashing.withdrawal(transaction);
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.NotProven.selector, hash));
        portal.finalizeWithdrawalTransaction(transaction);
    }

    /// @dev I1: nothing that the state does not hold can be proven, whichever field differs.
    function test_fuzz_prove_changedWithdrawal_reverts(uint256 field, uint256 change) public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "12");
        uint256 id = _assertTree();
        change = bound(change, 1, type(uint128).max);
        field %= 6;
        if (field == 0) transaction.nonce ^= change;
        if (field == 1) transaction.sender = address(uint160(transaction.sender) ^ uint160(change));
        if (field == 2) transaction.target = address(uint160(transaction.target) ^ uint160(change));
        if (field == 3) transaction.value ^= change;
        if (field == 4) transaction.gasLimit ^= change;
        if (field == 5) transaction.data = abi.encode(change);
        vm.expectRevert(
            abi.encodeWithSelector(IOptimismPortal.WithdrawalNotInState.selector, Hashing.withdrawal(transaction))
        );
        this.prove_(transaction, id);
    }

    function test_prove_otherWord_reverts() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        bytes32 hash = Hashing.withdrawal(transaction);
        tree.set(Hashing.withdrawalKey(hash), bytes32(uint256(1)));
        uint256 id = _assertTree();
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.WithdrawalNotInState.selector, hash));
        this.prove_(transaction, id);
    }

    /// @dev H2: nodes may be cut anywhere, but each is one canonical RLP string and nothing is left over.
    function test_prove_proofEncodings() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        bytes memory proof = tree.proofOf(Hashing.withdrawalKey(Hashing.withdrawal(transaction)));
        uint256 id = _assertTree();
        bytes[] memory nodes = new bytes[](1);
        bytes[5] memory bad = [
            bytes.concat(RLP.encode(proof), hex"00"),
            RLP.encode(bytes.concat(proof, hex"00")),
            proof,
            bytes.concat(hex"ba0000", bytes1(uint8(proof.length)), proof),
            bytes("")
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            nodes[0] = bad[i];
            vm.expectRevert();
            this.proveNodes(transaction, id, nodes);
        }
        vm.expectRevert(abi.encodeWithSelector(StateProof.MalformedStateProof.selector));
        this.proveNodes(transaction, id, new bytes[](0));
        bytes[] memory many = new bytes[](proof.length);
        for (uint256 i = 0; i < many.length; ++i) {
            many[i] = RLP.encode(abi.encodePacked(proof[i]));
        }
        this.proveNodes(transaction, id, many);
    }

    function proveNodes(Types.WithdrawalTransaction memory transaction, uint256 id, bytes[] memory nodes) external {
        portal.proveWithdrawalTransaction(transaction, id, outputProof(tree.root()), nodes);
    }

    function test_prove_otherOutputPreimage_reverts() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        uint256 id = _assertTree();
        bytes[] memory nodes = tree.prove(Hashing.withdrawalKey(Hashing.withdrawal(transaction)));
        for (uint256 i = 0; i < 4; ++i) {
            Types.OutputRootProof memory output = outputProof(tree.root());
            if (i == 0) output.version = bytes32(uint256(1));
            if (i == 1) output.stateRoot = keccak256("other");
            if (i == 2) output.messagePasserStorageRoot = keccak256("other");
            if (i == 3) output.latestBlockhash = keccak256("other");
            vm.expectPartialRevert(IOptimismPortal.InvalidOutputRootProof.selector);
            portal.proveWithdrawalTransaction(transaction, id, output, nodes);
        }
    }

    /// @dev H3: an output that is not there yet, or lost.
    function test_prove_missingOrRejectedOutput_reverts() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 5 ether, 0, "");
        vm.expectRevert();
        this.prove_(transaction, 1);
        uint256 id = _assertTree();
        rollup.onGameLost(id, carol);
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.OutputRejected.selector, id));
        this.prove_(transaction, id);
    }

    /// @dev H5
    function test_prove_unsafeTargets_revert() public {
        address[2] memory targets = [address(portal), address(inbox)];
        for (uint256 i = 0; i < targets.length; ++i) {
            bytes memory forged = abi.encodeCall(inbox.enqueue, (alice, alice, 1_000 ether, 0, 30_000, ""));
            Types.WithdrawalTransaction memory transaction = withdrawalTo(targets[i], 0, 100_000, forged);
            uint256 id = _assertTree();
            vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.UnsafeTarget.selector, targets[i]));
            this.prove_(transaction, id);
            rollup.onGameLost(id, carol);
        }
    }

    /// @dev H5: harmless where it is not refused.
    function test_finalize_toMessengerOrBridgeDirectly_isHarmless() public {
        bytes memory relay =
            abi.encodeCall(messenger.relayMessage, ((1 << 240), address(bridge), address(bridge), 1 ether, 0, ""));
        bytes memory pay = abi.encodeCall(bridge.finalizeBridgeETH, (alice, alice, 1 ether, ""));
        Types.WithdrawalTransaction memory first = withdrawalTo(address(messenger), 1 ether, 100_000, relay);
        Types.WithdrawalTransaction memory second = withdrawalTo(address(bridge), 1 ether, 100_000, pay);
        Types.WithdrawalTransaction memory third = withdrawalTo(address(0), 1 ether, 0, "");
        uint256 id = _assertTree();
        prove(first, id);
        prove(second, id);
        prove(third, id);
        confirmAfterWindow(id);
        portal.finalizeWithdrawalTransaction(first);
        portal.finalizeWithdrawalTransaction(second);
        portal.finalizeWithdrawalTransaction(third);
        assertTrue(portal.failedWithdrawals(Hashing.withdrawal(first)), "messenger refuses alice as the L2 messenger");
        assertTrue(portal.failedWithdrawals(Hashing.withdrawal(second)), "bridge takes only the messenger");
        assertEq(address(portal).balance, 99 ether, "only the third left");
    }

    /// @dev H4: a failing target is finalised once, its money stays, and anyone may try again.
    function test_finalize_failingTarget_canBeRetried() public {
        Refuser refuser = new Refuser();
        Types.WithdrawalTransaction memory transaction = withdrawalTo(address(refuser), 5 ether, 30_000, "");
        bytes32 hash = Hashing.withdrawal(transaction);
        confirmAfterWindow(_proven(transaction));
        vm.expectEmit();
        emit IOptimismPortal.WithdrawalFinalized(hash, false);
        portal.finalizeWithdrawalTransaction(transaction);
        assertEq(address(portal).balance, 100 ether, "nothing left");
        portal.retryWithdrawalTransaction(transaction);
        assertTrue(portal.failedWithdrawals(hash), "still failing");
        refuser.accept();
        portal.retryWithdrawalTransaction(transaction);
        assertEq(address(refuser).balance, 5 ether, "paid");
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.NotFailed.selector, hash));
        portal.retryWithdrawalTransaction(transaction);
    }

    function test_finalize_gasBurnerAndReturnBomb() public {
        Types.WithdrawalTransaction memory burner = withdrawalTo(address(new GasBurner()), 0, 500_000, "");
        Types.WithdrawalTransaction memory bomb = withdrawalTo(address(new ReturnBomb()), 0, 500_000, "");
        uint256 id = _assertTree();
        prove(burner, id);
        prove(bomb, id);
        confirmAfterWindow(id);
        portal.finalizeWithdrawalTransaction{ gas: 8_000_000 }(burner);
        portal.finalizeWithdrawalTransaction{ gas: 8_000_000 }(bomb);
        assertTrue(portal.finalizedWithdrawals(Hashing.withdrawal(burner)), "burner");
        assertTrue(portal.finalizedWithdrawals(Hashing.withdrawal(bomb)), "bomb");
    }

    /// @dev H4: whoever finalises cannot starve the call: it has its gas, or nothing happens.
    function test_fuzz_finalize_gasFloor(uint256 gas, uint256 limit) public {
        Recorder recorder = new Recorder();
        limit = bound(limit, 30_000, 2_000_000);
        bytes memory data = abi.encodeCall(recorder.record, ());
        Types.WithdrawalTransaction memory transaction = withdrawalTo(address(recorder), 0, limit, data);
        confirmAfterWindow(_proven(transaction));
        gas = bound(gas, 30_000, 3_000_000);
        try portal.finalizeWithdrawalTransaction{ gas: gas }(transaction) {
            assertEq(recorder.calls(), 1, "called");
            assertTrue(recorder.gasSeen() + 500 >= limit, "with its gas");
        } catch {
            assertTrue(!portal.finalizedWithdrawals(Hashing.withdrawal(transaction)), "nothing happened");
        }
    }

    /// @dev No gas limit written on L2 makes a withdrawal impossible to finalise in one L1 transaction.
    function test_finalize_hugeGasLimit() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(bob, 1 ether, type(uint256).max, "");
        confirmAfterWindow(_proven(transaction));
        uint256 before = bob.balance;
        portal.finalizeWithdrawalTransaction{ gas: 16_000_000 }(transaction);
        assertEq(bob.balance - before, 1 ether, "paid");
    }

    /// @dev H4: re-entering with the same or another withdrawal fails, without harm to either.
    function test_finalize_reentrant() public {
        Reentrant reentrant = new Reentrant(portal);
        Types.WithdrawalTransaction memory outer = withdrawalTo(address(reentrant), 2 ether, 400_000, "");
        Types.WithdrawalTransaction memory inner = withdrawalTo(bob, 1 ether, 0, "");
        reentrant.setInner(inner);
        uint256 id = _assertTree();
        prove(outer, id);
        prove(inner, id);
        confirmAfterWindow(id);
        portal.finalizeWithdrawalTransaction(outer);
        assertTrue(reentrant.tried() && !reentrant.innerSucceeded(), "refused inside");
        assertEq(address(reentrant).balance, 2 ether, "paid once");
        portal.finalizeWithdrawalTransaction(inner);
        assertEq(address(portal).balance, 97 ether, "both paid");
    }

    function test_finalize_showsL2Sender() public {
        Recorder recorder = new Recorder();
        bytes memory data = abi.encodeCall(recorder.recordWithSender, ());
        Types.WithdrawalTransaction memory transaction = withdrawalTo(address(recorder), 0, 200_000, data);
        confirmAfterWindow(_proven(transaction));
        portal.finalizeWithdrawalTransaction(transaction);
        assertEq(recorder.l2Sender(), alice, "sender on L2");
        assertEq(portal.l2Sender(), address(0xdEaD), "reset");
    }

    function test_finalize_estimationReverts() public {
        Types.WithdrawalTransaction memory transaction = withdrawalTo(address(new Refuser()), 1 ether, 30_000, "");
        confirmAfterWindow(_proven(transaction));
        vm.prank(address(1), address(1));
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.CallFailedInEstimation.selector));
        portal.finalizeWithdrawalTransaction(transaction);
    }
}
