// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { ICrossDomainMessenger } from "../interfaces/ICrossDomainMessenger.sol";
import { AddressAlias } from "../libraries/AddressAlias.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { SafeCall } from "../libraries/SafeCall.sol";
import { BridgeEvents } from "./BridgeEvents.sol";

/// @title Moves ether and any ERC-20 to L2 and back
/// @notice A deposit is credited with what arrived, not with what was asked for, so tokens that take a fee work. What
/// can leave per pair of tokens is what came in for that pair: a bad token cannot touch another.
contract L1StandardBridge is BridgeEvents, ReentrancyGuard {
    using SafeERC20 for IERC20;

    /// @notice Semantic version, as op-stack contracts show it.
    string public constant version = "2.2.0";
    uint32 private constant RECEIVE_GAS_LIMIT = 200_000;

    /// @notice Carries messages.
    ICrossDomainMessenger public immutable MESSENGER;
    /// @dev Paying these would lose the ether.
    address private immutable PORTAL;

    /// @notice Base units held per L1 token and L2 token.
    mapping(address localToken => mapping(address remoteToken => uint256 amount)) public deposits;

    constructor(ICrossDomainMessenger messenger_, address portal) {
        MESSENGER = messenger_;
        PORTAL = portal;
    }

    modifier onlyKeyHolder() {
        if (!AddressAlias.senderHoldsKey()) revert OnlyKeyHolder(msg.sender);
        _;
    }

    modifier onlyOtherBridge() {
        bool delivered = msg.sender == address(MESSENGER);
        if (!delivered || MESSENGER.xDomainMessageSender() != Predeploys.L2_STANDARD_BRIDGE) {
            revert NotOtherBridge(msg.sender);
        }
        _;
    }

    /// @notice Deposits the ether sent to the sender's own address on L2.
    receive() external payable onlyKeyHolder {
        _bridgeEther(msg.sender, RECEIVE_GAS_LIMIT, "");
    }

    /// @notice Deposits ether to the sender's own address on L2.
    function depositETH(uint32 minGasLimit, bytes calldata extraData) external payable onlyKeyHolder {
        _bridgeEther(msg.sender, minGasLimit, extraData);
    }

    /// @notice Deposits ether to `to` on L2.
    function depositETHTo(address to, uint32 minGasLimit, bytes calldata extraData) external payable {
        _bridgeEther(to, minGasLimit, extraData);
    }

    /// @notice Deposits ether to the sender's own address on L2.
    function bridgeETH(uint32 minGasLimit, bytes calldata extraData) external payable onlyKeyHolder {
        _bridgeEther(msg.sender, minGasLimit, extraData);
    }

    /// @notice Deposits ether to `to` on L2.
    function bridgeETHTo(address to, uint32 minGasLimit, bytes calldata extraData) external payable {
        _bridgeEther(to, minGasLimit, extraData);
    }

    /// @notice Deposits tokens, allowed to this contract before, to the sender's own address on L2.
    function depositERC20(
        address l1Token,
        address l2Token,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external onlyKeyHolder {
        _bridgeToken(l1Token, l2Token, msg.sender, amount, minGasLimit, extraData);
    }

    /// @notice Deposits tokens, allowed to this contract before, to `to` on L2.
    function depositERC20To(
        address l1Token,
        address l2Token,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external {
        _bridgeToken(l1Token, l2Token, to, amount, minGasLimit, extraData);
    }

    /// @notice Deposits tokens, allowed to this contract before, to the sender's own address on L2.
    function bridgeERC20(
        address localToken,
        address remoteToken,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external onlyKeyHolder {
        _bridgeToken(localToken, remoteToken, msg.sender, amount, minGasLimit, extraData);
    }

    /// @notice Deposits tokens, allowed to this contract before, to `to` on L2.
    function bridgeERC20To(
        address localToken,
        address remoteToken,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external {
        _bridgeToken(localToken, remoteToken, to, amount, minGasLimit, extraData);
    }

    /// @notice Pays ether withdrawn on L2. Only the bridge on L2.
    function finalizeBridgeETH(address from, address to, uint256 amount, bytes calldata extraData)
        external
        payable
        onlyOtherBridge
    {
        if (msg.value != amount) revert WrongValue(msg.value, amount);
        if (to == address(this) || to == address(MESSENGER) || to == PORTAL) revert UnsafeReceiver(to);
        emit ETHWithdrawalFinalized(from, to, amount, extraData);
        emit ETHBridgeFinalized(from, to, amount, extraData);
        if (!SafeCall.callIgnoringReturn(to, amount, "")) revert PaymentRefused(to);
    }

    /// @notice Pays tokens withdrawn on L2. Only the bridge on L2.
    function finalizeBridgeERC20(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes calldata extraData
    ) external onlyOtherBridge nonReentrant {
        if (to == address(this)) revert UnsafeReceiver(to);
        deposits[localToken][remoteToken] -= amount;
        emit ERC20WithdrawalFinalized(localToken, remoteToken, from, to, amount, extraData);
        emit ERC20BridgeFinalized(localToken, remoteToken, from, to, amount, extraData);
        IERC20(localToken).safeTransfer(to, amount);
    }

    /// @notice Bridge on L2.
    function OTHER_BRIDGE() external pure returns (address) {
        return Predeploys.L2_STANDARD_BRIDGE;
    }

    /// @notice Bridge on L2, under the name older clients use.
    function l2TokenBridge() external pure returns (address) {
        return Predeploys.L2_STANDARD_BRIDGE;
    }

    /// @notice Same as `MESSENGER`, under the name other clients use.
    function messenger() external view returns (address) {
        return address(MESSENGER);
    }

    function _bridgeEther(address to, uint32 minGasLimit, bytes memory extraData) private {
        emit ETHDepositInitiated(msg.sender, to, msg.value, extraData);
        emit ETHBridgeInitiated(msg.sender, to, msg.value, extraData);
        bytes memory message = abi.encodeWithSignature(
            "finalizeBridgeETH(address,address,uint256,bytes)", msg.sender, to, msg.value, extraData
        );
        MESSENGER.sendMessage{ value: msg.value }(Predeploys.L2_STANDARD_BRIDGE, message, minGasLimit);
    }

    function _bridgeToken(
        address localToken,
        address remoteToken,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) private nonReentrant {
        uint256 received = _collect(localToken, amount);
        deposits[localToken][remoteToken] += received;
        emit ERC20DepositInitiated(localToken, remoteToken, msg.sender, to, received, extraData);
        emit ERC20BridgeInitiated(localToken, remoteToken, msg.sender, to, received, extraData);
        bytes memory message = abi.encodeWithSignature(
            "finalizeBridgeERC20(address,address,address,address,uint256,bytes)",
            // Seen from L2 the tokens change places.
            remoteToken,
            localToken,
            msg.sender,
            to,
            received,
            extraData
        );
        MESSENGER.sendMessage(Predeploys.L2_STANDARD_BRIDGE, message, minGasLimit);
    }

    /// @dev What arrived: a token may take a fee, or give more.
    function _collect(address token, uint256 amount) private returns (uint256 received) {
        if (token.code.length == 0) revert NotAToken(token);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        received = IERC20(token).balanceOf(address(this)) - before;
        if (received == 0) revert NothingReceived(token);
        if (received >> 128 != 0) revert AmountTooLarge(received);
    }
}
