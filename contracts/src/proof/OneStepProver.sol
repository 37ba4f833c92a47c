// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../interfaces/IInbox.sol";
import { UNITS_PER_ITEM as LIMIT } from "../libraries/Units.sol";
import { Arithmetic } from "./Arithmetic.sol";
import { HostOperations } from "./HostOperations.sol";
import { IOneStepProver } from "./IOneStepProver.sol";
import { Header, Machine, MachineLibrary } from "./Machine.sol";
import { MemoryProof } from "./MemoryProof.sol";
import { ProgramRegistry } from "./ProgramRegistry.sol";

/// @title Judge of one instruction of the provable machine (docs/spec/machine.md)
contract OneStepProver is IOneStepProver, ProgramRegistry {
    using MachineLibrary for Machine;
    using MemoryProof for Machine;

    /// @notice The proof opens another caller than the one that waits.
    error CallerMismatch(bytes32 computed, bytes32 expected);

    uint256 private constant JUMP = 0x02;
    uint256 private constant JUMP_IF_ZERO = 0x03;
    uint256 private constant JUMP_IF_NOT_ZERO = 0x04;
    uint256 private constant JUMP_TABLE = 0x0e;
    uint256 private constant RETURN = 0x0f;
    uint256 private constant CALL = 0x10;
    uint256 private constant HOST = 0x12;
    uint256 private constant SELECT = 0x1b;
    uint256 private constant MOVE = 0x20;
    uint256 private constant CONSTANT = 0x21;
    uint256 private constant GLOBAL_GET = 0x23;
    uint256 private constant GLOBAL_SET = 0x24;
    uint256 private constant NO_SLOT = 0xffff;
    /// @dev Payload offsets of the units that follow a trap.
    uint32 private constant RESCUE = 0xffffffff;
    uint32 private constant CREDIT = 0xfffffffe;
    /// @dev Bytes accessed by opcodes 0x28 to 0x3e; zero for the floating-point ones.
    bytes23 private constant WIDTHS = hex"0408000001010202010102020404040800000102010204";

    /// @inheritdoc IOneStepProver
    uint256 public constant UNITS_PER_ITEM = LIMIT;

    /// @notice Where the inputs of every unit are recorded.
    IInbox public immutable INBOX;

    /// @dev An instruction, taken apart.
    struct Instruction {
        uint256 opcode;
        bool constantOperand;
        uint256 destination;
        uint256 a;
        uint256 b;
        uint256 immediate;
    }

    constructor(IInbox inbox) {
        INBOX = inbox;
    }

    /// @inheritdoc IOneStepProver
    function startHash(bytes32 programHash, UnitState calldata start) external view returns (bytes32) {
        Entry storage program = programOf(programHash);
        Machine memory m;
        uint256 slots = program.entryFrameSlots;
        m.header.head = (MachineLibrary.RUNNING << 48) | (slots << 32) | program.entryPc;
        m.header.memoryRoot = program.memoryRoot;
        m.header.stateRoot = start.stateRoot;
        m.header.inputRoot = inputRoot(start);
        m.frame = new bytes(slots * 8);
        return m.hash();
    }

    /// @inheritdoc IOneStepProver
    function step(bytes32 programHash, bytes32 beforeHash, bytes calldata proof) external view returns (bytes32) {
        Machine memory m;
        m.open(beforeHash, proof);
        if (m.status() != MachineLibrary.RUNNING) return beforeHash;
        Entry storage program = programOf(programHash);
        m.memorySize = program.memorySize;
        m.memoryDepth = program.memoryDepth;
        uint256 code = instructionAt(program, m.header.head & 0xffffffff);
        ++m.header.head;
        if (!execute(m, decode(code), proof)) m.trap();
        return m.hash();
    }

    /// @inheritdoc IOneStepProver
    function finish(UnitState calldata start, bytes32 machineHash, bytes calldata proof)
        external
        pure
        returns (UnitState memory next)
    {
        Machine memory m;
        m.open(machineHash, proof);
        next = start;
        if (m.status() != MachineLibrary.HALTED) {
            moveOn(next, start.payloadOffset == CREDIT, afterTrap(start.payloadOffset));
            return next;
        }
        uint256 result = m.get(0);
        next.stateRoot = m.header.stateRoot;
        if (result >> 63 == 1) {
            next.headerHash = keccak256(abi.encode(start.headerHash, m.header.stateRoot, m.header.logHash));
            next.blockNumber = start.blockNumber + 1;
        }
        moveOn(next, (result >> 62) & 1 == 1, uint32(result));
    }

    /// @dev The next unit is one of the same item, or the first of the next.
    function moveOn(UnitState memory next, bool itemDone, uint32 payloadOffset) private pure {
        if (itemDone || next.unitIndex + 1 >= LIMIT) {
            (next.itemIndex, next.payloadOffset, next.unitIndex) = (next.itemIndex + 1, 0, 0);
        } else {
            (next.payloadOffset, next.unitIndex) = (payloadOffset, next.unitIndex + 1);
        }
    }

    /// @dev The rest of a trapped item is its messages, one a unit; of a message that traps, its ether alone.
    function afterTrap(uint32 payloadOffset) private pure returns (uint32) {
        return payloadOffset == RESCUE ? CREDIT : RESCUE;
    }

    function inputRoot(UnitState calldata start) private pure returns (bytes32) {
        return keccak256(abi.encode(start.headerHash, start.itemIndex, start.payloadOffset, start.blockNumber));
    }

    function decode(uint256 code) private pure returns (Instruction memory i) {
        i.opcode = code >> 120;
        i.constantOperand = (code >> 112) & 1 == 1;
        i.destination = (code >> 96) & 0xffff;
        i.a = (code >> 80) & 0xffff;
        i.b = (code >> 64) & 0xffff;
        i.immediate = code & 0xffffffffffffffff;
    }

    /// @dev Returns false where the machine traps.
    function execute(Machine memory m, Instruction memory i, bytes calldata proof) private view returns (bool) {
        if (i.opcode >= 0x45) return numeric(m, i);
        if (i.opcode >= 0x28) return access(m, i, proof);
        if (i.opcode == HOST) return HostOperations.perform(m, i.immediate, i.destination, INBOX, proof);
        if (i.opcode >= SELECT) return move(m, i, proof);
        return control(m, i, proof);
    }

    function numeric(Machine memory m, Instruction memory i) private pure returns (bool ok) {
        uint256 b;
        if (i.constantOperand) b = i.immediate;
        else if (!Arithmetic.isUnary(i.opcode)) b = m.get(i.b);
        uint256 result;
        (ok, result) = Arithmetic.evaluate(i.opcode, m.get(i.a), b);
        if (ok) m.put(i.destination, result);
    }

    /// @dev Loads and stores. The address is the low half of `a` plus the offset, without wrapping.
    function access(Machine memory m, Instruction memory i, bytes calldata proof) private pure returns (bool) {
        uint256 width = i.opcode <= 0x3e ? uint8(WIDTHS[i.opcode - 0x28]) : 0;
        uint256 position = m.get32(i.a) + i.immediate;
        if (width == 0 || position + width > m.memorySize) return false;
        if (i.opcode >= 0x36) {
            m.store(position, width, m.get(i.b), proof);
            return true;
        }
        uint256 value = m.load(position, width, proof);
        if (i.opcode == 0x2c || i.opcode == 0x2e) value = Arithmetic.signExtend(value, width) & 0xffffffff;
        else if (i.opcode == 0x30 || i.opcode == 0x32 || i.opcode == 0x34) value = Arithmetic.signExtend(value, width);
        m.put(i.destination, value);
        return true;
    }

    function move(Machine memory m, Instruction memory i, bytes calldata proof) private pure returns (bool) {
        if (i.opcode == MOVE) m.put(i.destination, m.get(i.a));
        else if (i.opcode == CONSTANT) m.put(i.destination, i.immediate);
        else if (i.opcode == SELECT) m.put(i.destination, m.get(m.get32(i.immediate) != 0 ? i.a : i.b));
        else if (i.opcode == GLOBAL_GET) m.put(i.destination, m.load(m.memorySize + i.immediate * 8, 8, proof));
        else if (i.opcode == GLOBAL_SET) m.store(m.memorySize + i.immediate * 8, 8, m.get(i.a), proof);
        else return false;
        return true;
    }

    function control(Machine memory m, Instruction memory i, bytes calldata proof) private pure returns (bool) {
        if (i.opcode == JUMP) {
            m.jump(i.immediate);
        } else if (i.opcode == JUMP_IF_ZERO) {
            if (m.get32(i.a) == 0) m.jump(i.immediate);
        } else if (i.opcode == JUMP_IF_NOT_ZERO) {
            if (m.get32(i.a) != 0) m.jump(i.immediate);
        } else if (i.opcode == JUMP_TABLE) {
            uint256 index = m.get32(i.a);
            m.header.head += index < i.immediate ? index : i.immediate;
        } else if (i.opcode == CALL) {
            call(m, i);
        } else if (i.opcode == RETURN) {
            giveBack(m, i, proof);
        } else {
            return false;
        }
        return true;
    }

    /// @dev `destination` is the first argument's slot, `a` their number, `b` the callee's frame.
    function call(Machine memory m, Instruction memory i) private pure {
        bytes memory caller = m.frame;
        uint256 saved = ((m.header.head & 0xffffffffffff) << 16) | i.destination;
        m.header.callers = keccak256(abi.encode(m.header.callers, saved, keccak256(caller)));
        uint256 kept = m.header.head & MachineLibrary.CHECKPOINT_BIT;
        m.header.head = kept | (MachineLibrary.RUNNING << 48) | (i.b << 32) | i.immediate;
        m.frame = new bytes(i.b * 8);
        copySlots(caller, i.destination, i.a, m.frame);
    }

    function copySlots(bytes memory from, uint256 first, uint256 count, bytes memory to) private pure {
        if (first * 8 + count * 8 > from.length) revert MachineLibrary.NoSuchSlot(first + count);
        if (count * 8 > to.length) revert MachineLibrary.NoSuchSlot(count);
        assembly ("memory-safe") {
            mcopy(add(to, 32), add(add(from, 32), shl(3, first)), shl(3, count))
        }
    }

    function giveBack(Machine memory m, Instruction memory i, bytes calldata proof) private pure {
        uint256 value = i.a == NO_SLOT ? 0 : m.get(i.a);
        if (m.header.callers == 0) {
            m.halt(value);
            return;
        }
        bytes32 previous = m.word(proof);
        uint256 saved = uint256(m.word(proof));
        bytes memory frame = m.read(proof, ((saved >> 48) & 0xffff) * 8);
        bytes32 computed = keccak256(abi.encode(previous, saved, keccak256(frame)));
        if (computed != m.header.callers) revert CallerMismatch(computed, m.header.callers);
        uint256 kept = m.header.head & MachineLibrary.CHECKPOINT_BIT;
        m.header.head = kept | (MachineLibrary.RUNNING << 48) | ((saved >> 16) & 0xffffffffffff);
        m.header.callers = previous;
        m.frame = frame;
        if (i.a != NO_SLOT) m.put(saved & 0xffff, value);
    }
}
