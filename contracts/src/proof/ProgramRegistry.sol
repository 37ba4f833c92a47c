// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Programs whose code is on L1
/// @notice A program is an ordered list of data contracts and what a machine starts from, committed in one hash. Anyone
/// may register one: the hash decides what it is, not who sent it.
abstract contract ProgramRegistry {
    /// @notice What a machine starts from, and where its code is.
    struct Program {
        uint32 entryPc;
        uint16 entryFrameSlots;
        uint32 memorySize; // bytes
        uint8 memoryDepth; // levels above the leaves
        bytes32 memoryRoot;
        address[] contracts;
    }

    /// @dev The same as a step reads it: one slot, then one per data contract.
    struct Entry {
        uint32 entryPc;
        uint16 entryFrameSlots;
        uint32 memorySize;
        uint8 memoryDepth;
        uint16 contractCount;
        bytes32 memoryRoot;
        mapping(uint256 index => address) contracts;
    }

    /// @notice A program's code is complete on L1.
    event ProgramRegistered(bytes32 indexed programHash, address[] contracts);

    /// @notice Nobody registered this program.
    error UnknownProgram(bytes32 programHash);
    /// @notice A data contract has no code.
    error NoCode(address dataContract);
    /// @notice A program has at least one data contract, and fewer than 65,536.
    error InvalidContractCount(uint256 count);

    bytes32 private constant DOMAIN = "MetaChain program v1";
    uint256 internal constant INSTRUCTION_BYTES = 16;
    uint256 internal constant INSTRUCTIONS_PER_CONTRACT = 1535;

    mapping(bytes32 programHash => Entry) private programs;

    /// @notice Registers a program whose data contracts are deployed. Registering again changes nothing.
    /// @return programHash See docs/spec/machine.md, "Program hash".
    function register(Program calldata program) external returns (bytes32 programHash) {
        uint256 count = program.contracts.length;
        if (count == 0 || count > type(uint16).max) revert InvalidContractCount(count);
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            if (program.contracts[i].code.length == 0) revert NoCode(program.contracts[i]);
            hashes[i] = program.contracts[i].codehash;
        }
        programHash = keccak256(
            abi.encode(
                DOMAIN,
                program.entryPc,
                program.entryFrameSlots,
                program.memorySize,
                program.memoryDepth,
                program.memoryRoot,
                keccak256(abi.encodePacked(hashes))
            )
        );
        Entry storage entry = programs[programHash];
        if (entry.contractCount != 0) return programHash;
        entry.entryPc = program.entryPc;
        entry.entryFrameSlots = program.entryFrameSlots;
        entry.memorySize = program.memorySize;
        entry.memoryDepth = program.memoryDepth;
        entry.contractCount = uint16(count);
        entry.memoryRoot = program.memoryRoot;
        for (uint256 i = 0; i < count; ++i) {
            entry.contracts[i] = program.contracts[i];
        }
        emit ProgramRegistered(programHash, program.contracts);
    }

    /// @notice Whether the program can be judged.
    function isRegistered(bytes32 programHash) external view returns (bool) {
        return programs[programHash].contractCount != 0;
    }

    function programOf(bytes32 programHash) internal view returns (Entry storage program) {
        program = programs[programHash];
        if (program.contractCount == 0) revert UnknownProgram(programHash);
    }

    /// @dev Instruction `pc`, right-aligned; zero, which traps, beyond the end.
    function instructionAt(Entry storage program, uint256 pc) internal view returns (uint256 instruction) {
        uint256 index = pc / INSTRUCTIONS_PER_CONTRACT;
        if (index >= program.contractCount) return 0;
        address dataContract = program.contracts[index];
        uint256 offset = 1 + (pc % INSTRUCTIONS_PER_CONTRACT) * INSTRUCTION_BYTES;
        assembly ("memory-safe") {
            mstore(0, 0)
            extcodecopy(dataContract, 0, offset, 16)
            instruction := shr(128, mload(0))
        }
    }
}
