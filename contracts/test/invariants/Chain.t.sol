// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { TestBase } from "../helpers/TestBase.sol";
import { ChainHandler } from "./ChainHandler.sol";

/// @title I1, I2, I3 and I5: no invalid withdrawal, every valid one in bounded time, no input left out, value conserved
contract ChainInvariants is TestBase {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant WINDOW = 7 days;
    ChainHandler private handler;

    function setUp() public {
        handler = new ChainHandler();
        handler.setUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](20);
        selectors[0] = handler.deposit.selector;
        selectors[1] = handler.depositToken.selector;
        selectors[2] = handler.withdraw.selector;
        selectors[3] = handler.appendItem.selector;
        selectors[4] = handler.assertHonest.selector;
        selectors[5] = handler.assertLie.selector;
        selectors[6] = handler.challengeLie.selector;
        selectors[7] = handler.openGame.selector;
        selectors[8] = handler.decideGame.selector;
        selectors[9] = handler.pass.selector;
        selectors[10] = handler.confirm.selector;
        selectors[11] = handler.proveReal.selector;
        selectors[12] = handler.proveFake.selector;
        selectors[13] = handler.finalizeReal.selector;
        selectors[14] = handler.finalizeFake.selector;
        selectors[15] = handler.rejectOrphan.selector;
        selectors[16] = handler.assertTruthAsStranger.selector;
        selectors[17] = handler.copyClaim.selector;
        selectors[18] = handler.loseOwnGame.selector;
        selectors[19] = handler.returnBond.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function test_liesBeyondTheChallengersPurse_standAndAreNotConfirmed() public {
        handler.appendItem(1);
        for (uint256 i = 0; i < 3; ++i) {
            handler.assertLie(2);
        }
        handler.pass(uint32(WINDOW));
        assertEq(handler.standingLies(), 1, "money for two games");
        for (uint256 id = 0; id < 5; ++id) {
            handler.confirm(id);
        }
        assertTrue(!handler.anyLieConfirmed(), "a lie was confirmed");
        afterInvariant();
    }

    /// @dev I1
    function invariant_noFakeWithdrawalIsPaid() public view {
        assertEq(handler.fakesPaid(), 0, "fake withdrawals paid");
        assertEq(handler.paidTwice(), 0, "withdrawals paid twice");
        assertTrue(!handler.anyLieConfirmed(), "a lie was confirmed");
    }

    /// @dev I5
    function invariant_valueIsConserved() public view {
        assertEq(handler.portalBalance(), handler.supply() + handler.pending(), "escrow = supply + pending");
        (uint256 balance, uint256 recorded) = handler.bridgeTokens();
        assertEq(balance, recorded, "tokens held = recorded");
        assertEq(recorded, handler.tokenSupply(), "tokens recorded = supply");
    }

    function invariant_bondsAreBacked() public view {
        (uint256 held, uint256 owed) = handler.bonds();
        assertEq(held, owed, "bonds held = bonds at stake");
    }

    /// @dev So of rival siblings at most one is confirmed.
    function invariant_confirmedClaimsFormOneChain() public view {
        (uint256 all, uint256 chained) = handler.confirmedClaims();
        assertEq(all, chained, "confirmed claims = those below the newest");
    }

    function invariant_aClaimWithAnHonestBondIsNeverRejected() public view {
        assertTrue(!handler.anyHonestRejected(), "an honest claim fell");
    }

    function invariant_undisputedIsWhatEveryBondShows() public view {
        assertEq(handler.newestUndisputed(), handler.scanNewestUndisputed(), "as found by looking at every bond");
    }

    /// @dev I2 and I3: from any state, one honest user gets all inputs consumed and everything paid within one window.
    function afterInvariant() public {
        uint256 elapsed = handler.settle();
        assertEq(elapsed, WINDOW, "bounded time");
        assertEq(handler.pending(), 0, "nothing pending");
        assertEq(handler.paidTwice(), 0, "withdrawals paid twice");
        assertEq(handler.portalBalance(), handler.supply(), "escrow = supply");
        (uint256 held,) = handler.bonds();
        assertEq(held, 0, "every bond collected");
    }
}
