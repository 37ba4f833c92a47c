// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { RLP } from "@openzeppelin/contracts/utils/RLP.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IInbox } from "../interfaces/IInbox.sol";
import { IOptimismPortal } from "../interfaces/IOptimismPortal.sol";
import { IRollup } from "../interfaces/IRollup.sol";
import { AddressAlias } from "../libraries/AddressAlias.sol";
import { Hashing } from "../libraries/Hashing.sol";
import { SafeCall } from "../libraries/SafeCall.sol";
import { StateProof } from "../libraries/StateProof.sol";
import { Types } from "../libraries/Types.sol";
import { DepositMeter } from "./DepositMeter.sol";

/// @title Holds the ether of L2; takes deposits and pays out withdrawals
/// @notice Nobody can pause it, change it or move its money: a withdrawal needs a proof on a confirmed assertion,
/// and nothing else.
contract OptimismPortal is DepositMeter {
    /// @notice A proven withdrawal, as op-stack clients read it.
    struct ProvenWithdrawal {
        bytes32 outputRoot;
        uint128 timestamp;
        uint128 l2OutputIndex;
    }

    /// @notice Below 3.0.0: clients use the output oracle and not dispute games to find outputs.
    string public constant version = "2.8.0";
    uint256 private constant DEPOSIT_VERSION = 0;
    uint64 private constant RECEIVE_GAS_LIMIT = 100_000;
    /// @dev Gas left for what follows the call of a withdrawal.
    uint256 private constant RESERVED_GAS = 20_000;
    /// @notice Most gas a withdrawal is promised: an L1 transaction cannot carry much more, and none may be stuck.
    uint256 public constant MAX_WITHDRAWAL_GAS = 12_000_000;
    address private constant NO_SENDER = 0x000000000000000000000000000000000000dEaD;
    /// @dev `tx.origin` that op-stack clients use for gas estimates.
    address private constant ESTIMATION_ADDRESS = address(1);
    bytes32 private constant SENT = bytes32(bytes1(0x01));

    /// @notice Takes deposits.
    IInbox public immutable INBOX;
    /// @notice Assertions that withdrawals are proven on.
    IRollup public immutable ROLLUP;
    /// @notice Face of the assertions for op-stack clients.
    address public immutable L2_ORACLE;

    /// @inheritdoc IOptimismPortal
    address public l2Sender = NO_SENDER;
    /// @notice Withdrawals that were finalised, once each.
    mapping(bytes32 withdrawalHash => bool) public finalizedWithdrawals;
    /// @notice Where each withdrawal was proven last.
    mapping(bytes32 withdrawalHash => ProvenWithdrawal) public provenWithdrawals;
    /// @notice Finalised withdrawals whose call failed: the money is still here.
    mapping(bytes32 withdrawalHash => bool) public failedWithdrawals;

    constructor(IInbox inbox, IRollup rollup, address oracle) {
        INBOX = inbox;
        ROLLUP = rollup;
        L2_ORACLE = oracle;
    }

    /// @notice Deposits the ether sent to the sender's own address on L2.
    receive() external payable {
        depositTransaction(msg.sender, msg.value, RECEIVE_GAS_LIMIT, false, "");
    }

    /// @inheritdoc IOptimismPortal
    function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes memory data)
        public
        payable
    {
        if (isCreation) revert ContractCreationUnsupported();
        if (value >> 128 != 0) revert AmountTooLarge(value);
        if (msg.value >> 128 != 0) revert AmountTooLarge(msg.value);
        _meter(gasLimit, data.length);
        address from = AddressAlias.senderHoldsKey() ? msg.sender : AddressAlias.applyTo(msg.sender);
        INBOX.enqueue(from, to, msg.value, value, gasLimit, data);
        bytes memory opaque = abi.encodePacked(msg.value, value, gasLimit, isCreation, data);
        emit TransactionDeposited(from, to, DEPOSIT_VERSION, opaque);
    }

    /// @inheritdoc IOptimismPortal
    function proveWithdrawalTransaction(
        Types.WithdrawalTransaction memory transaction,
        uint256 l2OutputIndex,
        Types.OutputRootProof calldata outputRootProof,
        bytes[] calldata withdrawalProof
    ) external {
        _checkTarget(transaction.target);
        bytes32 outputRoot = _checkOutput(l2OutputIndex, outputRootProof);
        bytes32 hash = Hashing.withdrawal(transaction);
        _checkReplaceable(hash, l2OutputIndex);
        bytes32 key = Hashing.withdrawalKey(hash);
        bytes32 word = StateProof.read(outputRootProof.stateRoot, key, _join(withdrawalProof));
        if (word != SENT) revert WithdrawalNotInState(hash);
        provenWithdrawals[hash] = ProvenWithdrawal(outputRoot, uint128(block.timestamp), uint128(l2OutputIndex));
        emit WithdrawalProven(hash, transaction.sender, transaction.target);
        emit WithdrawalProvenExtension1(hash, msg.sender);
    }

    /// @inheritdoc IOptimismPortal
    function finalizeWithdrawalTransaction(Types.WithdrawalTransaction memory transaction) external {
        bytes32 hash = Hashing.withdrawal(transaction);
        if (finalizedWithdrawals[hash]) revert AlreadyFinalized(hash);
        ProvenWithdrawal memory proven = provenWithdrawals[hash];
        if (proven.timestamp == 0) revert NotProven(hash);
        if (!ROLLUP.isConfirmed(proven.l2OutputIndex)) revert OutputNotConfirmed(proven.l2OutputIndex);
        finalizedWithdrawals[hash] = true;
        if (!_execute(hash, transaction)) failedWithdrawals[hash] = true;
    }

    /// @inheritdoc IOptimismPortal
    function retryWithdrawalTransaction(Types.WithdrawalTransaction memory transaction) external {
        bytes32 hash = Hashing.withdrawal(transaction);
        if (!failedWithdrawals[hash]) revert NotFailed(hash);
        failedWithdrawals[hash] = false;
        if (!_execute(hash, transaction)) failedWithdrawals[hash] = true;
    }

    /// @notice Same as `L2_ORACLE`, under the name older clients use.
    function l2Oracle() external view returns (address) {
        return L2_ORACLE;
    }

    function _execute(bytes32 hash, Types.WithdrawalTransaction memory transaction) private returns (bool success) {
        if (l2Sender != NO_SENDER) revert Reentered();
        l2Sender = transaction.sender;
        uint256 floor = Math.min(transaction.gasLimit, MAX_WITHDRAWAL_GAS);
        if (!SafeCall.hasMinimumGas(floor, RESERVED_GAS)) revert InsufficientGas(floor);
        success = SafeCall.callIgnoringReturn(transaction.target, transaction.value, transaction.data);
        l2Sender = NO_SENDER;
        emit WithdrawalFinalized(hash, success);
        if (!success && tx.origin == ESTIMATION_ADDRESS) revert CallFailedInEstimation();
    }

    /// @dev The portal trusts itself, and the inbox trusts the portal: a withdrawal may call neither.
    function _checkTarget(address target) private view {
        if (target == address(this) || target == address(INBOX)) revert UnsafeTarget(target);
    }

    function _checkOutput(uint256 index, Types.OutputRootProof calldata proof) private view returns (bytes32 expected) {
        if (ROLLUP.hasFallen(index)) revert OutputRejected(index);
        expected = ROLLUP.assertion(index).outputRoot;
        bytes32 computed = keccak256(abi.encode(proof));
        bool shaped = proof.version == 0 && proof.messagePasserStorageRoot == proof.stateRoot;
        if (!shaped || computed != expected) revert InvalidOutputRootProof(computed, expected);
    }

    /// @dev A proof may be replaced where that cannot delay its owner: when the old one is void, or the new one can be
    /// finalised at once and the old one cannot.
    function _checkReplaceable(bytes32 hash, uint256 index) private view {
        ProvenWithdrawal memory old = provenWithdrawals[hash];
        if (old.timestamp == 0 || ROLLUP.hasFallen(old.l2OutputIndex)) return;
        if (!ROLLUP.isConfirmed(old.l2OutputIndex) && ROLLUP.isConfirmed(index)) return;
        revert AlreadyProven(hash, old.l2OutputIndex);
    }

    /// @dev Each node is one canonical RLP string; what they hold is joined.
    function _join(bytes[] calldata nodes) private pure returns (bytes memory joined) {
        for (uint256 i = 0; i < nodes.length; ++i) {
            bytes memory content = RLP.decodeBytes(nodes[i]);
            if (keccak256(RLP.encode(content)) != keccak256(nodes[i])) revert RLP.RLPInvalidEncoding();
            joined = joined.length == 0 ? content : bytes.concat(joined, content);
        }
    }
}
