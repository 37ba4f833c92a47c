// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IOptimismPortal } from "../interfaces/IOptimismPortal.sol";

/// @title Bounds what one L1 block may queue for L2
/// @notice So that deriving one L1 block is bounded work for every node. What a deposit says of its gas is not counted: L2
/// bounds the work of a message whatever it says, and a budget of declared gas could be used up by a few deposits that
/// declare much, which would sell the keeping out of everybody else's.
abstract contract DepositMeter is IOptimismPortal {
    /// @notice Longest deposit data in bytes.
    uint256 public constant MAX_DATA_LENGTH = 4096;
    /// @notice Most L2 gas of one deposit.
    uint64 public constant MAX_GAS_LIMIT = 20_000_000;
    /// @notice Most deposits in one L1 block.
    uint32 public constant MAX_MESSAGES_PER_BLOCK = 256;

    /// @notice What the current L1 block has queued.
    struct Usage {
        uint64 blockNumber;
        uint32 messages;
    }

    /// @notice Last block with deposits, and what it queued.
    Usage public usage;

    /// @inheritdoc IOptimismPortal
    function minimumGasLimit(uint64 byteCount) public pure returns (uint64) {
        return byteCount * 16 + 21_000;
    }

    function _meter(uint64 gasLimit, uint256 length) internal {
        if (length > MAX_DATA_LENGTH) revert DataTooLong(length, MAX_DATA_LENGTH);
        // forge-lint: disable-next-line(unsafe-typecast)
        uint64 minimum = minimumGasLimit(uint64(length));
        if (gasLimit < minimum || gasLimit > MAX_GAS_LIMIT) {
            revert GasLimitOutOfRange(gasLimit, minimum, MAX_GAS_LIMIT);
        }
        Usage memory current = usage;
        if (current.blockNumber != block.number) current = Usage(uint64(block.number), 0);
        current.messages += 1;
        if (current.messages > MAX_MESSAGES_PER_BLOCK) revert DepositsExhausted(current.messages);
        usage = current;
    }
}
