// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { SafeCall } from "../libraries/SafeCall.sol";

/// @title Pays bonds at once where possible, else keeps them for collection
/// @notice A receiver that refuses money can delay nobody but itself.
abstract contract BondPayments {
    /// @notice A bond or reward was sent.
    event BondPaid(address indexed to, uint256 amount);
    /// @notice A bond or reward could not be sent and waits for `withdrawBond`.
    event BondCredited(address indexed to, uint256 amount);

    /// @notice Nothing to withdraw.
    error NoCredit(address account);
    /// @notice The receiver refused the money.
    error PaymentRefused(address to, uint256 amount);

    /// @dev Enough for a smart wallet to take money, too little to do much else.
    uint256 private constant PAYMENT_GAS = 50_000;
    address private constant BURN_ADDRESS = 0x000000000000000000000000000000000000dEaD;

    /// @notice Wei that could not be sent to an account.
    mapping(address account => uint256 amountWei) public credit;

    /// @notice Sends the caller's credit to `to`.
    function withdrawBond(address payable to) external {
        uint256 amount = credit[msg.sender];
        if (amount == 0) revert NoCredit(msg.sender);
        credit[msg.sender] = 0;
        if (!SafeCall.send(to, amount, gasleft())) revert PaymentRefused(to, amount);
        emit BondPaid(to, amount);
    }

    /// @dev Call it last: the receiver gets control.
    function _pay(address to, uint256 amount) internal {
        if (amount == 0) return;
        if (SafeCall.send(to, amount, PAYMENT_GAS)) {
            emit BondPaid(to, amount);
        } else {
            credit[to] += amount;
            emit BondCredited(to, amount);
        }
    }

    /// @dev Destroys part of a lost bond, so that losing against oneself is never free.
    function _burn(uint256 amount) internal {
        _pay(BURN_ADDRESS, amount);
    }
}
