// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev Most units of proof of one item: whatever comes after them in it is ignored (docs/spec/batch.md, "One unit"). So the
/// units of an assertion follow from the number of its items, and nobody has to claim them.
uint256 constant UNITS_PER_ITEM = 1_024;
