// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title What the bridge needs of a messenger
interface ICrossDomainMessenger {
    /// @notice Sends a call and ether to the other layer.
    function sendMessage(address target, bytes calldata message, uint32 minGasLimit) external payable;

    /// @notice Who sent the message being executed, on the other layer.
    function xDomainMessageSender() external view returns (address);
}
