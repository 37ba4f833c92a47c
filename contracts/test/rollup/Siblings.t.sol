// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../../src/interfaces/IRollup.sol";
import { AssertionFixture } from "./AssertionFixture.sol";

/// @title The list of different claims on one parent
contract SiblingsTest is AssertionFixture {
    uint256 private constant MOST = 8;

    /// @dev The list holds what stands, newest first, in whatever order the others fell.
    function test_fuzz_rejectedOnesLeaveTheList(uint256 seed) public {
        uint256 count = 1 + seed % MOST;
        uint256[] memory standing = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            standing[i] = assertRoot(bob, 0, keccak256(abi.encode(i)));
        }
        expectList(standing);
        for (; standing.length > 0; seed = uint256(keccak256(abi.encode(seed)))) {
            uint256 place = seed % standing.length;
            rollup.onGameLost(standing[place], carol);
            standing = without(standing, place);
            expectList(standing);
        }
        expectList(asOne(assertRoot(alice, 0, A)));
    }

    /// @dev A rejected lie may be told again: it is a new assertion, not a copy of what fell.
    function test_whatFellIsNoOriginal() public {
        uint256 lie = assertRoot(bob, 0, B);
        rollup.onGameLost(lie, carol);
        uint256 again = assertRoot(bob, 0, B);
        assertEq(rollup.assertion(again).original, 0, "no copy");
        expectList(asOne(again));
    }

    /// @dev Else whoever loses lies to himself could move the end ahead of every honest claim.
    function test_endStaysWhereTheFirstChildChoseIt() public {
        uint256 lie = assertRoot(bob, 0, B);
        rollup.onGameLost(lie, carol);
        appendItems(2);
        bytes32 root = _genesis();
        bytes32 last = inbox.items(4);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongItem.selector, 5, 3, 3));
        _claim(0, root, state(A, 5, 5), last);
        last = inbox.items(2);
        _claim(0, root, state(A, 3, 3), last);
        assertEq(rollup.assertion(0).children, 1, "taken where the lie ended");
    }

    /// @dev Who asserts does not pay for all that ever fell on the parent: nobody can price asserters out for good.
    function test_assertState_gasDoesNotGrowWithWhatFell() public {
        rollup.onGameLost(assertRoot(bob, 0, B), carol);
        uint256 first = assertRoot(alice, 0, A);
        uint256 used = vm.lastCallGas().gasTotalUsed;
        rollup.onGameLost(first, carol);
        uint256[] memory lies = new uint256[](60);
        for (uint256 i = 0; i < lies.length; ++i) {
            lies[i] = assertRoot(bob, 0, keccak256(abi.encode(i)));
        }
        for (uint256 i = 0; i < lies.length; ++i) {
            rollup.onGameLost(lies[(i * 7) % lies.length], carol);
        }
        assertRoot(alice, 0, A);
        uint256 late = vm.lastCallGas().gasTotalUsed;
        assertTrue(used > 50_000 && late <= used, "gas after sixty lies as after one");
    }

    function expectList(uint256[] memory standing) private view {
        assertEq(rollup.assertion(0).children, standing.length, "children");
        uint256 id = rollup.assertion(0).lastChild;
        if (standing.length == 0) return assertTrue(rollup.hasFallen(id), "the last one stays, fallen");
        uint256 newer = 0;
        for (uint256 i = standing.length; i > 0; --i) {
            IRollup.Assertion memory found = rollup.assertion(standing[i - 1]);
            assertEq(id, standing[i - 1], "place");
            assertEq(found.nextSibling, newer, "newer");
            newer = id;
            id = found.previousSibling;
        }
        assertEq(id, 0, "end");
    }

    function without(uint256[] memory list, uint256 place) private pure returns (uint256[] memory rest) {
        rest = new uint256[](list.length - 1);
        for (uint256 i = 0; i < rest.length; ++i) {
            rest[i] = list[i < place ? i : i + 1];
        }
    }

    function asOne(uint256 id) private pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = id;
    }
}
