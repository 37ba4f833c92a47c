// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Addresses of L1 contracts as L2 sees them
library AddressAlias {
    uint160 internal constant OFFSET = uint160(0x1111000000000000000000000000000000001111);

    /// @notice Shifts an L1 contract's address, so that whoever holds the same address on L2 is not taken for it.
    function applyTo(address l1Address) internal pure returns (address l2Address) {
        unchecked {
            l2Address = address(uint160(l1Address) + OFFSET);
        }
    }

    /// @notice Whether `msg.sender` is a key holder and not a contract. An account that delegates to code (EIP-7702)
    /// still belongs to its key.
    function senderHoldsKey() internal view returns (bool) {
        if (msg.sender == tx.origin) return true;
        if (msg.sender.code.length != 23) return false;
        return bytes3(msg.sender.code) == 0xef0100;
    }
}
