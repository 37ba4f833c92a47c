// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Programs whose code is on L1
/// @notice A program is an ordered list of data contracts and what a machine starts from, committed in one hash. Anyone
/// may register one: the hash decides what it is, not who sent it.
abstract contract ProgramRegistry {
    /// @dev What a machine starts from.
    struct Program {
        uint32 entryPc;
        uint16 entryFrameSlots;
        uint32 memorySize;
        uint8 memoryDepth;
        bytes32 memoryRoot;
        address[] contracts;
    }

    /// @notice A program's code is complete on L1.
    event ProgramRegistered(bytes32 indexed programHash, address[] contracts);

    /// @notice Nobody registered this program.
    error UnknownProgram(bytes32 programHash);
    /// @notice A data contract has no code.
    error NoCode(address dataContract);

    bytes32 private constant DOMAIN = "MetaChain program v1";
    uint256 internal constant INSTRUCTION_BYTES = 16;
    uint256 internal constant INSTRUCTIONS_PER_CONTRACT = 1535;

    mapping(bytes32 programHash => Program) private programs;

    /// @notice Registers a program whose data contracts are deployed. Registering again changes nothing.
    /// @return programHash See docs/spec/machine.md, "Program hash".
    function register(Program calldata program) external returns (bytes32 programHash) {
        bytes32[] memory hashes = new bytes32[](program.contracts.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
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
        if (programs[programHash].contracts.length != 0) return programHash;
        programs[programHash] = program;
        emit ProgramRegistered(programHash, program.contracts);
    }

    /// @notice Whether the program can be judged.
    function isRegistered(bytes32 programHash) external view returns (bool) {
        return programs[programHash].contracts.length != 0;
    }

    function programOf(bytes32 programHash) internal view returns (Program storage program) {
        program = programs[programHash];
        if (program.contracts.length == 0) revert UnknownProgram(programHash);
    }

    /// @dev Instruction `pc`, right-aligned; zero, which traps, beyond the end.
    function instructionAt(Program storage program, uint256 pc) internal view returns (uint256 instruction) {
        uint256 index = pc / INSTRUCTIONS_PER_CONTRACT;
        if (index >= program.contracts.length) return 0;
        address dataContract = program.contracts[index];
        uint256 offset = 1 + (pc % INSTRUCTIONS_PER_CONTRACT) * INSTRUCTION_BYTES;
        assembly ("memory-safe") {
            mstore(0, 0)
            extcodecopy(dataContract, 0, offset, 16)
            instruction := shr(128, mload(0))
        }
    }
}
