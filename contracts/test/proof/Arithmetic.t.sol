// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Arithmetic } from "../../src/proof/Arithmetic.sol";
import { TestBase } from "../helpers/TestBase.sol";

/// @title Integer instructions against Solidity's own integers, and at their edges
contract ArithmeticTest is TestBase {
    uint64 private constant MIN64 = 1 << 63;
    uint32 private constant MIN32 = 1 << 31;

    function value(uint256 op, uint256 a, uint256 b) private pure returns (uint256 result) {
        bool ok;
        (ok, result) = Arithmetic.evaluate(op, a, b);
        assertTrue(ok, "no trap");
    }

    function traps(uint256 op, uint256 a, uint256 b) private pure {
        (bool ok,) = Arithmetic.evaluate(op, a, b);
        assertTrue(!ok, "trap");
    }

    function test_fuzz_sums(uint64 a, uint64 b) public pure {
        unchecked {
            assertEq(value(0x7c, a, b), a + b, "i64.add");
            assertEq(value(0x7d, a, b), a - b, "i64.sub");
            assertEq(value(0x7e, a, b), a * b, "i64.mul");
            assertEq(value(0x6a, a, b), uint32(a) + uint32(b), "i32.add");
            assertEq(value(0x6b, a, b), uint32(a) - uint32(b), "i32.sub");
            assertEq(value(0x6c, a, b), uint32(a) * uint32(b), "i32.mul");
        }
    }

    function test_fuzz_quotients(uint64 a, uint64 b) public pure {
        if (uint32(b) == 0) return;
        assertEq(value(0x80, a, b), a / b, "i64.div_u");
        assertEq(value(0x82, a, b), a % b, "i64.rem_u");
        assertEq(value(0x6e, a, b), uint32(a) / uint32(b), "i32.div_u");
        assertEq(value(0x70, a, b), uint32(a) % uint32(b), "i32.rem_u");
        if (a == MIN64 && b == type(uint64).max) return;
        assertEq(value(0x7f, a, b), uint64(int64(a) / int64(b)), "i64.div_s");
        assertEq(value(0x81, a, b), uint64(int64(a) % int64(b)), "i64.rem_s");
    }

    function test_fuzz_shifts(uint64 a, uint64 b) public pure {
        uint256 wide = b % 64;
        uint256 narrow = b % 32;
        assertEq(value(0x86, a, b), uint64((uint256(a) << wide) & type(uint64).max), "i64.shl");
        assertEq(value(0x87, a, b), uint64(int64(a) >> wide), "i64.shr_s");
        assertEq(value(0x88, a, b), a >> wide, "i64.shr_u");
        assertEq(value(0x74, a, b), uint32((uint256(uint32(a)) << narrow) & type(uint32).max), "i32.shl");
        assertEq(value(0x75, a, b), uint32(int32(uint32(a)) >> narrow), "i32.shr_s");
        assertEq(value(0x76, a, b), uint32(a) >> narrow, "i32.shr_u");
        assertEq(value(0x8a, value(0x89, a, b), b), a, "i64.rotr undoes rotl");
        assertEq(value(0x78, value(0x77, a, b), b), uint32(a), "i32.rotr undoes rotl");
    }

    function test_fuzz_comparisons(uint64 a, uint64 b) public pure {
        assertEq(value(0x53, a, b), int64(a) < int64(b) ? 1 : 0, "i64.lt_s");
        assertEq(value(0x54, a, b), a < b ? 1 : 0, "i64.lt_u");
        assertEq(value(0x59, a, b), int64(a) >= int64(b) ? 1 : 0, "i64.ge_s");
        assertEq(value(0x4a, a, b), int32(uint32(a)) > int32(uint32(b)) ? 1 : 0, "i32.gt_s");
        assertEq(value(0x4d, a, b), uint32(a) <= uint32(b) ? 1 : 0, "i32.le_u");
        assertEq(value(0x46, a, uint64(uint32(a)) | (uint64(b) << 32)), 1, "i32.eq looks at the low half");
    }

    function test_fuzz_bits(uint64 a) public pure {
        uint256 ones;
        for (uint256 i = 0; i < 64; ++i) {
            ones += (a >> i) & 1;
        }
        assertEq(value(0x7b, a, 0), ones, "i64.popcnt");
        uint256 leading = value(0x79, a, 0);
        uint256 trailing = value(0x7a, a, 0);
        if (a == 0) {
            assertEq(leading + trailing, 128, "no bit set");
        } else {
            assertTrue(
                (a >> (63 - leading)) == 1 && (a >> trailing) & 1 == 1
                    && uint64((uint256(a) << (63 - trailing)) & type(uint64).max) == MIN64,
                "edges"
            );
        }
    }

    function test_edges() public pure {
        traps(0x7f, MIN64, type(uint64).max);
        traps(0x6d, MIN32, type(uint32).max);
        for (uint256 op = 0x6d; op <= 0x70; ++op) {
            traps(op, 1, 1 << 32);
        }
        for (uint256 op = 0x7f; op <= 0x82; ++op) {
            traps(op, 1, 0);
        }
        assertEq(value(0x81, MIN64, type(uint64).max), 0, "i64.rem_s of the overflow");
        assertEq(value(0x6f, MIN32, type(uint32).max), 0, "i32.rem_s of the overflow");
        assertEq(value(0xac, MIN32, 0), 0xffffffff80000000, "i64.extend_i32_s");
        assertEq(value(0xc0, 0x180, 0), 0xffffff80, "i32.extend8_s");
        assertEq(value(0xc3, 0x18000, 0), 0xffffffffffff8000, "i64.extend16_s");
    }

    function test_unknownOpcodesTrap() public pure {
        for (uint256 op = 0x5b; op <= 0x66; ++op) {
            traps(op, 1, 1);
        }
        for (uint256 op = 0x8b; op <= 0xa6; ++op) {
            traps(op, 1, 1);
        }
        for (uint256 op = 0xc5; op <= 0xff; ++op) {
            traps(op, 1, 1);
        }
    }
}
