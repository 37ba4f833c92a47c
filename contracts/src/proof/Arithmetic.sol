// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Integer instructions of WebAssembly
/// @notice Opcodes are WebAssembly's. Operands and results are 64-bit slots; a 32-bit result is zero-extended.
library Arithmetic {
    uint256 private constant MASK32 = 0xffffffff;
    uint256 private constant MASK64 = 0xffffffffffffffff;

    /// @notice Whether the opcode takes one operand.
    function isUnary(uint256 op) internal pure returns (bool) {
        return op == 0x45 || op == 0x50 || (op >= 0x67 && op <= 0x69) || (op >= 0x79 && op <= 0x7b) || op >= 0xa7;
    }

    /// @notice Result of a numeric instruction; not ok where WebAssembly traps or the opcode is none.
    function evaluate(uint256 op, uint256 a, uint256 b) internal pure returns (bool ok, uint256 result) {
        if (op >= 0xa7) return convert(op, a);
        bool wide = (op >= 0x50 && op <= 0x5a) || op >= 0x79;
        if (!wide) (a, b) = (a & MASK32, b & MASK32);
        if (op <= 0x5a) return (true, compare(wide ? op - 0x50 : op - 0x45, a, b, wide));
        if (op < 0x67 || op > 0x8a) return (false, 0);
        op -= wide ? 0x79 : 0x67;
        if (op < 3) return (true, count(op, a, wide ? 64 : 32));
        if (op >= 6 && op <= 9) return divide(op - 6, a, b, wide);
        return (true, combine(op - 3, a, b, wide) & (wide ? MASK64 : MASK32));
    }

    /// @dev wrap, extend and the sign-extension operators.
    function convert(uint256 op, uint256 a) private pure returns (bool, uint256) {
        if (op == 0xa7 || op == 0xad) return (true, a & MASK32);
        if (op == 0xac || op == 0xc4) return (true, signExtend(a, 4));
        if (op == 0xc0) return (true, signExtend(a, 1) & MASK32);
        if (op == 0xc1) return (true, signExtend(a, 2) & MASK32);
        if (op == 0xc2) return (true, signExtend(a, 1));
        if (op == 0xc3) return (true, signExtend(a, 2));
        return (false, 0);
    }

    /// @dev eqz, eq, ne, then lt, gt, le, ge, each signed before unsigned.
    function compare(uint256 kind, uint256 a, uint256 b, bool wide) private pure returns (uint256) {
        bool holds;
        if (kind == 0) {
            holds = a == 0;
        } else if (kind == 1) {
            holds = a == b;
        } else if (kind == 2) {
            holds = a != b;
        } else {
            // moving the sign bit turns a signed comparison into an unsigned one
            if (kind & 1 == 1) {
                uint256 sign = wide ? 1 << 63 : 1 << 31;
                (a, b) = (a ^ sign, b ^ sign);
            }
            if (kind <= 4) holds = a < b;
            else if (kind <= 6) holds = a > b;
            else if (kind <= 8) holds = a <= b;
            else holds = a >= b;
        }
        return holds ? 1 : 0;
    }

    /// @dev clz, ctz, popcnt of a value of `bits` bits.
    function count(uint256 kind, uint256 a, uint256 bits) private pure returns (uint256) {
        if (kind == 2) return popcount(a);
        if (a == 0) return bits;
        unchecked {
            if (kind == 0) return bits - 1 - highestBit(a);
            return highestBit(a & (~a + 1));
        }
    }

    /// @dev div_s, div_u, rem_s, rem_u.
    function divide(uint256 kind, uint256 a, uint256 b, bool wide) private pure returns (bool, uint256) {
        if (b == 0) return (false, 0);
        if (kind == 1) return (true, a / b);
        if (kind == 3) return (true, a % b);
        int256 x = int256(signed(a, wide));
        int256 y = int256(signed(b, wide));
        uint256 limit = wide ? MASK64 : MASK32;
        if (kind == 2) return (true, uint256(x % y) & limit);
        if (y == -1 && a == (limit >> 1) + 1) return (false, 0);
        return (true, uint256(x / y) & limit);
    }

    /// @dev add, sub, mul, (division is elsewhere,) and, or, xor, shl, shr_s, shr_u, rotl, rotr.
    function combine(uint256 kind, uint256 a, uint256 b, bool wide) private pure returns (uint256) {
        unchecked {
            if (kind == 0) return a + b;
            if (kind == 1) return a - b;
            if (kind == 2) return a * b;
            if (kind == 7) return a & b;
            if (kind == 8) return a | b;
            if (kind == 9) return a ^ b;
            uint256 bits = wide ? 64 : 32;
            b &= bits - 1;
            if (kind == 10) return a << b;
            if (kind == 11) return uint256(int256(signed(a, wide)) >> b);
            if (kind == 12) return a >> b;
            if (kind == 13) return (a << b) | (a >> (bits - b));
            return (a >> b) | (a << (bits - b));
        }
    }

    /// @notice The low `width` bytes, sign-extended to 64 bits.
    function signExtend(uint256 value, uint256 width) internal pure returns (uint256 result) {
        assembly ("memory-safe") {
            result := and(signextend(sub(width, 1), value), 0xffffffffffffffff)
        }
    }

    /// @dev Sign-extended to 256 bits.
    function signed(uint256 value, bool wide) private pure returns (uint256 result) {
        uint256 last = wide ? 7 : 3;
        assembly ("memory-safe") {
            result := signextend(last, value)
        }
    }

    function highestBit(uint256 a) private pure returns (uint256 n) {
        for (uint256 step = 32; step != 0; step >>= 1) {
            if (a >> step == 0) continue;
            a >>= step;
            n += step;
        }
    }

    function popcount(uint256 a) private pure returns (uint256) {
        a -= (a >> 1) & 0x5555555555555555;
        a = (a & 0x3333333333333333) + ((a >> 2) & 0x3333333333333333);
        a = (a + (a >> 4)) & 0x0f0f0f0f0f0f0f0f;
        unchecked {
            return ((a * 0x0101010101010101) & MASK64) >> 56;
        }
    }
}
