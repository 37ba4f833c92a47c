// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { TestToken } from "./TestToken.sol";

/// @title An ERC-20 of L1 for devnets: 18 decimals, name and symbol chosen at deployment
contract TestMerchantToken is TestToken {
    constructor(string memory name_, string memory symbol_) TestToken(name_, symbol_, 18) { }
}
