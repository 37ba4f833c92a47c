// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Types } from "../libraries/Types.sol";

/// @title Deposits to L2 and withdrawals from it
interface IOptimismPortal {
    /// @notice A deposit, in the form op-stack clients derive its L2 transaction from.
    /// @param opaqueData `mint u256, value u256, gasLimit u64, isCreation u8, data`, packed.
    event TransactionDeposited(address indexed from, address indexed to, uint256 indexed version, bytes opaqueData);
    /// @notice A withdrawal was proven.
    event WithdrawalProven(bytes32 indexed withdrawalHash, address indexed from, address indexed to);
    /// @notice The same, with who proved it.
    event WithdrawalProvenExtension1(bytes32 indexed withdrawalHash, address indexed proofSubmitter);
    /// @notice A withdrawal was finalised, or its call tried again; `success` tells whether the call went through.
    event WithdrawalFinalized(bytes32 indexed withdrawalHash, bool success);

    /// @notice Contracts cannot be created on L2.
    error ContractCreationUnsupported();
    /// @notice Deposit data longer than the limit, in bytes.
    error DataTooLong(uint256 length, uint256 maximum);
    /// @notice The L2 gas limit must be within these bounds.
    error GasLimitOutOfRange(uint64 gasLimit, uint64 minimum, uint64 maximum);
    /// @notice Amounts are below 2^128 wei.
    error AmountTooLarge(uint256 amount);
    /// @notice This L1 block takes no more deposits; the next one does.
    error DepositsExhausted(uint256 messages);
    /// @notice A withdrawal must not call this address.
    error UnsafeTarget(address target);
    /// @notice The given preimage is not that of the output.
    error InvalidOutputRootProof(bytes32 computed, bytes32 expected);
    /// @notice The assertion was rejected.
    error OutputRejected(uint256 outputIndex);
    /// @notice The state does not hold this withdrawal.
    error WithdrawalNotInState(bytes32 withdrawalHash);
    /// @notice A proof that can still be finalised stands already.
    error AlreadyProven(bytes32 withdrawalHash, uint256 outputIndex);
    /// @notice The withdrawal has not been proven.
    error NotProven(bytes32 withdrawalHash);
    /// @notice The assertion is not confirmed yet.
    error OutputNotConfirmed(uint256 outputIndex);
    /// @notice Each withdrawal is finalised once.
    error AlreadyFinalized(bytes32 withdrawalHash);
    /// @notice No call of this withdrawal failed.
    error NotFailed(bytes32 withdrawalHash);
    /// @notice A withdrawal is being executed.
    error Reentered();
    /// @notice Less gas than the withdrawal was promised.
    error InsufficientGas(uint256 required);
    /// @notice Only to gas estimates, so that they find a limit at which the call succeeds.
    error CallFailedInEstimation();

    /// @notice Queues a call on L2; the ether sent is minted there to the sender.
    /// @param to Target on L2.
    /// @param value Wei to send with the call.
    /// @param gasLimit L2 gas of the call.
    /// @param isCreation Must be false.
    function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes memory data)
        external
        payable;

    /// @notice Shows that a withdrawal is in the state of an output.
    /// @param l2OutputIndex Number of the assertion.
    /// @param withdrawalProof RLP strings which, joined, are the proof of docs/spec/state.md.
    function proveWithdrawalTransaction(
        Types.WithdrawalTransaction memory transaction,
        uint256 l2OutputIndex,
        Types.OutputRootProof calldata outputRootProof,
        bytes[] calldata withdrawalProof
    ) external;

    /// @notice Executes a withdrawal proven on an output that is confirmed.
    function finalizeWithdrawalTransaction(Types.WithdrawalTransaction memory transaction) external;

    /// @notice Tries the call of a finalised withdrawal again after it failed; the money never left this contract.
    function retryWithdrawalTransaction(Types.WithdrawalTransaction memory transaction) external;

    /// @notice Least L2 gas of a deposit with that much data.
    function minimumGasLimit(uint64 byteCount) external pure returns (uint64);

    /// @notice L2 sender of the withdrawal being executed, else `0x...dEaD`.
    function l2Sender() external view returns (address);
}
