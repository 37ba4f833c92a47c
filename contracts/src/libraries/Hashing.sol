// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../interfaces/IRollup.sol";
import { Types } from "./Types.sol";

/// @title Hashes that clients and contracts must agree on (docs/spec/l1.md)
library Hashing {
    /// @notice Op-stack output root of a state. The state is one tree, so it stands in both places.
    function outputRoot(bytes32 stateRoot, bytes32 headerHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(bytes32(0), stateRoot, stateRoot, headerHash));
    }

    /// @notice Block tuple that dispute games bisect. Both numbers are 0 where an item starts, as in a claim.
    function tuple(IRollup.State memory state, uint32 payloadOffset, uint32 unitIndex) internal pure returns (bytes32) {
        return keccak256(
            abi.encodePacked(
                state.stateRoot,
                state.headerHash,
                state.programHash,
                state.blockNumber,
                state.itemIndex,
                payloadOffset,
                unitIndex
            )
        );
    }

    /// @notice Hash of a withdrawal, as in the op-stack.
    function withdrawal(Types.WithdrawalTransaction memory transaction) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                transaction.nonce,
                transaction.sender,
                transaction.target,
                transaction.value,
                transaction.gasLimit,
                transaction.data
            )
        );
    }

    /// @notice State key of a withdrawal: module 7, kind 1, the first 30 bytes of its hash.
    function withdrawalKey(bytes32 withdrawalHash) internal pure returns (bytes32) {
        return bytes32(bytes2(0x0701)) | (withdrawalHash >> 16);
    }

    /// @notice Hash of a message between the messengers, version 1.
    function crossDomainMessage(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        uint256 minimumGasLimit,
        bytes memory data
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encodeWithSignature(
                "relayMessage(uint256,address,address,uint256,uint256,bytes)",
                nonce,
                sender,
                target,
                value,
                minimumGasLimit,
                data
            )
        );
    }
}
