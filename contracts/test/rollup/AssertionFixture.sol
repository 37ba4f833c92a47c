// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../../src/interfaces/IRollup.sol";
import { Fixture } from "../helpers/Fixture.sol";

/// @title Three items, and claims about them
abstract contract AssertionFixture is Fixture {
    bytes32 internal constant A = keccak256("root A");
    bytes32 internal constant B = keccak256("root B");

    function setUp() public virtual override {
        super.setUp();
        appendItems(3);
    }

    function _claim(uint256 parent, bytes32 parentRoot, IRollup.State memory claim, bytes32 last) internal {
        rollup.assertState{ value: BOND }(parent, parentRoot, claim, last);
    }

    function _genesis() internal view returns (bytes32) {
        return rollup.assertion(0).outputRoot;
    }
}
