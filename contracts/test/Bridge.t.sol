// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { BridgeEvents } from "../src/bridge/BridgeEvents.sol";
import { L1CrossDomainMessenger } from "../src/bridge/L1CrossDomainMessenger.sol";
import { TestDcep } from "../src/devnet/TestDcep.sol";
import { IInbox } from "../src/interfaces/IInbox.sol";
import { Hashing } from "../src/libraries/Hashing.sol";
import { Predeploys } from "../src/libraries/Predeploys.sol";
import { Types } from "../src/libraries/Types.sol";
import { Vm } from "./helpers/Vm.sol";
import { Fixture } from "./helpers/Fixture.sol";
import { Recorder, Refuser } from "./helpers/Receivers.sol";
import { DecimalsToken, FalseToken, FeeToken, RebasingToken, ReentrantToken, SilentToken } from "./helpers/Tokens.sol";

/// @title Messenger and standard bridge, with tokens that misbehave
contract BridgeTest is Fixture {
    address private constant L2_TOKEN = address(0x2222);
    TestDcep private dcep;

    function setUp() public override {
        super.setUp();
        dcep = new TestDcep();
        dcep.mint(alice, 1e12);
        vm.prank(alice);
        dcep.approve(address(bridge), type(uint256).max);
        appendItems(1);
    }

    function _queued() private returns (IInbox.MessageHeader memory header, bytes memory data) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == address(inbox)) {
                return abi.decode(logs[i].data, (IInbox.MessageHeader, bytes));
            }
        }
        revert NotTrue("a message was queued");
    }

    /// @dev A message from the L2 messenger, proven and finalised.
    function _relay(address sender, address target, uint256 value, uint256 minGas, bytes memory message)
        private
        returns (bytes32 hash)
    {
        uint256 nonce = (1 << 240) | _nonce++;
        hash = Hashing.crossDomainMessage(nonce, sender, target, value, minGas, message);
        bytes memory data = abi.encodeCall(messenger.relayMessage, (nonce, sender, target, value, minGas, message));
        Types.WithdrawalTransaction memory transaction = Types.WithdrawalTransaction(
            nonce, Predeploys.L2_MESSENGER, address(messenger), value, minGas + 300_000, data
        );
        tree.set(Hashing.withdrawalKey(Hashing.withdrawal(transaction)), bytes32(bytes1(0x01)));
        uint256 id = assertRoot(alice, rollup.latestConfirmed(), tree.root());
        prove(transaction, id);
        confirmAfterWindow(id);
        portal.finalizeWithdrawalTransaction(transaction);
        appendItems(1);
    }

    uint256 private _nonce;

    function _fromL2Bridge(uint256 value, bytes memory message) private returns (bytes32) {
        return _relay(Predeploys.L2_STANDARD_BRIDGE, address(bridge), value, 300_000, message);
    }

    function test_depositETH_message() public {
        vm.recordLogs();
        vm.prank(alice, alice);
        bridge.depositETH{ value: 2 ether }(200_000, hex"77");
        (IInbox.MessageHeader memory header, bytes memory data) = _queued();
        bytes memory inner = abi.encodeWithSignature(
            "finalizeBridgeETH(address,address,uint256,bytes)", alice, alice, 2 ether, hex"77"
        );
        bytes memory expected = abi.encodeCall(
            messenger.relayMessage,
            ((1 << 240), address(bridge), Predeploys.L2_STANDARD_BRIDGE, 2 ether, 200_000, inner)
        );
        assertEq(keccak256(data), keccak256(expected), "relayMessage call");
        assertEq(header.to, Predeploys.L2_MESSENGER, "to the messenger on L2");
        address alias_ = address(
            uint160(uint256(uint160(address(messenger))) + uint160(0x1111000000000000000000000000000000001111))
        );
        assertEq(header.sender, alias_, "from the aliased messenger");
        assertEq(header.mint, 2 ether, "mint");
        assertTrue(header.gasLimit >= 200_000 + 21_000 + 16 * data.length, "gas for data and target");
    }

    function test_depositETH_variants() public {
        vm.startPrank(alice, alice);
        bridge.bridgeETH{ value: 1 ether }(200_000, "");
        bridge.bridgeETHTo{ value: 1 ether }(bob, 200_000, "");
        bridge.depositETHTo{ value: 1 ether }(bob, 200_000, "");
        (bool sent,) = address(bridge).call{ value: 1 ether }("");
        vm.stopPrank();
        assertTrue(sent, "receive");
        assertEq(address(portal).balance, 4 ether, "escrow");
        assertEq(messenger.messageNonce(), (1 << 240) | 4, "nonce");
    }

    function test_depositETH_byContract_reverts() public {
        vm.deal(address(this), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(BridgeEvents.OnlyKeyHolder.selector, address(this)));
        bridge.depositETH{ value: 1 ether }(200_000, "");
    }

    function test_depositERC20_message() public {
        vm.recordLogs();
        vm.prank(alice, alice);
        bridge.depositERC20(address(dcep), L2_TOKEN, 1e6, 200_000, "");
        (IInbox.MessageHeader memory header, bytes memory data) = _queued();
        bytes memory inner =
            abi.encodeCall(bridge.finalizeBridgeERC20, (L2_TOKEN, address(dcep), alice, alice, 1e6, ""));
        bytes memory expected = abi.encodeCall(
            messenger.relayMessage, ((1 << 240), address(bridge), Predeploys.L2_STANDARD_BRIDGE, 0, 200_000, inner)
        );
        assertEq(keccak256(data), keccak256(expected), "relayMessage call");
        assertEq(header.mint, 0, "no ether");
        assertEq(bridge.deposits(address(dcep), L2_TOKEN), 1e6, "held");
        vm.prank(alice, alice);
        bridge.depositERC20(address(dcep), L2_TOKEN, 1e6, 200_000, "");
        vm.snapshotGasLastCall("L1StandardBridge", "depositERC20");
    }

    /// @dev B10: credited with what arrived.
    function test_fuzz_depositERC20_feeOnTransfer(uint96 amount) public {
        vm.assume(amount > 0);
        FeeToken token = new FeeToken();
        token.mint(alice, amount);
        vm.startPrank(alice, alice);
        token.approve(address(bridge), amount);
        bridge.depositERC20(address(token), L2_TOKEN, amount, 200_000, "");
        vm.stopPrank();
        assertEq(bridge.deposits(address(token), L2_TOKEN), token.balanceOf(address(bridge)), "what arrived");
        assertEq(token.balanceOf(address(bridge)), uint256(amount) - uint256(amount) / 100, "less the fee");
    }

    function test_depositERC20_falseReturn_reverts() public {
        FalseToken token = new FalseToken();
        vm.prank(alice, alice);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        bridge.depositERC20(address(token), L2_TOKEN, 1, 200_000, "");
    }

    function test_depositERC20_noReturnValue() public {
        SilentToken token = new SilentToken();
        token.mint(alice, 5);
        vm.prank(alice, alice);
        bridge.depositERC20(address(token), L2_TOKEN, 5, 200_000, "");
        assertEq(bridge.deposits(address(token), L2_TOKEN), 5, "held");
    }

    function test_depositERC20_reentrant_reverts() public {
        ReentrantToken token = new ReentrantToken(bridge);
        token.mint(alice, 10);
        vm.startPrank(alice, alice);
        token.approve(address(bridge), 10);
        vm.expectRevert(abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector));
        bridge.depositERC20(address(token), L2_TOKEN, 5, 200_000, "");
        vm.stopPrank();
    }

    function test_depositERC20_anyDecimals() public {
        uint8[2] memory decimals = [0, 77];
        for (uint256 i = 0; i < 2; ++i) {
            DecimalsToken token = new DecimalsToken(decimals[i]);
            token.mint(alice, type(uint256).max);
            vm.startPrank(alice, alice);
            token.approve(address(bridge), type(uint256).max);
            bridge.depositERC20(address(token), L2_TOKEN, (1 << 128) - 1, 200_000, "");
            vm.expectRevert(abi.encodeWithSelector(BridgeEvents.AmountTooLarge.selector, 1 << 128));
            bridge.depositERC20(address(token), L2_TOKEN, 1 << 128, 200_000, "");
            vm.stopPrank();
        }
    }

    function test_depositERC20_nothingOrNoToken_reverts() public {
        vm.startPrank(alice, alice);
        vm.expectRevert(abi.encodeWithSelector(BridgeEvents.NothingReceived.selector, address(dcep)));
        bridge.depositERC20(address(dcep), L2_TOKEN, 0, 200_000, "");
        vm.expectRevert(abi.encodeWithSelector(BridgeEvents.NotAToken.selector, bob));
        bridge.depositERC20(bob, L2_TOKEN, 1, 200_000, "");
        vm.stopPrank();
    }

    function test_withdrawETH() public {
        vm.prank(alice, alice);
        bridge.depositETH{ value: 2 ether }(200_000, "");
        uint256 before = bob.balance;
        bytes32 hash = _fromL2Bridge(1 ether, abi.encodeCall(bridge.finalizeBridgeETH, (alice, bob, 1 ether, "")));
        assertTrue(messenger.successfulMessages(hash), "relayed");
        assertEq(bob.balance - before, 1 ether, "paid");
    }

    function test_withdrawERC20() public {
        vm.prank(alice, alice);
        bridge.depositERC20(address(dcep), L2_TOKEN, 1e6, 200_000, "");
        bytes memory message =
            abi.encodeCall(bridge.finalizeBridgeERC20, (address(dcep), L2_TOKEN, alice, bob, 4e5, ""));
        assertTrue(messenger.successfulMessages(_fromL2Bridge(0, message)), "relayed");
        assertEq(dcep.balanceOf(bob), 4e5, "paid");
        assertEq(bridge.deposits(address(dcep), L2_TOKEN), 6e5, "rest");
    }

    /// @dev A pair pays out no more than came in for it, whatever L2 says: other tokens are out of reach.
    function test_withdrawERC20_otherPair_fails() public {
        vm.prank(alice, alice);
        bridge.depositERC20(address(dcep), L2_TOKEN, 1e6, 200_000, "");
        bytes32 other = _fromL2Bridge(
            0, abi.encodeCall(bridge.finalizeBridgeERC20, (address(dcep), address(0x3333), alice, bob, 1, ""))
        );
        bytes32 more = _fromL2Bridge(
            0, abi.encodeCall(bridge.finalizeBridgeERC20, (address(dcep), L2_TOKEN, alice, bob, 1e6 + 1, ""))
        );
        assertTrue(messenger.failedMessages(other) && messenger.failedMessages(more), "both failed");
        assertEq(dcep.balanceOf(address(bridge)), 1e6, "nothing left");
    }

    /// @dev A thousand units of a token that changes balances by itself, and of one that does not, in escrow.
    function _escrowed() private returns (RebasingToken token) {
        token = new RebasingToken();
        token.mint(alice, 1000);
        vm.startPrank(alice, alice);
        bridge.depositERC20(address(token), L2_TOKEN, 1000, 200_000, "");
        bridge.depositERC20(address(dcep), L2_TOKEN, 1000, 200_000, "");
        vm.stopPrank();
    }

    function _withdraw(address token, uint256 amount) private returns (bytes32) {
        return _fromL2Bridge(0, abi.encodeCall(bridge.finalizeBridgeERC20, (token, L2_TOKEN, alice, bob, amount, "")));
    }

    /// @dev B10: who comes first is paid in full, the last one waits until the token is there again; other tokens are out of reach.
    function test_withdrawERC20_shrunkToken_lastWaits() public {
        RebasingToken token = _escrowed();
        token.rebase(50);
        assertTrue(messenger.successfulMessages(_withdraw(address(token), 400)), "first");
        uint256 nonce = (1 << 240) | _nonce;
        bytes memory message =
            abi.encodeCall(bridge.finalizeBridgeERC20, (address(token), L2_TOKEN, alice, bob, 600, ""));
        bytes32 last = _fromL2Bridge(0, message);
        assertTrue(messenger.failedMessages(last) && !messenger.successfulMessages(last), "last");
        assertEq(token.balanceOf(bob), 400, "paid so far");
        assertEq(bridge.deposits(address(token), L2_TOKEN), 600, "still owed");

        assertTrue(messenger.successfulMessages(_withdraw(address(dcep), 1000)), "another token");
        assertEq(dcep.balanceOf(bob), 1000, "in full");

        token.mint(address(bridge), 500);
        address bridgeOnL2 = Predeploys.L2_STANDARD_BRIDGE;
        messenger.relayMessage(nonce, bridgeOnL2, address(bridge), 0, 300_000, message);
        assertEq(token.balanceOf(bob), 1000, "paid once it is there");
        assertEq(bridge.deposits(address(token), L2_TOKEN), 0, "nothing owed");
    }

    /// @dev B10: the error of the token is what a caller sees who tries it out.
    function test_withdrawERC20_shrunkToken_saysWhy() public {
        RebasingToken token = _escrowed();
        token.rebase(50);
        vm.mockCall(
            address(messenger),
            abi.encodeCall(messenger.xDomainMessageSender, ()),
            abi.encode(Predeploys.L2_STANDARD_BRIDGE)
        );
        vm.prank(address(messenger));
        vm.expectRevert(abi.encodeWithSelector(RebasingToken.NotEnough.selector, 500, 501));
        bridge.finalizeBridgeERC20(address(token), L2_TOKEN, alice, bob, 501, "");
    }

    /// @dev B10: what a token gives by itself is nobody's: neither withdrawn nor credited to who deposits next.
    function test_withdrawERC20_grownToken_surplusStays() public {
        RebasingToken token = _escrowed();
        token.rebase(200);
        token.mint(alice, 10);
        vm.prank(alice, alice);
        bridge.depositERC20(address(token), L2_TOKEN, 10, 200_000, "");
        assertEq(bridge.deposits(address(token), L2_TOKEN), 1010, "credited: what arrived");
        assertTrue(messenger.failedMessages(_withdraw(address(token), 1011)), "more than came in");
        assertTrue(messenger.successfulMessages(_withdraw(address(token), 1010)), "all that came in");
        assertEq(token.balanceOf(bob), 1010, "paid");
        assertEq(token.balanceOf(address(bridge)), 1000, "the surplus stays");
    }

    function test_finalize_byStrangers_revert() public {
        vm.expectRevert(abi.encodeWithSelector(BridgeEvents.NotOtherBridge.selector, address(this)));
        bridge.finalizeBridgeETH(alice, bob, 0, "");
        vm.expectRevert(abi.encodeWithSelector(BridgeEvents.NotOtherBridge.selector, address(this)));
        bridge.finalizeBridgeERC20(address(dcep), L2_TOKEN, alice, bob, 0, "");
        bytes memory message = abi.encodeCall(bridge.finalizeBridgeETH, (alice, bob, 0, ""));
        bytes32 hash = _relay(alice, address(bridge), 0, 300_000, message);
        assertTrue(messenger.failedMessages(hash), "alice is not the bridge on L2");
    }

    function test_relayMessage_failsThenReplays() public {
        vm.prank(alice, alice);
        portal.depositTransaction{ value: 3 ether }(alice, 3 ether, 100_000, false, "");
        Refuser refuser = new Refuser();
        uint256 nonce = (1 << 240) | _nonce;
        bytes32 hash = _relay(alice, address(refuser), 3 ether, 100_000, "");
        assertTrue(messenger.failedMessages(hash) && !messenger.successfulMessages(hash), "failed");
        assertEq(address(messenger).balance, 3 ether, "held for the replay");
        refuser.accept();
        vm.deal(address(this), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(L1CrossDomainMessenger.WrongValue.selector, 1, 0));
        messenger.relayMessage{ value: 1 }(nonce, alice, address(refuser), 3 ether, 100_000, "");
        messenger.relayMessage(nonce, alice, address(refuser), 3 ether, 100_000, "");
        assertEq(address(refuser).balance, 3 ether, "paid");
        vm.expectRevert(abi.encodeWithSelector(L1CrossDomainMessenger.AlreadyRelayed.selector, hash));
        messenger.relayMessage(nonce, alice, address(refuser), 3 ether, 100_000, "");
    }

    function test_relayMessage_neverSent_reverts() public {
        vm.expectPartialRevert(L1CrossDomainMessenger.NotReplayable.selector);
        messenger.relayMessage((1 << 240) | 9, alice, bob, 0, 0, "");
        vm.expectRevert(abi.encodeWithSelector(L1CrossDomainMessenger.UnsupportedNonceVersion.selector, 9));
        messenger.relayMessage(9, alice, bob, 0, 0, "");
    }

    /// @dev H5
    function test_relayMessage_unsafeTargets_changeNothing() public {
        address[3] memory targets = [address(messenger), address(portal), address(inbox)];
        for (uint256 i = 0; i < targets.length; ++i) {
            bytes32 hash = _relay(alice, targets[i], 0, 100_000, "");
            assertTrue(!messenger.successfulMessages(hash), "not executed");
        }
    }

    /// @dev A replay with too little gas leaves the message replayable.
    function test_fuzz_relayMessage_replayGas(uint256 gas) public {
        Recorder recorder = new Recorder();
        bytes memory data = abi.encodeCall(recorder.record, ());
        uint256 nonce = (1 << 240) | _nonce;
        vm.etch(address(recorder), hex"fe");
        bytes32 hash = _relay(alice, address(recorder), 0, 200_000, data);
        vm.etch(address(recorder), type(Recorder).runtimeCode);
        gas = bound(gas, 60_000, 600_000);
        try messenger.relayMessage{ gas: gas }(nonce, alice, address(recorder), 0, 200_000, data) { } catch { }
        if (recorder.calls() == 1) assertTrue(recorder.gasSeen() + 500 >= 200_000, "with its gas");
        assertTrue(messenger.failedMessages(hash), "still known as failed");
        assertTrue(messenger.successfulMessages(hash) == (recorder.calls() == 1), "recorded as it was");
    }
}
