// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Opening of one field element of a blob (EIP-4844)
library BlobOpening {
    /// @notice The point evaluation precompile refuses the opening, or had too little gas.
    error InvalidBlobOpening(bytes32 versionedHash, uint256 index);

    uint256 internal constant ELEMENTS = 4096;
    uint256 private constant FIELD_MODULUS =
        52435875175126190479447740508185965837690552500527637822603658699938581184513;
    /// @dev `7 ^ ((FIELD_MODULUS - 1) / 4096)`: a primitive 4096th root of unity.
    uint256 private constant ROOT_OF_UNITY =
        39033254847818212395286706435128746857159659164139250548781411570340225835782;
    address private constant POINT_EVALUATION = address(0x0a);

    /// @notice Reverts unless element `index` of the blob is `value`.
    /// @param opening Commitment and proof, 48 bytes each.
    function check(bytes32 versionedHash, uint256 index, bytes32 value, bytes calldata opening) internal view {
        bytes memory input = abi.encodePacked(versionedHash, point(index), value, opening);
        (bool ok,) = POINT_EVALUATION.staticcall(input);
        if (!ok) revert InvalidBlobOpening(versionedHash, index);
    }

    /// @notice Point at which the blob's polynomial has element `index`: the elements stand in bit-reversed order.
    function point(uint256 index) internal pure returns (uint256 result) {
        uint256 exponent;
        for (uint256 bit = 1; bit < ELEMENTS; bit <<= 1) {
            exponent = (exponent << 1) | (index & 1);
            index >>= 1;
        }
        result = 1;
        for (uint256 base = ROOT_OF_UNITY; exponent != 0; exponent >>= 1) {
            if (exponent & 1 == 1) result = mulmod(result, base, FIELD_MODULUS);
            base = mulmod(base, base, FIELD_MODULUS);
        }
    }
}
