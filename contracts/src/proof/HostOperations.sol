// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../interfaces/IInbox.sol";
import { BlsAggregate } from "./BlsAggregate.sol";
import { InputProof } from "./InputProof.sol";
import { Machine, MachineLibrary } from "./Machine.sol";
import { MemoryProof } from "./MemoryProof.sol";
import { StateUpdate } from "./StateUpdate.sol";

/// @title Host operations of the machine (docs/spec/program.md)
/// @notice Each returns false where the machine traps. Pointers are multiples of 32 and the whole range lies in memory.
library HostOperations {
    using MachineLibrary for Machine;
    using MemoryProof for Machine;
    using StateUpdate for Machine;

    /// @notice A precompiled contract failed, which it does only without gas.
    error PrecompileFailed(address precompile);

    uint256 private constant STATE_GET = 1;
    uint256 private constant STATE_SET = 2;
    uint256 private constant CHECKPOINT = 3;
    uint256 private constant ROLLBACK = 4;
    uint256 private constant COMMIT = 5;
    uint256 private constant READ_INPUT = 6;
    uint256 private constant KECCAK = 7;
    uint256 private constant ECRECOVER = 8;
    uint256 private constant BLS_VERIFY = 9;
    uint256 private constant LOG = 10;
    uint256 private constant MAX_KECCAK_BYTES = 16_384;
    uint256 private constant MAX_LOG_BYTES = 4_096;

    /// @param slot First argument's slot.
    function perform(Machine memory m, uint256 operation, uint256 slot, IInbox inbox, bytes calldata proof)
        internal
        view
        returns (bool)
    {
        if (operation == STATE_GET) return stateGet(m, slot, proof);
        if (operation == STATE_SET) return stateSet(m, slot, proof);
        if (operation >= CHECKPOINT && operation <= COMMIT) return moveCheckpoint(m, operation);
        if (operation == READ_INPUT) return readInput(m, slot, inbox, proof);
        if (operation == KECCAK) return keccak(m, slot, proof);
        if (operation == ECRECOVER) return recover(m, slot, proof);
        if (operation == BLS_VERIFY) return blsVerify(m, slot, proof);
        if (operation == LOG) return log(m, slot, proof);
        return false;
    }

    function stateGet(Machine memory m, uint256 slot, bytes calldata proof) private view returns (bool) {
        (uint256 key, uint256 out) = (m.get32(slot), m.get32(slot + 1));
        if (!isRange(m, key, 32) || !isRange(m, out, 32)) return false;
        bytes32 keyWord = m.leaf(key, proof);
        uint256 resume = skipLeaf(m);
        bytes32 value = m.read(keyWord, proof);
        writeAt(m, resume, out, value, proof);
        return true;
    }

    function stateSet(Machine memory m, uint256 slot, bytes calldata proof) private view returns (bool) {
        (uint256 key, uint256 from) = (m.get32(slot), m.get32(slot + 1));
        if (!isRange(m, key, 32) || !isRange(m, from, 32)) return false;
        bytes32 keyWord = m.leaf(key, proof);
        bytes32 value = m.leaf(from, proof);
        m.write(keyWord, value, proof);
        return true;
    }

    /// @dev One level: opening twice, or closing what is not open, traps.
    function moveCheckpoint(Machine memory m, uint256 operation) private pure returns (bool) {
        bool open = m.header.head & MachineLibrary.CHECKPOINT_BIT != 0;
        if ((operation == CHECKPOINT) == open) return false;
        m.header.head ^= MachineLibrary.CHECKPOINT_BIT;
        if (operation == CHECKPOINT) {
            (m.header.checkpointRoot, m.header.checkpointLog) = (m.header.stateRoot, m.header.logHash);
            return true;
        }
        if (operation == ROLLBACK) {
            (m.header.stateRoot, m.header.logHash) = (m.header.checkpointRoot, m.header.checkpointLog);
        }
        (m.header.checkpointRoot, m.header.checkpointLog) = (bytes32(0), bytes32(0));
        return true;
    }

    function readInput(Machine memory m, uint256 slot, IInbox inbox, bytes calldata proof)
        private
        view
        returns (bool ok)
    {
        (uint256 index, uint256 out) = (m.get(slot), m.get32(slot + 1));
        if (!isRange(m, out, 32)) return false;
        uint256 resume = skipLeaf(m);
        bytes32 value;
        (ok, value) = InputProof.read(m, index, inbox, proof);
        if (ok) writeAt(m, resume, out, value, proof);
    }

    function keccak(Machine memory m, uint256 slot, bytes calldata proof) private pure returns (bool) {
        (uint256 from, uint256 length, uint256 out) = (m.get32(slot), m.get32(slot + 1), m.get32(slot + 2));
        if (length > MAX_KECCAK_BYTES || !isRange(m, from, length) || !isRange(m, out, 32)) return false;
        m.replaceLeaf(out, keccak256(m.range(from, length, proof)), proof);
        return true;
    }

    function recover(Machine memory m, uint256 slot, bytes calldata proof) private view returns (bool) {
        (uint256 from, uint256 out) = (m.get32(slot), m.get32(slot + 1));
        if (!isRange(m, from, 128) || !isRange(m, out, 32)) return false;
        (bool ok, bytes memory result) = address(1).staticcall(m.range(from, 128, proof));
        if (!ok) revert PrecompileFailed(address(1));
        m.replaceLeaf(out, bytes32(result), proof);
        return true;
    }

    function blsVerify(Machine memory m, uint256 slot, bytes calldata proof) private view returns (bool) {
        (uint256 from, uint256 out) = (m.get32(slot), m.get32(slot + 1));
        if (!isRange(m, from, 32) || !isRange(m, out, 32)) return false;
        bytes32 digest = m.leaf(from, proof);
        uint256 resume = skipLeaf(m);
        bool valid = BlsAggregate.verify(digest, m.slice(proof, proof.length - m.offset));
        writeAt(m, resume, out, valid ? bytes32(bytes1(0x01)) : bytes32(0), proof);
        return true;
    }

    function log(Machine memory m, uint256 slot, bytes calldata proof) private pure returns (bool) {
        (uint256 from, uint256 length) = (m.get32(slot), m.get32(slot + 1));
        if (length > MAX_LOG_BYTES || !isRange(m, from, length)) return false;
        m.header.logHash = keccak256(abi.encode(m.header.logHash, keccak256(m.range(from, length, proof))));
        return true;
    }

    function isRange(Machine memory m, uint256 pointer, uint256 length) private pure returns (bool) {
        return pointer & 31 == 0 && pointer + length <= m.memorySize;
    }

    /// @dev Passes over the proof of the leaf that is written at the end; returns where it stands.
    function skipLeaf(Machine memory m) private pure returns (uint256 offset) {
        offset = m.offset;
        m.offset = offset + 32 + m.memoryDepth * 32;
    }

    function writeAt(Machine memory m, uint256 offset, uint256 pointer, bytes32 value, bytes calldata proof)
        private
        pure
    {
        m.offset = offset;
        m.replaceLeaf(pointer, value, proof);
    }
}
