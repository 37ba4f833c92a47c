// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../../src/interfaces/IInbox.sol";
import { IOneStepProver } from "../../src/proof/IOneStepProver.sol";
import { OneStepProver } from "../../src/proof/OneStepProver.sol";
import { ProgramRegistry } from "../../src/proof/ProgramRegistry.sol";
import { TestBase } from "../helpers/TestBase.sol";
import { VanishingCode } from "../helpers/VanishingCode.sol";

/// @title A program on L1 keeps its code, whoever put it there and however
/// @notice `setUp` is a transaction of its own: what destroyed itself in it is gone in the tests (EIP-6780).
contract ProgramRegistryTest is TestBase {
    /// @dev slot 0 = 7.
    bytes private constant INSTRUCTION = hex"21000000000000000000000000000007";
    /// @dev slot 0 = 8.
    bytes private constant OTHER = hex"21000000000000000000000000000008";
    /// @dev slot 0 = 9.
    bytes private constant THIRD = hex"21000000000000000000000000000009";
    bytes32 private constant EMPTY_MEMORY = keccak256(abi.encode(bytes32(0), bytes32(0)));
    /// @dev EIP-7825: most gas of one transaction.
    uint256 private constant TRANSACTION_GAS = 1 << 24;

    OneStepProver private prover;
    VanishingCode private attacker;
    /// @dev Contract with the right code that registered itself and destroyed itself in one transaction.
    address private vanished;
    bool private accepted;
    /// @dev Contract that an attacker had the registry make, and did to it in the same transaction what can be done.
    address private attacked;

    function setUp() public {
        prover = new OneStepProver(IInbox(address(0)));
        attacker = new VanishingCode();
        bytes memory call = registerByAddress(chameleon());
        (vanished, accepted) = attacker.makeAndCall(codeOf(INSTRUCTION), address(prover), call);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(ProgramRegistry.createDataContract, (THIRD));
        calls[1] = abi.encodeCall(ProgramRegistry.register, (programOf(THIRD)));
        attacked = vm.computeCreateAddress(address(prover), vm.getNonce(address(prover)));
        attacker.callAllAndDelegate(address(prover), calls, attacked);
    }

    function codeOf(bytes memory instructions) private pure returns (bytes memory) {
        return bytes.concat(hex"00", instructions);
    }

    function programOf(bytes memory instructions) private pure returns (ProgramRegistry.Program memory p) {
        bytes32[] memory codeHashes = new bytes32[](1);
        codeHashes[0] = keccak256(codeOf(instructions));
        p = ProgramRegistry.Program(0, 1, 64, 1, EMPTY_MEMORY, codeHashes);
    }

    function hashOf(bytes memory instructions) private pure returns (bytes32) {
        bytes32 domain = "MetaChain program v1";
        bytes32 codes = keccak256(abi.encodePacked(keccak256(codeOf(instructions))));
        return keccak256(abi.encode(domain, 0, 1, 64, 1, EMPTY_MEMORY, codes));
    }

    /// @dev The machine at instruction 0 or 1, and what opens it.
    function machineAt(uint256 pc, uint64 slot) private pure returns (bytes32 hash, bytes memory proof) {
        uint256 head = (1 << 48) | (1 << 32) | pc;
        bytes memory rest = abi.encode(bytes32(0), EMPTY_MEMORY, bytes32(0), bytes32(0), bytes32(0), bytes32(0), 0);
        hash = keccak256(bytes.concat(bytes32(head), keccak256(abi.encodePacked(slot)), rest));
        proof = bytes.concat(bytes32(head), rest, bytes8(slot));
    }

    /// @dev Anyone can put the program on L1, and its first instruction is executed.
    function checkJudged(bytes memory instructions, uint64 result) private {
        prover.createDataContract(instructions);
        bytes32 program = prover.register(programOf(instructions));
        assertEq(program, hashOf(instructions), "program hash");
        (bytes32 machine, bytes memory proof) = machineAt(0, 0);
        (bytes32 expected,) = machineAt(1, result);
        assertEq(prover.step(program, machine, proof), expected, "the instruction is executed");
    }

    /// @dev What registering by addresses looked like.
    function registerByAddress(address dataContract) private pure returns (bytes memory) {
        address[] memory contracts = new address[](1);
        contracts[0] = dataContract;
        string memory signature = "register((uint32,uint16,uint32,uint8,bytes32,address[]))";
        bytes memory tail = abi.encode(EMPTY_MEMORY, uint256(192), uint256(1), dataContract);
        return bytes.concat(abi.encodeWithSignature(signature), abi.encode(32, 0, 1, 64, 1), tail);
    }

    function chameleon() private view returns (address) {
        bytes32 creation = keccak256(vm.getCode("VanishingCode.sol:Chameleon"));
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", attacker, bytes32(0), creation)))));
    }

    function test_selfdestructInTheCreatingTransaction_leavesNoProgramWithoutCode() public {
        assertEq(vanished, chameleon(), "it was the contract that was named");
        assertEq(vanished.code.length, 0, "gone after the transaction");
        assertTrue(!prover.isRegistered(hashOf(INSTRUCTION)), "no program without code");
        assertTrue(!accepted, "refused");
        checkJudged(INSTRUCTION, 7);
    }

    function test_create2AtTheSameAddress_givesNoProgramOtherCode() public {
        checkJudged(INSTRUCTION, 7);
        bytes memory call = registerByAddress(vanished);
        (address again, bool acceptedAgain) = attacker.makeAndCall(codeOf(OTHER), address(prover), call);
        assertEq(again, vanished, "the same address");
        assertEq(keccak256(vanished.code), keccak256(codeOf(OTHER)), "with other code");
        assertTrue(!acceptedAgain && !prover.isRegistered(hashOf(OTHER)), "refused as well");
        checkJudged(INSTRUCTION, 7);
        checkJudged(OTHER, 8);
    }

    function test_foreignDataContract_isRefused() public {
        bytes32 codeHash = keccak256(codeOf(OTHER));
        vm.etch(address(0xda7a), codeOf(OTHER));
        vm.expectRevert(abi.encodeWithSelector(ProgramRegistry.UnknownDataContract.selector, codeHash));
        prover.register(programOf(OTHER));
        bytes memory call = abi.encodeCall(ProgramRegistry.register, (programOf(OTHER)));
        (, bool acceptedByHash) = attacker.makeAndCall(codeOf(OTHER), address(prover), call);
        assertTrue(!acceptedByHash, "code that the registry did not make counts for nothing");
        assertTrue(!prover.isRegistered(hashOf(OTHER)), "not registered");
        checkJudged(OTHER, 8);
    }

    function test_everythingInOneTransaction_keepsTheCode() public {
        assertEq(keccak256(attacked.code), keccak256(codeOf(THIRD)), "code");
        assertTrue(address(attacker).code.length != 0, "what delegates to it is not destroyed");
        assertTrue(prover.isRegistered(hashOf(THIRD)), "registered");
        checkJudged(THIRD, 9);
    }

    function test_whoeverIsFirst_changesNothing() public {
        vm.prank(address(0xF4057));
        address first = prover.createDataContract(INSTRUCTION);
        vm.prank(address(0xF4057));
        bytes32 program = prover.register(programOf(INSTRUCTION));
        uint256 nonce = vm.getNonce(address(prover));
        vm.recordLogs();
        assertEq(prover.createDataContract(INSTRUCTION), first, "the same contract");
        assertEq(prover.register(programOf(INSTRUCTION)), program, "the same program");
        assertEq(vm.getRecordedLogs().length, 0, "nothing happened");
        assertEq(vm.getNonce(address(prover)), nonce, "nothing was created");
        assertEq(prover.dataContractOf(keccak256(codeOf(INSTRUCTION))), first, "found by its code");
        checkJudged(INSTRUCTION, 7);
    }

    function test_fuzz_tooLittleGas_leavesNothing(uint256 gas) public {
        gas = bound(gas, 1_000, 90_000);
        bytes32 codeHash = keccak256(codeOf(INSTRUCTION));
        try prover.createDataContract{ gas: gas }(INSTRUCTION) returns (address made) {
            assertEq(keccak256(made.code), codeHash, "whole");
            assertEq(prover.dataContractOf(codeHash), made, "known");
        } catch {
            assertEq(prover.dataContractOf(codeHash), address(0), "unknown");
        }
        checkJudged(INSTRUCTION, 7);
    }

    function test_fuzz_codeIsStopAndTheInstructions(bytes32 seed, uint256 count) public {
        count = bound(count, 1, 1_535);
        bytes memory instructions = randomBytes(seed, count * 16);
        address made = prover.createDataContract(instructions);
        assertEq(keccak256(made.code), keccak256(codeOf(instructions)), "code");
    }

    function test_fuzz_otherLengths_areRefused(uint256 length) public {
        length = bound(length, 0, 25_000);
        if (length % 16 == 0 && length <= 24_560) length = length == 0 ? 0 : length + 1;
        bytes memory instructions = new bytes(length);
        vm.expectRevert(abi.encodeWithSelector(ProgramRegistry.InvalidInstructionBytes.selector, length));
        prover.createDataContract(instructions);
        instructions = new bytes(24_576);
        vm.expectRevert(abi.encodeWithSelector(ProgramRegistry.InvalidInstructionBytes.selector, 24_576));
        prover.createDataContract(instructions);
    }

    /// @dev Calldata and base fee included, with no byte zero.
    /// forge-config: default.isolate = true
    function test_largestDataContract_fitsATransaction() public {
        bytes memory instructions = randomBytes("full", 24_560);
        for (uint256 i = 0; i < instructions.length; ++i) {
            instructions[i] |= 0x01;
        }
        prover.createDataContract(instructions);
        uint256 gas = vm.snapshotGasLastCall("OneStepProver", "createDataContract of 1,535 instructions");
        assertTrue(gas < TRANSACTION_GAS, "fits");
        assertTrue(40 * instructions.length + 30_000 < TRANSACTION_GAS, "so does the floor of EIP-7623");
    }

    function test_step_gas() public {
        checkJudged(INSTRUCTION, 7);
        (bytes32 machine, bytes memory proof) = machineAt(0, 0);
        prover.step(hashOf(INSTRUCTION), machine, proof);
        vm.snapshotGasLastCall("OneStepProver", "step, constant");
    }

    function randomBytes(bytes32 seed, uint256 length) private pure returns (bytes memory text) {
        text = new bytes(length);
        for (uint256 i = 0; i < length; i += 16) {
            bytes16 part = bytes16(keccak256(abi.encode(seed, i)));
            assembly ("memory-safe") {
                mstore(add(add(text, 32), i), part)
            }
        }
    }
}
