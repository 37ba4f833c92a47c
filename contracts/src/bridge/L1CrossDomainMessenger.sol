// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IOptimismPortal } from "../interfaces/IOptimismPortal.sol";
import { Hashing } from "../libraries/Hashing.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { SafeCall } from "../libraries/SafeCall.sol";

/// @title Messages between L1 and L2 contracts, with the sender's address and replay of what failed
contract L1CrossDomainMessenger {
    /// @notice A message to L2. Always followed by `SentMessageExtension1`.
    event SentMessage(address indexed target, address sender, bytes message, uint256 messageNonce, uint256 gasLimit);
    /// @notice Ether sent with the message, wei.
    event SentMessageExtension1(address indexed sender, uint256 value);
    /// @notice A message from L2 was executed.
    event RelayedMessage(bytes32 indexed msgHash);
    /// @notice A message from L2 failed; anyone may replay it.
    event FailedRelayedMessage(bytes32 indexed msgHash);

    /// @notice Only version 1 nonces exist here.
    error UnsupportedNonceVersion(uint256 nonce);
    /// @notice The ether sent is not what the message carries (from L2), or not zero (a replay).
    error WrongValue(uint256 sent, uint256 expected);
    /// @notice First delivery is by the portal only, replay only of what failed.
    error NotReplayable(bytes32 messageHash);
    /// @notice The message was executed already.
    error AlreadyRelayed(bytes32 messageHash);
    /// @notice A message must not call this address.
    error UnsafeTarget(address target);
    /// @notice No message is being executed.
    error NoMessage();
    /// @notice Only to gas estimates, so that they find a limit at which the call succeeds.
    error CallFailedInEstimation();

    /// @notice Semantic version, as op-stack contracts show it.
    string public constant version = "2.4.0";
    /// @notice Version in the top 16 bits of a nonce.
    uint16 public constant MESSAGE_VERSION = 1;
    /// @notice L2 gas of the messenger itself.
    uint64 public constant RELAY_OVERHEAD = 306_000;
    /// @dev Bytes of the call that wraps a message, padding included.
    uint256 private constant ENCODING_OVERHEAD = 260;
    /// @dev Gas left for what follows the call of a message.
    uint256 private constant RESERVED_GAS = 60_000;
    address private constant NO_SENDER = 0x000000000000000000000000000000000000dEaD;
    address private constant ESTIMATION_ADDRESS = address(1);

    /// @notice Carries messages.
    IOptimismPortal public immutable PORTAL;
    /// @dev Also refused as a target: it trusts the portal, which delivers messages here.
    address private immutable INBOX;

    /// @notice Messages executed, by hash.
    mapping(bytes32 messageHash => bool) public successfulMessages;
    /// @notice Messages that failed at least once, by hash.
    mapping(bytes32 messageHash => bool) public failedMessages;
    uint240 private _nonce;
    address private _sender = NO_SENDER;

    constructor(IOptimismPortal portal_, address inbox) {
        PORTAL = portal_;
        INBOX = inbox;
    }

    /// @notice Sends a call, and the ether sent with it, to L2.
    /// @param minGasLimit L2 gas the target gets at least.
    function sendMessage(address target, bytes calldata message, uint32 minGasLimit) external payable {
        uint256 nonce = messageNonce();
        _nonce += 1;
        bytes memory relay = abi.encodeWithSignature(
            "relayMessage(uint256,address,address,uint256,uint256,bytes)",
            nonce,
            msg.sender,
            target,
            msg.value,
            minGasLimit,
            message
        );
        uint64 gasLimit = baseGas(message, minGasLimit);
        PORTAL.depositTransaction{ value: msg.value }(Predeploys.L2_MESSENGER, msg.value, gasLimit, false, relay);
        emit SentMessage(target, msg.sender, message, nonce, minGasLimit);
        emit SentMessageExtension1(msg.sender, msg.value);
    }

    /// @notice Executes a message from L2: called by the portal, or by anyone to replay one that failed. A failing call
    /// does not revert, it is recorded.
    function relayMessage(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        uint256 minGasLimit,
        bytes calldata message
    ) external payable {
        if (nonce >> 240 != MESSAGE_VERSION) revert UnsupportedNonceVersion(nonce);
        bytes32 hash = Hashing.crossDomainMessage(nonce, sender, target, value, minGasLimit, message);
        _checkCaller(hash, value);
        if (target == address(this) || target == address(PORTAL) || target == INBOX) revert UnsafeTarget(target);
        if (successfulMessages[hash]) revert AlreadyRelayed(hash);
        if (_sender != NO_SENDER || !SafeCall.hasMinimumGas(minGasLimit, RESERVED_GAS)) return _fail(hash);
        _sender = sender;
        bool success = SafeCall.callIgnoringReturn(target, value, message);
        _sender = NO_SENDER;
        // A replay nested in the call may have succeeded meanwhile only if `_sender` were free, and it was not.
        if (!success) return _fail(hash);
        successfulMessages[hash] = true;
        emit RelayedMessage(hash);
    }

    /// @notice Who sent the message being executed, on L2.
    function xDomainMessageSender() external view returns (address) {
        if (_sender == NO_SENDER) revert NoMessage();
        return _sender;
    }

    /// @notice Nonce of the next message, version included.
    function messageNonce() public view returns (uint256) {
        return (uint256(MESSAGE_VERSION) << 240) | _nonce;
    }

    /// @notice L2 gas bought for a message.
    function baseGas(bytes calldata message, uint32 minGasLimit) public pure returns (uint64) {
        uint256 gas = 21_000 + 16 * (message.length + ENCODING_OVERHEAD) + RELAY_OVERHEAD;
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint64(Math.min(gas + (uint256(minGasLimit) * 64) / 63, type(uint64).max));
    }

    /// @notice Messenger on L2.
    function OTHER_MESSENGER() external pure returns (address) {
        return Predeploys.L2_MESSENGER;
    }

    /// @notice Messenger on L2.
    function otherMessenger() external pure returns (address) {
        return Predeploys.L2_MESSENGER;
    }

    /// @notice Same as `PORTAL`, under the name other clients use.
    function portal() external view returns (address) {
        return address(PORTAL);
    }

    function _checkCaller(bytes32 hash, uint256 value) private view {
        if (msg.sender == address(PORTAL) && PORTAL.l2Sender() == Predeploys.L2_MESSENGER) {
            if (msg.value != value) revert WrongValue(msg.value, value);
            if (failedMessages[hash]) revert NotReplayable(hash);
        } else {
            if (msg.value != 0) revert WrongValue(msg.value, 0);
            if (!failedMessages[hash]) revert NotReplayable(hash);
        }
    }

    function _fail(bytes32 hash) private {
        failedMessages[hash] = true;
        emit FailedRelayedMessage(hash);
        if (tx.origin == ESTIMATION_ADDRESS) revert CallFailedInEstimation();
    }
}
