// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../src/interfaces/IInbox.sol";
import { IOptimismPortal } from "../src/interfaces/IOptimismPortal.sol";
import { AddressAlias } from "../src/libraries/AddressAlias.sol";
import { Fixture } from "./helpers/Fixture.sol";

/// @title A contract that deposits through the portal
contract Depositor {
    function deposit(IOptimismPortal portal, address to) external payable {
        portal.depositTransaction{ value: msg.value }(to, msg.value, 100_000, false, "");
    }

    function depositWithoutEther(IOptimismPortal portal, address to, uint256 value) external payable {
        portal.depositTransaction(to, value, 100_000, false, "");
    }
}

/// @title Deposits at the portal
contract DepositsTest is Fixture {
    function _lastMessage() private returns (IInbox.MessageHeader memory header, bytes memory data) {
        return abi.decode(vm.getRecordedLogs()[0].data, (IInbox.MessageHeader, bytes));
    }

    function test_depositTransaction_fromKeyHolder() public {
        vm.recordLogs();
        vm.prank(alice, alice);
        portal.depositTransaction{ value: 3 ether }(bob, 2 ether, 100_000, false, hex"1234");
        (IInbox.MessageHeader memory header, bytes memory data) = _lastMessage();
        assertEq(header.sender, alice, "sender");
        assertEq(header.to, bob, "to");
        assertEq(header.mint, 3 ether, "mint");
        assertEq(header.value, 2 ether, "value");
        assertEq(header.gasLimit, 100_000, "gas limit");
        assertEq(header.l1BlockNumber, block.number, "L1 block");
        assertEq(header.l1Timestamp, block.timestamp, "L1 time");
        assertEq(header.dataLength, 2, "length");
        assertEq(keccak256(data), keccak256(hex"1234"), "data");
        assertEq(address(portal).balance, 3 ether, "escrow");
    }

    function test_depositTransaction_emitsOpaqueData() public {
        vm.expectEmit();
        emit IOptimismPortal.TransactionDeposited(
            alice, bob, 0, abi.encodePacked(uint256(3), uint256(2), uint64(100_000), uint8(0), hex"1234")
        );
        vm.prank(alice, alice);
        portal.depositTransaction{ value: 3 }(bob, 2, 100_000, false, hex"1234");
    }

    function test_depositTransaction_gas() public {
        vm.prank(alice, alice);
        portal.depositTransaction{ value: 3 }(bob, 2, 100_000, false, "");
        vm.prank(alice, alice);
        portal.depositTransaction{ value: 3 }(bob, 2, 100_000, false, "");
        vm.snapshotGasLastCall("OptimismPortal", "depositTransaction");
        vm.prank(alice, alice);
        portal.depositTransaction{ value: 3 }(bob, 2, 100_000, false, new bytes(4096));
        vm.snapshotGasLastCall("OptimismPortal", "depositTransaction 4096 bytes");
    }

    /// @dev B3: a contract is another account on L2, whoever started the transaction.
    function test_fuzz_depositTransaction_contractIsAliased(address origin) public {
        Depositor depositor = new Depositor();
        vm.assume(origin != address(depositor));
        vm.deal(origin, 1 ether);
        vm.recordLogs();
        vm.prank(origin, origin);
        depositor.deposit{ value: 1 ether }(portal, bob);
        (IInbox.MessageHeader memory header,) = _lastMessage();
        address expected = address(
            uint160(uint256(uint160(address(depositor))) + uint160(0x1111000000000000000000000000000000001111))
        );
        assertEq(header.sender, expected, "aliased");
        assertTrue(header.sender != address(depositor), "not the contract's own address");
    }

    function test_depositTransaction_delegatedAccountIsNotAliased() public {
        vm.etch(alice, bytes.concat(hex"ef0100", bytes20(address(0xC0DE))));
        vm.recordLogs();
        vm.prank(alice, bob);
        portal.depositTransaction(bob, 0, 100_000, false, "");
        (IInbox.MessageHeader memory header,) = _lastMessage();
        assertEq(header.sender, alice, "its key still owns it");
    }

    /// @dev B1: what counts is the ether that arrived, not what a wrapper says.
    function test_depositTransaction_throughWrapper_mintsOnlyWhatArrived() public {
        Depositor depositor = new Depositor();
        vm.recordLogs();
        vm.prank(alice, alice);
        depositor.depositWithoutEther{ value: 5 ether }(portal, bob, 5 ether);
        (IInbox.MessageHeader memory header,) = _lastMessage();
        assertEq(header.mint, 0, "nothing arrived");
        assertEq(address(portal).balance, 0, "escrow");
    }

    function test_receive_depositsToSender() public {
        vm.recordLogs();
        vm.prank(alice, alice);
        (bool sent,) = address(portal).call{ value: 1 ether }("");
        assertTrue(sent, "accepted");
        (IInbox.MessageHeader memory header,) = _lastMessage();
        assertEq(header.sender, alice, "sender");
        assertEq(header.to, alice, "to");
        assertEq(header.mint, 1 ether, "mint");
    }

    function test_depositTransaction_creation_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.ContractCreationUnsupported.selector));
        portal.depositTransaction(address(0), 0, 100_000, true, "");
    }

    function test_depositTransaction_dataLimit() public {
        portal.depositTransaction(bob, 0, 100_000, false, new bytes(4096));
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.DataTooLong.selector, 4097, 4096));
        portal.depositTransaction(bob, 0, 100_000, false, new bytes(4097));
    }

    function test_fuzz_depositTransaction_gasLimit(uint64 gasLimit, uint16 length) public {
        length = uint16(bound(length, 0, 4096));
        uint64 minimum = 21_000 + 16 * uint64(length);
        if (gasLimit < minimum || gasLimit > 20_000_000) {
            vm.expectRevert(
                abi.encodeWithSelector(IOptimismPortal.GasLimitOutOfRange.selector, gasLimit, minimum, 20_000_000)
            );
        }
        portal.depositTransaction(bob, 0, gasLimit, false, new bytes(length));
    }

    function test_depositTransaction_amountLimit() public {
        portal.depositTransaction(bob, (1 << 128) - 1, 100_000, false, "");
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.AmountTooLarge.selector, 1 << 128));
        portal.depositTransaction(bob, 1 << 128, 100_000, false, "");
        vm.deal(address(this), 1 << 128);
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.AmountTooLarge.selector, 1 << 128));
        portal.depositTransaction{ value: 1 << 128 }(bob, 0, 100_000, false, "");
    }

    /// @dev B5: a block takes 256 deposits, the next takes 256 again.
    function test_depositTransaction_messagesPerBlock() public {
        for (uint256 round = 0; round < 2; ++round) {
            for (uint256 i = 0; i < 256; ++i) {
                portal.depositTransaction(bob, 0, 21_000, false, "");
            }
            vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.DepositsExhausted.selector, 257));
            portal.depositTransaction(bob, 0, 21_000, false, "");
            vm.roll(block.number + 1);
        }
        assertEq(inbox.delayedCount(), 512, "queued");
    }

    /// @dev B5: a block is filled by messages only: declaring as much gas as one may leaves as much room for others.
    function test_depositTransaction_declaredGasKeepsNobodyOut() public {
        for (uint256 i = 0; i < 255; ++i) {
            portal.depositTransaction(bob, 0, 20_000_000, false, "");
        }
        vm.recordLogs();
        vm.prank(alice, alice);
        portal.depositTransaction(bob, 0, 20_000_000, false, "");
        (IInbox.MessageHeader memory header,) = _lastMessage();
        assertEq(header.sender, alice, "the user's");
        vm.expectRevert(abi.encodeWithSelector(IOptimismPortal.DepositsExhausted.selector, 257));
        portal.depositTransaction(bob, 0, 21_000, false, "");
    }

    /// @dev B2: whatever is deposited, the queued hash is that of the event's words.
    function test_fuzz_depositTransaction_accumulates(
        address to,
        uint128 value,
        uint64 gasLimit,
        bytes calldata data,
        uint96 mint
    ) public {
        vm.assume(data.length <= 4096);
        gasLimit = uint64(bound(gasLimit, portal.minimumGasLimit(uint64(data.length)), 20_000_000));
        vm.deal(alice, mint);
        bytes32 before = inbox.delayedAccumulatorAt(inbox.delayedCount());
        vm.recordLogs();
        vm.prank(alice, alice);
        portal.depositTransaction{ value: mint }(to, value, gasLimit, false, data);
        (IInbox.MessageHeader memory header, bytes memory queued) = _lastMessage();
        bytes32 message = keccak256(bytes.concat(abi.encode(header), keccak256(queued)));
        bytes32 expected = keccak256(bytes.concat(before, message));
        assertEq(inbox.delayedAccumulatorAt(inbox.delayedCount()), expected, "accumulator");
        assertEq(header.mint, mint, "mint");
        assertEq(header.value, value, "value");
    }
}
