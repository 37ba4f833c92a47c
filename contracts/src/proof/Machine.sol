// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev What the machine hash commits, apart from the frame.
struct Header {
    uint256 head; // checkpoint open << 56 | status << 48 | frame slots << 32 | pc
    bytes32 callers;
    bytes32 memoryRoot;
    bytes32 stateRoot;
    bytes32 checkpointRoot;
    bytes32 checkpointLog;
    bytes32 inputRoot;
    bytes32 logHash;
}

/// @dev The machine while one step is judged. `offset` is how much of the proof has been read.
struct Machine {
    Header header;
    bytes frame;
    uint256 offset;
    uint256 memorySize; // bytes
    uint256 memoryDepth; // levels above the leaves
}

/// @title Header, frame and hash of the machine
library MachineLibrary {
    /// @notice The proof ends before what the step needs.
    error ProofTooShort(uint256 needed, uint256 length);
    /// @notice The proof opens another machine.
    error MachineHashMismatch(bytes32 computed, bytes32 expected);
    /// @notice The program names a slot that its frame does not have.
    error NoSuchSlot(uint256 slot);

    uint256 internal constant RUNNING = 1;
    uint256 internal constant HALTED = 2;
    uint256 internal constant TRAPPED = 3;
    uint256 internal constant CHECKPOINT_BIT = 1 << 56;
    uint256 internal constant HEADER_BYTES = 256;

    /// @notice Reads header and frame from the start of a proof and checks that they are the machine with this hash.
    function open(Machine memory m, bytes32 expected, bytes calldata proof) internal pure {
        if (proof.length < HEADER_BYTES) revert ProofTooShort(HEADER_BYTES, proof.length);
        Header memory header = m.header;
        assembly ("memory-safe") {
            calldatacopy(header, proof.offset, 256)
        }
        m.offset = HEADER_BYTES;
        m.frame = read(m, proof, ((header.head >> 32) & 0xffff) * 8);
        bytes32 computed = hash(m);
        if (computed != expected) revert MachineHashMismatch(computed, expected);
    }

    function hash(Machine memory m) internal pure returns (bytes32 result) {
        Header memory header = m.header;
        bytes32 frameHash = keccak256(m.frame);
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore(p, mload(header))
            mstore(add(p, 32), frameHash)
            mcopy(add(p, 64), add(header, 32), 224)
            result := keccak256(p, 288)
        }
    }

    function status(Machine memory m) internal pure returns (uint256) {
        return (m.header.head >> 48) & 0xff;
    }

    /// @notice The next word of the proof.
    function word(Machine memory m, bytes calldata proof) internal pure returns (bytes32 result) {
        uint256 from = m.offset;
        if (from + 32 > proof.length) revert ProofTooShort(from + 32, proof.length);
        m.offset = from + 32;
        assembly ("memory-safe") {
            result := calldataload(add(proof.offset, from))
        }
    }

    /// @notice The next `length` bytes of the proof.
    function read(Machine memory m, bytes calldata proof, uint256 length) internal pure returns (bytes memory) {
        return slice(m, proof, length);
    }

    function slice(Machine memory m, bytes calldata proof, uint256 length) internal pure returns (bytes calldata part) {
        uint256 from = m.offset;
        if (from + length > proof.length) revert ProofTooShort(from + length, proof.length);
        m.offset = from + length;
        part = proof[from:from + length];
    }

    /// @notice Value of a slot of the current frame.
    function get(Machine memory m, uint256 slot) internal pure returns (uint256 value) {
        bytes memory frame = m.frame;
        if (slot * 8 >= frame.length) revert NoSuchSlot(slot);
        assembly ("memory-safe") {
            value := shr(192, mload(add(add(frame, 32), shl(3, slot))))
        }
    }

    /// @notice Low half of a slot: an i32, or an address.
    function get32(Machine memory m, uint256 slot) internal pure returns (uint256) {
        return get(m, slot) & 0xffffffff;
    }

    /// @notice Writes a slot of the current frame.
    function put(Machine memory m, uint256 slot, uint256 value) internal pure {
        bytes memory frame = m.frame;
        if (slot * 8 >= frame.length) revert NoSuchSlot(slot);
        assembly ("memory-safe") {
            let p := add(add(frame, 32), shl(3, slot))
            mstore(p, or(shr(64, shl(64, mload(p))), shl(192, value)))
        }
    }

    function jump(Machine memory m, uint256 pc) internal pure {
        m.header.head = ((m.header.head >> 32) << 32) | pc;
    }

    /// @notice Stops the machine for good. State, memory and log stay as they are; the game ignores them.
    function trap(Machine memory m) internal pure {
        m.header.head = TRAPPED << 48;
        m.header.callers = 0;
        m.frame = "";
    }

    /// @notice Stops the machine with a result as its only slot.
    function halt(Machine memory m, uint256 result) internal pure {
        m.header.head = (HALTED << 48) | (1 << 32);
        m.frame = abi.encodePacked(uint64(result));
    }
}
