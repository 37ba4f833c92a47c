// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Events and errors of the standard bridge
abstract contract BridgeEvents {
    /// @notice Ether left for L2; older name of `ETHBridgeInitiated`.
    event ETHDepositInitiated(address indexed from, address indexed to, uint256 amount, bytes extraData);
    /// @notice Ether came from L2; older name of `ETHBridgeFinalized`.
    event ETHWithdrawalFinalized(address indexed from, address indexed to, uint256 amount, bytes extraData);
    /// @notice Tokens left for L2; older name of `ERC20BridgeInitiated`.
    event ERC20DepositInitiated(
        address indexed l1Token,
        address indexed l2Token,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );
    /// @notice Tokens came from L2; older name of `ERC20BridgeFinalized`.
    event ERC20WithdrawalFinalized(
        address indexed l1Token,
        address indexed l2Token,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );
    /// @notice Ether left for L2, wei.
    event ETHBridgeInitiated(address indexed from, address indexed to, uint256 amount, bytes extraData);
    /// @notice Ether came from L2, wei.
    event ETHBridgeFinalized(address indexed from, address indexed to, uint256 amount, bytes extraData);
    /// @notice Tokens left for L2: `amount` is what the bridge received, base units.
    event ERC20BridgeInitiated(
        address indexed localToken,
        address indexed remoteToken,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );
    /// @notice Tokens came from L2, base units.
    event ERC20BridgeFinalized(
        address indexed localToken,
        address indexed remoteToken,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    /// @notice Functions without a receiver are for accounts with a key: a contract has another address on L2.
    error OnlyKeyHolder(address caller);
    /// @notice Only the bridge on L2, through the messenger.
    error NotOtherBridge(address caller);
    /// @notice The ether sent is not what the message says.
    error WrongValue(uint256 sent, uint256 expected);
    /// @notice Ether must not be paid to this address.
    error UnsafeReceiver(address receiver);
    /// @notice The receiver refused the ether.
    error PaymentRefused(address receiver);
    /// @notice The bridge received nothing.
    error NothingReceived(address token);
    /// @notice Amounts are below 2^128 base units.
    error AmountTooLarge(uint256 amount);
    /// @notice The address holds no code, so it is no token.
    error NotAToken(address token);
}
