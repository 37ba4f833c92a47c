// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Fixed addresses on L2
library Predeploys {
    address internal constant L2_MESSENGER = 0x4200000000000000000000000000000000000007;
    address internal constant L2_STANDARD_BRIDGE = 0x4200000000000000000000000000000000000010;
}
