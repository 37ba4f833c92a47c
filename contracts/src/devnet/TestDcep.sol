// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { TestToken } from "./TestToken.sol";

/// @title The stable coin of a devnet: 6 decimals
contract TestDcep is TestToken("Test DCEP", "DCEP", 6) { }
