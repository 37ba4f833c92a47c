// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../../src/interfaces/IInbox.sol";
import { IOneStepProver } from "../../src/proof/IOneStepProver.sol";
import { OneStepProver } from "../../src/proof/OneStepProver.sol";
import { ProgramRegistry } from "../../src/proof/ProgramRegistry.sol";
import { TestBase } from "./TestBase.sol";

/// @title Machines about to execute one instruction, on the real one-step prover
/// @notice Two registers with 48 slots at most; memory is what a test says, as a tree of 2^depth leaves.
abstract contract MachineFixture is TestBase {
    /// @dev A machine, and what its hash commits.
    struct Built {
        bytes32 program;
        uint64[] slots;
        bytes32[] memoryLeaves;
        IOneStepProver.UnitState start;
    }

    uint256 internal constant RUNNING = 1;
    uint256 internal constant TRAPPED = 3;
    uint256 internal constant HALTED = 2;
    uint8 internal constant HOST = 0x12;

    OneStepProver internal prover;

    function deployProver(IInbox inbox) internal {
        prover = new OneStepProver(inbox);
    }

    function unit() internal pure returns (IOneStepProver.UnitState memory) {
        return IOneStepProver.UnitState(bytes32(uint256(1)), bytes32(uint256(2)), 3, 0, 5, 0);
    }

    /// @dev `slot[d] = op(slot[a], slot[b])`, or with the immediate for `b`.
    function instruction(uint8 opcode, bool constant_, uint16 d, uint16 a, uint16 b, uint64 immediate)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(opcode, uint8(constant_ ? 1 : 0), d, a, b, immediate);
    }

    function machineFor(bytes memory code, uint64[] memory slots, bytes32[] memory leaves)
        internal
        returns (Built memory built)
    {
        prover.createDataContract(code);
        bytes32[] memory codeHashes = new bytes32[](1);
        codeHashes[0] = keccak256(bytes.concat(hex"00", code));
        uint256 depth = 0;
        while (1 << depth < leaves.length) ++depth;
        ProgramRegistry.Program memory p = ProgramRegistry.Program(
            0, uint16(slots.length), uint32(leaves.length * 32), uint8(depth), rootOf(leaves), codeHashes
        );
        built = Built(prover.register(p), slots, leaves, unit());
    }

    function stepOf(Built memory built, bytes memory proof) internal view returns (bytes32) {
        (bytes32 machine, bytes memory opening) = opened(built, (RUNNING << 48) | (built.slots.length << 32));
        return prover.step(built.program, machine, bytes.concat(opening, proof));
    }

    /// @dev The machine after a step that changed slots and memory as given.
    function after_(Built memory built, uint64[] memory slots, bytes32[] memory leaves)
        internal
        pure
        returns (bytes32)
    {
        Built memory next = Built(built.program, slots, leaves, built.start);
        (bytes32 hash,) = opened(next, (RUNNING << 48) | (slots.length << 32) | 1);
        return hash;
    }

    function trapOf(Built memory built) internal pure returns (bytes32 hash, bytes memory opening) {
        Built memory next = Built(built.program, new uint64[](0), built.memoryLeaves, built.start);
        return opened(next, TRAPPED << 48);
    }

    function opened(Built memory built, uint256 head) internal pure returns (bytes32 hash, bytes memory proof) {
        bytes memory frame;
        for (uint256 i = 0; i < built.slots.length; ++i) {
            frame = bytes.concat(frame, bytes8(built.slots[i]));
        }
        IOneStepProver.UnitState memory s = built.start;
        bytes32 input = keccak256(abi.encode(s.headerHash, s.itemIndex, s.payloadOffset, s.blockNumber));
        bytes memory rest =
            abi.encode(bytes32(0), rootOf(built.memoryLeaves), s.stateRoot, bytes32(0), bytes32(0), input, bytes32(0));
        hash = keccak256(bytes.concat(bytes32(head), keccak256(frame), rest));
        proof = bytes.concat(bytes32(head), rest, frame);
    }

    function rootOf(bytes32[] memory leaves) internal pure returns (bytes32) {
        return nodeOf(leaves, 0, leaves.length);
    }

    function nodeOf(bytes32[] memory leaves, uint256 first, uint256 count) internal pure returns (bytes32) {
        if (count == 1) return leaves[first];
        return keccak256(abi.encode(nodeOf(leaves, first, count / 2), nodeOf(leaves, first + count / 2, count / 2)));
    }

    /// @dev A leaf and its siblings from the bottom up.
    function leafProof(bytes32[] memory leaves, uint256 index) internal pure returns (bytes memory proof) {
        proof = abi.encode(leaves[index]);
        for (uint256 size = 1; size < leaves.length; size *= 2) {
            uint256 sibling = ((index / size) ^ 1) * size;
            proof = bytes.concat(proof, nodeOf(leaves, sibling, size));
        }
    }

    function copyOf(bytes32[] memory words) internal pure returns (bytes32[] memory copy) {
        copy = new bytes32[](words.length);
        for (uint256 i = 0; i < words.length; ++i) {
            copy[i] = words[i];
        }
    }

    function slotsOf(uint64 first, uint64 second) internal pure returns (uint64[] memory slots) {
        slots = new uint64[](3);
        (slots[0], slots[1]) = (first, second);
    }
}
