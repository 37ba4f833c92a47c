// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { Types } from "../../src/libraries/Types.sol";
import { Fixture } from "./Fixture.sol";

/// @title A portal with money in it, and states that withdrawals can be proven on
abstract contract WithdrawalFixture is Fixture {
    function setUp() public virtual override {
        super.setUp();
        vm.prank(alice, alice);
        portal.depositTransaction{ value: 100 ether }(alice, 100 ether, 100_000, false, "");
        for (uint256 i = 0; i < 6; ++i) {
            tree.set(keccak256(abi.encode("other", i)), bytes32(i));
        }
        appendItems(1);
    }

    function _assertTree() internal returns (uint256) {
        return assertRoot(alice, rollup.newestUndisputed(), tree.root());
    }

    function _proven(Types.WithdrawalTransaction memory transaction) internal returns (uint256 id) {
        id = _assertTree();
        prove(transaction, id);
    }

    function prove_(Types.WithdrawalTransaction memory transaction, uint256 id) external {
        prove(transaction, id);
    }
}
