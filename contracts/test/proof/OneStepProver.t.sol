// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../../src/interfaces/IInbox.sol";
import { IOneStepProver } from "../../src/proof/IOneStepProver.sol";
import { MachineLibrary } from "../../src/proof/Machine.sol";
import { OneStepProver } from "../../src/proof/OneStepProver.sol";
import { ProgramRegistry } from "../../src/proof/ProgramRegistry.sol";
import { TestBase } from "../helpers/TestBase.sol";

/// @title Registration, start, steps and end of a program of three instructions
contract OneStepProverTest is TestBase {
    /// @dev slot 0 = result word; return slot 0; never reached.
    bytes private constant CODE = hex"21000000000000004000000000000007" hex"0f000000000000000000000000000000"
        hex"00000000000000000000000000000000";
    bytes32 private constant CODE_HASH = keccak256(abi.encodePacked(hex"00", CODE));
    bytes32 private constant EMPTY_MEMORY = keccak256(abi.encode(bytes32(0), bytes32(0)));

    OneStepProver private prover;

    function setUp() public {
        prover = new OneStepProver(IInbox(address(0)));
        prover.createDataContract(CODE);
    }

    function program(bytes32 codeHash) private pure returns (ProgramRegistry.Program memory p) {
        bytes32[] memory codeHashes = new bytes32[](1);
        codeHashes[0] = codeHash;
        p = ProgramRegistry.Program(0, 1, 64, 1, EMPTY_MEMORY, codeHashes);
    }

    function unit() private pure returns (IOneStepProver.UnitState memory) {
        return IOneStepProver.UnitState(bytes32(uint256(1)), bytes32(uint256(2)), 3, 4, 5, 6);
    }

    function header(uint256 head) private pure returns (bytes memory) {
        IOneStepProver.UnitState memory start = unit();
        bytes32 inputRoot =
            keccak256(abi.encode(start.headerHash, start.itemIndex, start.payloadOffset, start.blockNumber));
        return
            abi.encode(head, bytes32(0), EMPTY_MEMORY, start.stateRoot, bytes32(0), bytes32(0), inputRoot, bytes32(0));
    }

    function opened(uint256 head, bytes memory frame) private pure returns (bytes32 hash, bytes memory proof) {
        proof = bytes.concat(header(head), frame);
        bytes memory words = header(head);
        bytes memory rest = new bytes(224);
        for (uint256 i = 0; i < 224; ++i) {
            rest[i] = words[32 + i];
        }
        hash = keccak256(bytes.concat(bytes32(head), keccak256(frame), rest));
    }

    function test_register_hashIsOfTheCode() public {
        bytes32 hash = prover.register(program(CODE_HASH));
        bytes32 codes = keccak256(abi.encodePacked(CODE_HASH));
        bytes32 domain = "MetaChain program v1";
        bytes32 expected = keccak256(abi.encode(domain, 0, 1, 64, 1, EMPTY_MEMORY, codes));
        assertEq(hash, expected, "program hash");
        assertTrue(prover.isRegistered(hash), "registered");
        assertEq(prover.register(program(CODE_HASH)), hash, "again");
    }

    function test_register_withoutContracts_reverts() public {
        ProgramRegistry.Program memory none = program(CODE_HASH);
        none.codeHashes = new bytes32[](0);
        vm.expectRevert(abi.encodeWithSelector(ProgramRegistry.InvalidContractCount.selector, 0));
        prover.register(none);
    }

    function test_unknownProgram_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(ProgramRegistry.UnknownProgram.selector, bytes32(uint256(9))));
        prover.startHash(bytes32(uint256(9)), unit());
    }

    function test_stepsToTheEnd() public {
        bytes32 hash = prover.register(program(CODE_HASH));
        (bytes32 at0, bytes memory proof0) = opened((1 << 48) | (1 << 32), abi.encodePacked(uint64(0)));
        assertEq(prover.startHash(hash, unit()), at0, "start");
        (bytes32 at1, bytes memory proof1) =
            opened((1 << 48) | (1 << 32) | 1, abi.encodePacked(uint64(0x4000000000000007)));
        assertEq(prover.step(hash, at0, proof0), at1, "constant");
        (bytes32 at2, bytes memory proof2) = opened((2 << 48) | (1 << 32), abi.encodePacked(uint64(0x4000000000000007)));
        assertEq(prover.step(hash, at1, proof1), at2, "return");
        assertEq(prover.step(hash, at2, proof2), at2, "a stopped machine stays");
        IOneStepProver.UnitState memory next = prover.finish(unit(), at2, proof2);
        assertEq(next.itemIndex, 5, "item done");
        assertEq(next.payloadOffset, 0, "offset");
        assertEq(next.unitIndex, 0, "its first unit");
        assertEq(next.blockNumber, 3, "no block");
        assertEq(next.headerHash, unit().headerHash, "header");
    }

    function test_beyondTheCode_traps() public {
        bytes32 hash = prover.register(program(CODE_HASH));
        (bytes32 trapped, bytes memory opening) = opened(3 << 48, "");
        uint32[3] memory places = [uint32(2), 3, 5_000];
        for (uint256 i = 0; i < places.length; ++i) {
            (bytes32 machine, bytes memory proof) =
                opened((1 << 48) | (1 << 32) | places[i], abi.encodePacked(uint64(7)));
            assertEq(prover.step(hash, machine, proof), trapped, "trap");
        }
        IOneStepProver.UnitState memory next = prover.finish(unit(), trapped, opening);
        assertEq(next.itemIndex, 4, "the item's messages come next");
        assertEq(next.payloadOffset, type(uint32).max, "one by one");
        assertEq(next.stateRoot, unit().stateRoot, "nothing else changed");
    }

    function test_afterATrap_messagesThenEtherThenNextItem() public view {
        (bytes32 trapped, bytes memory opening) = opened(3 << 48, "");
        IOneStepProver.UnitState memory place = unit();
        uint32[3] memory offsets = [type(uint32).max, type(uint32).max - 1, 0];
        for (uint256 i = 0; i < offsets.length; ++i) {
            place = prover.finish(place, trapped, opening);
            assertEq(place.payloadOffset, offsets[i], "offset");
            assertEq(place.itemIndex, i < 2 ? 4 : 5, "item");
            assertEq(place.unitIndex, i < 2 ? 7 + i : 0, "unit");
            assertEq(place.headerHash, unit().headerHash, "no block");
        }
    }

    function test_madeBlock_hasTheNextHeader() public view {
        IOneStepProver.UnitState memory start = unit();
        (bytes32 machine, bytes memory proof) = opened((2 << 48) | (1 << 32), abi.encodePacked(uint64((1 << 63) | 77)));
        IOneStepProver.UnitState memory next = prover.finish(start, machine, proof);
        assertEq(next.headerHash, keccak256(abi.encode(start.headerHash, start.stateRoot, bytes32(0))), "header");
        assertEq(next.blockNumber, 4, "number");
        assertEq(next.itemIndex, 4, "same item");
        assertEq(next.payloadOffset, 77, "offset");
        assertEq(next.unitIndex, 7, "unit");
    }

    /// @dev However much an item still holds, and wherever its last unit leads, the next item follows.
    function test_lastUnit_endsTheItem() public view {
        bytes32[2] memory machines;
        bytes[2] memory proofs;
        (machines[0], proofs[0]) = opened((2 << 48) | (1 << 32), abi.encodePacked(uint64((1 << 63) | 77)));
        (machines[1], proofs[1]) = opened(3 << 48, "");
        for (uint256 i = 0; i < 2; ++i) {
            IOneStepProver.UnitState memory start = unit();
            start.unitIndex = uint32(prover.UNITS_PER_ITEM() - 2);
            IOneStepProver.UnitState memory next = prover.finish(start, machines[i], proofs[i]);
            assertEq(next.unitIndex, prover.UNITS_PER_ITEM() - 1, "one is left");
            assertEq(next.itemIndex, 4, "same item");
            start.unitIndex = next.unitIndex;
            next = prover.finish(start, machines[i], proofs[i]);
            assertEq(next.itemIndex, 5, "next item");
            assertEq(next.payloadOffset, 0, "from its start");
            assertEq(next.unitIndex, 0, "first unit");
            assertEq(next.blockNumber, i == 0 ? 4 : 3, "the block counts");
        }
    }

    function test_fuzz_otherMachine_reverts(bytes32 before) public {
        bytes32 hash = prover.register(program(CODE_HASH));
        (bytes32 machine, bytes memory proof) = opened((1 << 48) | (1 << 32), abi.encodePacked(uint64(0)));
        vm.assume(before != machine);
        vm.expectRevert(abi.encodeWithSelector(MachineLibrary.MachineHashMismatch.selector, machine, before));
        prover.step(hash, before, proof);
    }
}
