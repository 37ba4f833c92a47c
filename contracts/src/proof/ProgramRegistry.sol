// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Programs whose code is on L1
/// @notice A program is an ordered list of data contracts and what a machine starts from, committed in one hash. Anyone
/// may put one on L1: the hash decides what it is, not who sent it. This contract makes every data contract itself, so
/// nobody else's creation code ever runs for one, and a part of a program is named by its code's hash, never by an
/// address: no other contract can stand for it.
abstract contract ProgramRegistry {
    /// @notice What a machine starts from, and the hashes of its data contracts' code.
    struct Program {
        uint32 entryPc;
        uint16 entryFrameSlots;
        uint32 memorySize; // bytes
        uint8 memoryDepth; // levels above the leaves
        bytes32 memoryRoot;
        bytes32[] codeHashes;
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

    /// @notice A part of a program is on L1.
    event DataContractCreated(bytes32 indexed codeHash, address dataContract);
    /// @notice A program's code is complete on L1.
    event ProgramRegistered(bytes32 indexed programHash, bytes32[] codeHashes);

    /// @notice Nobody registered this program.
    error UnknownProgram(bytes32 programHash);
    /// @notice This contract made no data contract with this code.
    error UnknownDataContract(bytes32 codeHash);
    /// @notice A data contract holds 1 to 1,535 whole instructions.
    error InvalidInstructionBytes(uint256 length);
    /// @notice Too little gas to create the data contract.
    error CreationFailed();
    /// @notice A program has at least one data contract, and fewer than 65,536.
    error InvalidContractCount(uint256 count);

    bytes32 private constant DOMAIN = "MetaChain program v1";
    uint256 internal constant INSTRUCTION_BYTES = 16;
    uint256 internal constant INSTRUCTIONS_PER_CONTRACT = 1535;
    /// @dev Returns what follows its own eleven bytes; then the STOP that the code of every data contract begins with, so
    /// that calling one does nothing. No other creation code is ever used.
    bytes12 private constant CREATION = 0x600b380380600b3d393df300;
    uint256 private constant CREATION_BYTES = 11;

    mapping(bytes32 programHash => Entry) private programs;

    /// @notice Data contract with this code; zero if there is none yet.
    mapping(bytes32 codeHash => address) public dataContractOf;

    /// @notice Puts a part of a program's code on L1. Where it is there already, this changes nothing.
    /// @dev By CREATE: an address that a nonce gave is never given again.
    /// @param instructions 1 to 1,535 of them, 16 bytes each.
    /// @return dataContract Its code is STOP and the instructions, for ever.
    function createDataContract(bytes calldata instructions) external returns (address dataContract) {
        uint256 length = instructions.length;
        bool whole = length % INSTRUCTION_BYTES == 0;
        if (length == 0 || length > INSTRUCTIONS_PER_CONTRACT * INSTRUCTION_BYTES || !whole) {
            revert InvalidInstructionBytes(length);
        }
        bytes memory creation = abi.encodePacked(CREATION, instructions);
        bytes32 codeHash;
        assembly ("memory-safe") {
            codeHash := keccak256(add(add(creation, 32), CREATION_BYTES), add(length, 1))
        }
        dataContract = dataContractOf[codeHash];
        if (dataContract != address(0)) return dataContract;
        assembly ("memory-safe") {
            dataContract := create(0, add(creation, 32), mload(creation))
        }
        if (dataContract == address(0)) revert CreationFailed();
        dataContractOf[codeHash] = dataContract;
        emit DataContractCreated(codeHash, dataContract);
    }

    /// @notice Registers a program whose data contracts were made here. Registering again changes nothing.
    /// @return programHash See docs/spec/machine.md, "Program hash".
    function register(Program calldata program) external returns (bytes32 programHash) {
        uint256 count = program.codeHashes.length;
        if (count == 0 || count > type(uint16).max) revert InvalidContractCount(count);
        programHash = hashOf(program);
        Entry storage entry = programs[programHash];
        if (entry.contractCount != 0) return programHash;
        entry.entryPc = program.entryPc;
        entry.entryFrameSlots = program.entryFrameSlots;
        entry.memorySize = program.memorySize;
        entry.memoryDepth = program.memoryDepth;
        entry.contractCount = uint16(count);
        entry.memoryRoot = program.memoryRoot;
        for (uint256 i = 0; i < count; ++i) {
            address dataContract = dataContractOf[program.codeHashes[i]];
            if (dataContract == address(0)) revert UnknownDataContract(program.codeHashes[i]);
            entry.contracts[i] = dataContract;
        }
        emit ProgramRegistered(programHash, program.codeHashes);
    }

    /// @notice Whether the program can be judged.
    function isRegistered(bytes32 programHash) external view returns (bool) {
        return programs[programHash].contractCount != 0;
    }

    function hashOf(Program calldata program) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN,
                program.entryPc,
                program.entryFrameSlots,
                program.memorySize,
                program.memoryDepth,
                program.memoryRoot,
                keccak256(abi.encodePacked(program.codeHashes))
            )
        );
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
