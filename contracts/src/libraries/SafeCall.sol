// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Calls that neither trust nor copy what the target returns
library SafeCall {
    /// @notice Gas kept by the caller beside what the target is promised: the cost of the call itself and of what follows it.
    uint256 internal constant CALL_OVERHEAD = 40_000;

    /// @notice Whether a call made now can still give the target `minimumGas`, with `reserved` left for the caller.
    /// @dev EIP-150 forwards at most 63/64 of what is left, so the floor is scaled by 64/63.
    function hasMinimumGas(uint256 minimumGas, uint256 reserved) internal view returns (bool) {
        return gasleft() * 63 >= (minimumGas + CALL_OVERHEAD + reserved) * 64;
    }

    /// @notice Calls `target` with all gas left; return data is not copied, so a large answer costs the caller nothing.
    function callIgnoringReturn(address target, uint256 value, bytes memory data) internal returns (bool success) {
        assembly ("memory-safe") {
            success := call(gas(), target, value, add(data, 32), mload(data), 0, 0)
        }
    }

    /// @notice Sends `value` with at most `gasLimit`; return data is not copied.
    function send(address target, uint256 value, uint256 gasLimit) internal returns (bool success) {
        assembly ("memory-safe") {
            success := call(gasLimit, target, value, 0, 0, 0, 0)
        }
    }
}
