// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Inbox } from "../../src/inbox/Inbox.sol";
import { InputProof } from "../../src/proof/InputProof.sol";
import { IOneStepProver } from "../../src/proof/IOneStepProver.sol";
import { MachineFixture } from "../helpers/MachineFixture.sol";

/// @title Findings of the Code4rena audit of the OP Stack's fault proofs (July 2024) about the machine and its inputs
/// @notice docs/security-findings.md lists them with links. Every step here runs on the contract that judges games.
contract Code4rena2024OptimismMachineTest is MachineFixture {
    uint64 private constant MIN64 = 1 << 63;
    uint64 private constant MIN32 = 1 << 31;
    uint64 private constant READ_INPUT = 6;
    uint64 private constant KECCAK = 7;
    uint64 private constant ECRECOVER = 8;
    /// @dev EIP-7825: most gas of one transaction.
    uint256 private constant TRANSACTION_GAS = 1 << 24;

    Inbox private inbox;

    function setUp() public {
        vm.roll(1_000);
        vm.warp(1_700_000_000);
        inbox = new Inbox(address(this));
        deployProver(inbox);
    }

    /// @dev Result of an instruction on two slots, as the judge computes it.
    function _check(uint8 opcode, uint64 a, uint64 b, uint64 expected, string memory what) private {
        bytes32[] memory none = new bytes32[](1);
        Built memory built = machineFor(instruction(opcode, false, 2, 0, 1, 0), slotsOf(a, b), none);
        uint64[] memory slots = slotsOf(a, b);
        slots[2] = expected;
        assertEq(stepOf(built, ""), after_(built, slots, none), what);
        built = machineFor(instruction(opcode, true, 2, 0, 0, b), slotsOf(a, 0), none);
        slots = slotsOf(a, 0);
        slots[2] = expected;
        assertEq(stepOf(built, ""), after_(built, slots, none), what);
    }

    function _checkTrap(uint8 opcode, uint64 a, uint64 b, string memory what) private {
        Built memory built = machineFor(instruction(opcode, false, 2, 0, 1, 0), slotsOf(a, b), new bytes32[](1));
        (bytes32 trapped,) = trapOf(built);
        assertEq(stepOf(built, ""), trapped, what);
    }

    /// @dev A shift by the whole register instead of its low bits gave wrong results for amounts of the width and more.
    function test_fuzz_C4_2024_07_Optimism_41_shiftsUseTheLowBitsOfTheAmount(uint64 value, uint64 amount) public {
        uint256 wide = amount % 64;
        uint256 narrow = amount % 32;
        _check(0x87, value, amount, uint64(int64(value) >> wide), "i64.shr_s");
        _check(0x88, value, amount, value >> wide, "i64.shr_u");
        _check(0x86, value, amount, uint64(uint256(value) << wide), "i64.shl");
        _check(0x75, value, amount, uint32(int32(uint32(value)) >> narrow), "i32.shr_s");
        _check(0x76, value, amount, uint32(value) >> narrow, "i32.shr_u");
        _check(0x74, value, amount, uint32(uint256(uint32(value)) << narrow), "i32.shl");
    }

    /// @dev At and around the width, where the finding bit.
    function test_C4_2024_07_Optimism_41_shiftsByTheWidthAndMore() public {
        uint64[6] memory amounts = [uint64(31), 32, 33, 63, 64, type(uint64).max];
        for (uint256 i = 0; i < amounts.length; ++i) {
            _check(0x75, MIN32, amounts[i], uint32(int32(uint32(MIN32)) >> (amounts[i] % 32)), "i32.shr_s");
            _check(0x87, MIN64, amounts[i], uint64(int64(MIN64) >> (amounts[i] % 64)), "i64.shr_s");
        }
    }

    /// @dev WebAssembly has no trapping sums: they wrap, and what overflows as a quotient traps instead of panicking.
    function test_C4_2024_07_Optimism_15_sumsWrapAndOverflowingQuotientsTrap() public {
        _check(0x7c, type(uint64).max, 1, 0, "i64.add wraps");
        _check(0x7c, MIN64 - 1, 1, MIN64, "i64.add past the largest signed number");
        _check(0x7d, MIN64, 1, MIN64 - 1, "i64.sub past the smallest signed number");
        _check(0x6a, type(uint32).max, 1, 0, "i32.add wraps at 32 bits");
        _check(0x6a, MIN32 - 1, 1, MIN32, "i32.add past the largest signed number");
        _check(0x6b, 0, 1, type(uint32).max, "i32.sub leaves the high half empty");
        _checkTrap(0x7f, MIN64, type(uint64).max, "i64.div_s overflows");
        _checkTrap(0x6d, MIN32, type(uint32).max, "i32.div_s overflows");
        _check(0x81, MIN64, type(uint64).max, 0, "i64.rem_s does not");
        for (uint8 op = 0x7f; op <= 0x82; ++op) {
            _checkTrap(op, 5, 0, "division by zero");
        }
    }

    /// @dev The product keeps its low bits and touches one slot.
    function test_fuzz_C4_2024_07_Optimism_85_productsKeepTheLowBits(uint64 a, uint64 b) public {
        unchecked {
            _check(0x7e, a, b, a * b, "i64.mul");
            _check(0x6c, a, b, uint32(a) * uint32(b), "i32.mul");
        }
        _check(0x7e, type(uint64).max, type(uint64).max, 1, "largest factors");
    }

    /// @dev Any address is allowed: a value across two leaves is joined, at every offset and width, to the last byte.
    function test_C4_2024_07_Optimism_82_unalignedLoadsAndTheEdgeOfMemory() public {
        bytes32[] memory leaves = new bytes32[](4);
        for (uint256 i = 0; i < 4; ++i) {
            leaves[i] = keccak256(abi.encode("leaf", i));
        }
        for (uint64 position = 24; position <= 40; ++position) {
            _checkLoad(leaves, position);
        }
        _checkLoad(leaves, 120);
        for (uint64 position = 121; position <= 129; ++position) {
            Built memory built = machineFor(instruction(0x29, false, 2, 0, 0, 0), slotsOf(position, 0), leaves);
            (bytes32 trapped,) = trapOf(built);
            assertEq(stepOf(built, ""), trapped, "beyond the memory");
        }
        // The sum of address and offset does not wrap.
        Built memory far = machineFor(instruction(0x29, false, 2, 0, 0, type(uint32).max), slotsOf(8, 0), leaves);
        (bytes32 stopped,) = trapOf(far);
        assertEq(stepOf(far, ""), stopped, "a far offset");
    }

    function _checkLoad(bytes32[] memory leaves, uint64 position) private {
        Built memory built = machineFor(instruction(0x29, false, 2, 0, 0, 0), slotsOf(position, 0), leaves);
        uint64 expected = 0;
        for (uint64 i = 8; i > 0; --i) {
            uint64 from = position + i - 1;
            expected = (expected << 8) | uint8(leaves[from / 32][from % 32]);
        }
        bytes memory proof = leafProof(leaves, position / 32);
        if (position % 32 > 24) proof = bytes.concat(proof, leafProof(leaves, position / 32 + 1));
        uint64[] memory slots = slotsOf(position, 0);
        slots[2] = expected;
        assertEq(stepOf(built, proof), after_(built, slots, leaves), "i64.load");
    }

    /// @dev What no program should do is a state like any other: it has a hash, it stays, and it leads on.
    function test_C4_2024_07_Optimism_54_trapIsDecidable() public {
        uint8[7] memory opcodes = [0x01, 0x11, 0x5b, 0x7f, 0x29, 0xff, HOST];
        for (uint256 i = 0; i < opcodes.length; ++i) {
            uint64 immediate = opcodes[i] == HOST ? 99 : 0;
            Built memory built =
                machineFor(instruction(opcodes[i], false, 2, 0, 1, immediate), slotsOf(1 << 31, 0), new bytes32[](2));
            (bytes32 trapped, bytes memory opening) = trapOf(built);
            assertEq(stepOf(built, ""), trapped, "traps");
            assertEq(prover.step(built.program, trapped, opening), trapped, "stays");
            IOneStepProver.UnitState memory next = prover.finish(built.start, trapped, opening);
            bool on = next.itemIndex != built.start.itemIndex || next.payloadOffset != built.start.payloadOffset;
            assertTrue(on, "leads on");
            assertEq(next.stateRoot, built.start.stateRoot, "changes nothing");
        }
    }

    /// @dev However often units trap, the item ends after a fixed number of them.
    function test_C4_2024_07_Optimism_54_trapsEndTheItem() public {
        Built memory built = machineFor(instruction(0x01, false, 0, 0, 0, 0), slotsOf(0, 0), new bytes32[](1));
        (bytes32 trapped, bytes memory opening) = trapOf(built);
        IOneStepProver.UnitState memory place = built.start;
        uint256 units = 0;
        for (; place.itemIndex == built.start.itemIndex; ++units) {
            assertTrue(units < 3, "bounded");
            place = prover.finish(place, trapped, opening);
        }
        assertEq(place.payloadOffset, 0, "the next item from its start");
    }

    /// @dev The dearest thing a program can ask of a hash fits a transaction several times over.
    function test_C4_2024_07_Optimism_22_longestKeccakFitsATransaction() public {
        bytes32[] memory leaves = new bytes32[](512);
        for (uint256 i = 0; i < 512; ++i) {
            leaves[i] = keccak256(abi.encode(i));
        }
        uint64[] memory slots = new uint64[](3);
        (slots[0], slots[1], slots[2]) = (0, 16_384, 32);
        Built memory built = machineFor(instruction(HOST, false, 0, 0, 0, KECCAK), slots, leaves);
        bytes memory proof = bytes.concat(abi.encodePacked(leaves), leafProof(leaves, 1));
        uint256 before = gasleft();
        bytes32 reached = stepOf(built, proof);
        uint256 used = before - gasleft();
        bytes32[] memory changed = copyOf(leaves);
        changed[1] = keccak256(abi.encodePacked(leaves));
        assertEq(reached, after_(built, slots, changed), "hashed");
        assertTrue(used + 21_000 + 40 * (proof.length + 1_000) < TRANSACTION_GAS, "fits, calldata included");
        slots[1] = 16_385;
        built = machineFor(instruction(HOST, false, 0, 0, 0, KECCAK), slots, leaves);
        (bytes32 trapped,) = trapOf(built);
        assertEq(stepOf(built, ""), trapped, "one byte more traps");
    }

    /// @dev A precompiled contract that is short of gas reverts the step; it never makes it come out otherwise.
    function test_C4_2024_07_Optimism_22_tooLittleGasChangesNoVerdict() public {
        (uint8 v, bytes32 r, bytes32 s) = _signature();
        bytes32[] memory leaves = new bytes32[](8);
        (leaves[0], leaves[1], leaves[2], leaves[3]) = (keccak256("digest"), bytes32(uint256(v)), r, s);
        Built memory built = machineFor(instruction(HOST, false, 0, 0, 0, ECRECOVER), slotsOf(0, 128), leaves);
        bytes memory proof = bytes.concat(
            abi.encodePacked(leaves[0], leaves[1], leaves[2], leaves[3]), nodeOf(leaves, 4, 4), leafProof(leaves, 4)
        );
        bytes32[] memory changed = copyOf(leaves);
        changed[4] = bytes32(uint256(uint160(ecrecover(leaves[0], v, r, s))));
        assertTrue(changed[4] != 0, "a valid signature");
        bytes32 expected = after_(built, slotsOf(0, 128), changed);
        (bytes32 machine, bytes memory opening) = opened(built, (RUNNING << 48) | (3 << 32));
        bytes memory whole = bytes.concat(opening, proof);
        uint256 accepted = 0;
        for (uint256 gas = 10_000; gas <= 100_000; gas += 500) {
            try prover.step{ gas: gas }(built.program, machine, whole) returns (bytes32 reached) {
                assertEq(reached, expected, "the only verdict");
                ++accepted;
            } catch { }
        }
        assertTrue(accepted > 0 && accepted < 181, "both with and without enough gas");
    }

    /// @dev Any recoverable pair will do: the point is whose address comes out.
    function _signature() private pure returns (uint8 v, bytes32 r, bytes32 s) {
        v = 27;
        r = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798;
        s = bytes32(uint256(7));
    }

    /// @dev There is no store of preimages to fill beforehand: what a step reads must hash to what the inbox recorded.
    function test_C4_2024_07_Optimism_78_inputsComeFromTheInboxAlone() public {
        inbox.enqueue(address(0xA), address(0xB), 5, 6, 100_000, hex"abcd");
        vm.recordLogs();
        inbox.appendEmpty();
        bytes memory header = vm.getRecordedLogs()[0].data;
        bytes32[] memory leaves = new bytes32[](2);
        uint64 index = (1 << 56) | 3;
        Built memory built = machineFor(instruction(HOST, false, 0, 0, 0, READ_INPUT), slotsOf(index, 0), leaves);
        bytes memory position = abi.encode(built.start.headerHash, uint256(0), uint256(5), uint256(3));
        bytes memory tail = leafProof(leaves, 0);
        // The timestamp of item 0, shown by the item's own words.
        bytes32[] memory changed = copyOf(leaves);
        changed[0] = bytes32(block.timestamp);
        bytes memory honest = bytes.concat(tail, position, header);
        assertEq(stepOf(built, honest), after_(built, slotsOf(index, 0), changed), "the recorded word");
        for (uint256 i = 0; i < 11; ++i) {
            bytes memory forged = bytes.concat(honest);
            forged[tail.length + position.length + 32 * i + 31] ^= 0x01;
            vm.expectPartialRevert(InputProof.InputMismatch.selector);
            this.stepExternally(built, forged);
        }
        bytes memory elsewhere = bytes.concat(tail, position, header);
        elsewhere[tail.length + 63] = 0x01;
        vm.expectPartialRevert(InputProof.InputMismatch.selector);
        this.stepExternally(built, elsewhere);
    }

    function stepExternally(Built memory built, bytes memory proof) external view returns (bytes32) {
        return stepOf(built, proof);
    }
}
