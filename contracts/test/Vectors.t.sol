// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { OptimismPortal } from "../src/bridge/OptimismPortal.sol";
import { Inbox } from "../src/inbox/Inbox.sol";
import { IInbox } from "../src/interfaces/IInbox.sol";
import { IRollup } from "../src/interfaces/IRollup.sol";
import { Hashing } from "../src/libraries/Hashing.sol";
import { StateProof } from "../src/libraries/StateProof.sol";
import { Types } from "../src/libraries/Types.sol";
import { IOneStepProver } from "../src/proof/IOneStepProver.sol";
import { OneStepProver } from "../src/proof/OneStepProver.sol";
import { TestBase } from "./helpers/TestBase.sol";

/// @title The contracts agree with vectors computed from the specification by other code
contract VectorsTest is TestBase {
    function test_tree_vectors() public view {
        string memory json = vm.readFile("../docs/spec/vectors/tree.json");
        uint256 count = vm.parseJsonUint(json, ".count");
        assertTrue(count > 20, "vectors present");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = string.concat(".cases[", vm.toString(i), "].");
            bytes32 root = vm.parseJsonBytes32(json, string.concat(path, "root"));
            bytes32 key = vm.parseJsonBytes32(json, string.concat(path, "key"));
            bytes memory proof = vm.parseJsonBytes(json, string.concat(path, "proof"));
            bytes32 value = vm.parseJsonBytes32(json, string.concat(path, "value"));
            assertEq(StateProof.read(root, key, proof), value, path);
        }
    }

    function read(bytes32 root, bytes32 key, bytes memory proof) external view returns (bytes32) {
        return StateProof.read(root, key, proof);
    }

    function test_refusedProof_vectors() public view {
        string memory json = vm.readFile("../docs/spec/vectors/tree.json");
        uint256 count = vm.parseJsonUint(json, ".refusedCount");
        assertTrue(count > 10, "vectors present");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = string.concat(".refused[", vm.toString(i), "].");
            bytes32 root = vm.parseJsonBytes32(json, string.concat(path, "root"));
            bytes32 key = vm.parseJsonBytes32(json, string.concat(path, "key"));
            bytes memory proof = vm.parseJsonBytes(json, string.concat(path, "proof"));
            try this.read(root, key, proof) {
                assertTrue(false, string.concat(path, "accepted"));
            } catch (bytes memory reason) {
                bytes4 selector = bytes4(reason);
                bool typed = selector == StateProof.MalformedStateProof.selector
                    || selector == StateProof.StateRootMismatch.selector;
                assertTrue(typed, path);
            }
        }
    }

    function test_withdrawal_vector() public view {
        string memory json = vm.readFile("../docs/spec/vectors/tree.json");
        Types.WithdrawalTransaction memory transaction = Types.WithdrawalTransaction(
            vm.parseJsonUint(json, ".withdrawal.nonce"),
            vm.parseJsonAddress(json, ".withdrawal.sender"),
            vm.parseJsonAddress(json, ".withdrawal.target"),
            vm.parseJsonUint(json, ".withdrawal.value"),
            vm.parseJsonUint(json, ".withdrawal.gasLimit"),
            vm.parseJsonBytes(json, ".withdrawal.data")
        );
        bytes32 hash = Hashing.withdrawal(transaction);
        assertEq(hash, vm.parseJsonBytes32(json, ".withdrawal.hash"), "withdrawal hash");
        bytes32 key = Hashing.withdrawalKey(hash);
        assertEq(key, vm.parseJsonBytes32(json, ".withdrawal.key"), "withdrawal key");
        bytes32 root = vm.parseJsonBytes32(json, ".withdrawal.root");
        bytes memory proof = vm.parseJsonBytes(json, ".withdrawal.proof");
        assertEq(StateProof.read(root, key, proof), bytes32(bytes1(0x01)), "withdrawal word");
    }

    function test_delayedMessage_vectors() public {
        string memory json = vm.readFile("../docs/spec/vectors/delayed.json");
        Inbox inbox = new Inbox(address(this));
        uint256 count = vm.parseJsonUint(json, ".count");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = string.concat(".cases[", vm.toString(i), "].");
            vm.roll(vm.parseJsonUint(json, string.concat(path, "l1BlockNumber")));
            vm.warp(vm.parseJsonUint(json, string.concat(path, "l1Timestamp")));
            uint256 index = inbox.enqueue(
                vm.parseJsonAddress(json, string.concat(path, "sender")),
                vm.parseJsonAddress(json, string.concat(path, "to")),
                vm.parseJsonUint(json, string.concat(path, "mint")),
                vm.parseJsonUint(json, string.concat(path, "value")),
                uint64(vm.parseJsonUint(json, string.concat(path, "gasLimit"))),
                vm.parseJsonBytes(json, string.concat(path, "data"))
            );
            assertEq(index, i, "message index");
            bytes32 expected = vm.parseJsonBytes32(json, string.concat(path, "accumulator"));
            assertEq(inbox.delayedAccumulatorAt(i + 1), expected, path);
        }
    }

    function test_item_vectors() public {
        string memory json = vm.readFile("../docs/spec/vectors/items.json");
        Inbox inbox = new Inbox(address(this));
        uint256 count = vm.parseJsonUint(json, ".count");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = string.concat(".cases[", vm.toString(i), "].");
            uint256 l1Block = vm.parseJsonUint(json, string.concat(path, "l1BlockNumber"));
            vm.roll(l1Block);
            vm.warp(vm.parseJsonUint(json, string.concat(path, "l1Timestamp")));
            vm.fee(vm.parseJsonUint(json, string.concat(path, "l1BaseFee")));
            vm.setBlockhash(l1Block - 1, keccak256("parent"));
            bytes memory words = vm.parseJsonBytes(json, string.concat(path, "words"));
            address poster = vm.parseJsonAddress(json, string.concat(path, "poster"));
            vm.prank(poster, poster);
            inbox.appendBatch(l1Block - 1, keccak256("parent"), 0, 0, words);
            assertEq(inbox.items(i), vm.parseJsonBytes32(json, string.concat(path, "hash")), path);
        }
    }

    /// @dev A machine that has stopped with `made << 63` as its result, and its opening (docs/spec/machine.md).
    function stopped(bytes32 stateRoot, bytes32 logHash) private pure returns (bytes32 hash, bytes memory proof) {
        uint256 head = (2 << 48) | (1 << 32);
        bytes memory frame = abi.encodePacked(uint64(1 << 63));
        bytes memory rest = abi.encode(bytes32(0), bytes32(0), stateRoot, bytes32(0), bytes32(0), bytes32(0), logHash);
        hash = keccak256(bytes.concat(bytes32(head), keccak256(frame), rest));
        proof = bytes.concat(bytes32(head), rest, frame);
    }

    function test_header_vectors() public {
        string memory json = vm.readFile("../docs/spec/vectors/headers.json");
        OneStepProver prover = new OneStepProver(IInbox(address(0)));
        uint256 count = vm.parseJsonUint(json, ".count");
        assertTrue(count > 2, "vectors present");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = string.concat(".cases[", vm.toString(i), "].");
            bytes32 stateRoot = vm.parseJsonBytes32(json, string.concat(path, "stateRoot"));
            bytes32 logHash = vm.parseJsonBytes32(json, string.concat(path, "logHash"));
            (bytes32 machine, bytes memory proof) = stopped(stateRoot, logHash);
            IOneStepProver.UnitState memory start;
            start.headerHash = vm.parseJsonBytes32(json, string.concat(path, "parentHash"));
            IOneStepProver.UnitState memory next = prover.finish(start, machine, proof);
            assertEq(next.headerHash, vm.parseJsonBytes32(json, string.concat(path, "hash")), path);
        }
    }

    function test_tuple_vectors() public view {
        string memory json = vm.readFile("../docs/spec/vectors/tuple.json");
        uint256 count = vm.parseJsonUint(json, ".count");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = string.concat(".cases[", vm.toString(i), "].");
            IRollup.State memory state = IRollup.State(
                vm.parseJsonBytes32(json, string.concat(path, "stateRoot")),
                vm.parseJsonBytes32(json, string.concat(path, "headerHash")),
                vm.parseJsonBytes32(json, string.concat(path, "programHash")),
                uint64(vm.parseJsonUint(json, string.concat(path, "blockNumber"))),
                uint64(vm.parseJsonUint(json, string.concat(path, "itemIndex")))
            );
            uint32 offset = uint32(vm.parseJsonUint(json, string.concat(path, "payloadOffset")));
            uint32 unit = uint32(vm.parseJsonUint(json, string.concat(path, "unitIndex")));
            assertEq(
                Hashing.tuple(state, offset, unit), vm.parseJsonBytes32(json, string.concat(path, "tuple")), "tuple"
            );
            bytes32 output = Hashing.outputRoot(state.stateRoot, state.headerHash);
            assertEq(output, vm.parseJsonBytes32(json, string.concat(path, "outputRoot")), "output root");
        }
    }
}
