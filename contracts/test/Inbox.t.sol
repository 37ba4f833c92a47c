// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../src/interfaces/IInbox.sol";
import { Fixture } from "./helpers/Fixture.sol";

/// @title Items and delayed messages: order, reorgs, limits
contract InboxTest is Fixture {
    bytes32 private constant HASH = keccak256("an L1 block");

    /// @dev An account without code, as words are accepted from.
    address private constant POSTER = address(0x9057);

    function _post(bytes memory words) private returns (uint256) {
        uint256 count = inbox.delayedCount();
        bytes32 accumulator = inbox.delayedAccumulatorAt(count);
        vm.setBlockhash(block.number - 1, HASH);
        vm.prank(POSTER, POSTER);
        return inbox.appendBatch(block.number - 1, HASH, uint64(count), accumulator, words);
    }

    function _header(address poster, uint256 kind, uint256 words, bytes32 payload)
        private
        view
        returns (IInbox.ItemHeader memory)
    {
        uint256 count = inbox.itemCount();
        uint256 messages = inbox.delayedCount();
        return IInbox.ItemHeader(
            count == 0 ? bytes32(0) : inbox.items(count - 1),
            poster,
            block.number,
            block.timestamp,
            block.basefee,
            block.blobbasefee,
            messages,
            inbox.delayedAccumulatorAt(messages),
            kind,
            words,
            payload
        );
    }

    function test_appendEmpty_chainsItems() public {
        IInbox.ItemHeader memory first = _header(address(this), 0, 0, 0);
        inbox.appendEmpty();
        assertEq(inbox.items(0), keccak256(abi.encode(first)), "first item");
        IInbox.ItemHeader memory second = _header(address(this), 0, 0, 0);
        assertEq(second.previous, inbox.items(0), "previous");
        inbox.appendEmpty();
        assertEq(inbox.items(1), keccak256(abi.encode(second)), "second item");
        assertEq(inbox.itemCount(), 2, "count");
    }

    function _blobs(uint256 count) private returns (bytes32[] memory hashes) {
        hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            hashes[i] = bytes32(uint256(1 << 248) | i);
        }
        vm.blobhashes(hashes);
    }

    function test_appendBatch_blobs() public {
        bytes32[] memory hashes = _blobs(6);
        IInbox.ItemHeader memory header = _header(POSTER, 1, 6 * 4096, keccak256(abi.encodePacked(hashes)));
        _post("");
        vm.snapshotGasLastCall("Inbox", "appendBatch 6 blobs, first item");
        assertEq(inbox.items(0), keccak256(abi.encode(header)), "blob item");
        vm.blobhashes(hashes);
        _post("");
        vm.snapshotGasLastCall("Inbox", "appendBatch 6 blobs");
    }

    /// @dev C2: 16 blobs are all that the input addresses reach; no later L1 brings in more.
    function test_appendBatch_mostBlobs() public {
        bytes32[] memory hashes = _blobs(16);
        IInbox.ItemHeader memory header = _header(POSTER, 1, 65_536, keccak256(abi.encodePacked(hashes)));
        _post("");
        assertEq(inbox.items(0), keccak256(abi.encode(header)), "accepted at the limit");
        _blobs(17);
        vm.setBlockhash(block.number - 1, HASH);
        vm.expectRevert(abi.encodeWithSelector(IInbox.TooManyBlobs.selector, 17, 16));
        inbox.appendBatch(block.number - 1, HASH, 0, 0, "");
    }

    function test_appendBatch_emitsEveryHeaderWord() public {
        bytes memory words = abi.encode(uint256(1), uint256(2));
        IInbox.ItemHeader memory header = _header(POSTER, 2, 2, keccak256(words));
        vm.setBlockhash(block.number - 1, HASH);
        vm.expectEmit();
        emit IInbox.ItemAppended(0, keccak256(abi.encode(header)), header);
        vm.prank(POSTER, POSTER);
        inbox.appendBatch(block.number - 1, HASH, 0, 0, words);
    }

    function test_appendBatch_withoutPayload_reverts() public {
        vm.setBlockhash(block.number - 1, HASH);
        vm.expectRevert(abi.encodeWithSelector(IInbox.EmptyPayload.selector));
        inbox.appendBatch(block.number - 1, HASH, 0, 0, "");
    }

    function test_appendBatch_longestCalldata() public {
        _post(new bytes(inbox.MAX_CALLDATA_PAYLOAD()));
        vm.snapshotGasLastCall("Inbox", "appendBatch 100 KB calldata");
        assertEq(inbox.itemCount(), 1, "accepted at the limit");
    }

    function test_appendBatch_oneWordTooLong_reverts() public {
        uint256 length = inbox.MAX_CALLDATA_PAYLOAD() + 32;
        vm.setBlockhash(block.number - 1, HASH);
        vm.expectRevert(abi.encodeWithSelector(IInbox.InvalidPayloadLength.selector, length));
        vm.prank(POSTER, POSTER);
        inbox.appendBatch(block.number - 1, HASH, 0, 0, new bytes(length));
    }

    function test_fuzz_appendBatch_partOfAWord_reverts(uint256 length) public {
        length = bound(length, 1, 4000);
        if (length % 32 == 0) ++length;
        vm.setBlockhash(block.number - 1, HASH);
        vm.expectRevert(abi.encodeWithSelector(IInbox.InvalidPayloadLength.selector, length));
        vm.prank(POSTER, POSTER);
        inbox.appendBatch(block.number - 1, HASH, 0, 0, new bytes(length));
    }

    function _refusesWords(address caller, address origin) private {
        vm.setBlockhash(block.number - 1, HASH);
        vm.expectRevert(abi.encodeWithSelector(IInbox.WordsNotInTransaction.selector, caller));
        vm.prank(caller, origin);
        inbox.appendBatch(block.number - 1, HASH, 0, 0, new bytes(32));
    }

    /// @dev Words in an inner call would be in traces only, which no node has to keep.
    function test_appendBatch_wordsFromContract_reverts() public {
        _refusesWords(address(this), address(this));
        _refusesWords(address(this), POSTER);
        _refusesWords(alice, POSTER);
    }

    /// @dev EIP-7702: an account that delegates can call itself and from there the inbox, and stays its own origin.
    function test_appendBatch_wordsFromDelegatedAccount_reverts() public {
        vm.etch(POSTER, abi.encodePacked(hex"ef0100", address(this)));
        _refusesWords(POSTER, POSTER);
    }

    /// @dev Blobs belong to the transaction, whoever calls.
    function test_appendBatch_blobsFromContract() public {
        bytes32[] memory hashes = new bytes32[](1);
        hashes[0] = bytes32(uint256(1 << 248));
        vm.blobhashes(hashes);
        vm.setBlockhash(block.number - 1, HASH);
        IInbox.ItemHeader memory header = _header(address(this), 1, 4096, keccak256(abi.encodePacked(hashes)));
        inbox.appendBatch(block.number - 1, HASH, 0, 0, "");
        assertEq(inbox.items(0), keccak256(abi.encode(header)), "accepted");
    }

    /// @dev `blockhash` knows 256 blocks: the oldest is accepted, one older is zero and zero is never accepted.
    function test_appendBatch_oldestL1Block() public {
        bytes memory words = new bytes(32);
        bytes32 hash = blockhash(block.number - 256);
        assertTrue(hash != 0, "256 blocks back is known");
        vm.prank(POSTER, POSTER);
        inbox.appendBatch(block.number - 256, hash, 0, 0, words);
        vm.expectRevert(
            abi.encodeWithSelector(IInbox.L1Reorganised.selector, block.number - 257, bytes32(0), bytes32(0))
        );
        inbox.appendBatch(block.number - 257, 0, 0, 0, words);
    }

    function test_appendBatch_currentL1Block_reverts() public {
        vm.expectPartialRevert(IInbox.L1Reorganised.selector);
        inbox.appendBatch(block.number, 0, 0, 0, new bytes(32));
    }

    function test_appendBatch_afterL1Reorg_reverts() public {
        vm.setBlockhash(block.number - 1, keccak256("another block"));
        vm.expectRevert(
            abi.encodeWithSelector(IInbox.L1Reorganised.selector, block.number - 1, HASH, keccak256("another block"))
        );
        inbox.appendBatch(block.number - 1, HASH, 0, 0, new bytes(32));
    }

    /// @dev A1, A2: the deposit the poster saw is gone, or another stands in its place.
    function test_appendBatch_otherDelayedMessage_reverts() public {
        vm.setBlockhash(block.number - 1, HASH);
        vm.expectRevert(abi.encodeWithSelector(IInbox.DelayedMessagesDiffer.selector, 1, keccak256("seen"), bytes32(0)));
        inbox.appendBatch(block.number - 1, HASH, 1, keccak256("seen"), new bytes(32));
        portal.depositTransaction{ value: 1 }(alice, 1, 30_000, false, "");
        vm.expectPartialRevert(IInbox.DelayedMessagesDiffer.selector);
        inbox.appendBatch(block.number - 1, HASH, 1, keccak256("seen"), new bytes(32));
    }

    /// @dev Deposits and items of others that arrive first change nothing for a batch on its way.
    function test_appendBatch_ignoresWhatArrivedMeanwhile() public {
        portal.depositTransaction{ value: 1 }(alice, 1, 30_000, false, "");
        bytes32 seen = inbox.delayedAccumulatorAt(1);
        portal.depositTransaction{ value: 1 }(bob, 1, 30_000, false, "");
        appendItems(3);
        vm.setBlockhash(block.number - 1, HASH);
        vm.prank(POSTER, POSTER);
        assertEq(inbox.appendBatch(block.number - 1, HASH, 1, seen, new bytes(32)), 3, "index");
    }

    function test_enqueue_byStranger_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IInbox.NotPortal.selector, address(this)));
        inbox.enqueue(alice, bob, 1 ether, 0, 30_000, "");
    }
}
