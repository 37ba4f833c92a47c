// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IInbox } from "../../src/interfaces/IInbox.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";

/// @title Tries to have its assertion confirmed again while its bond is being paid back
contract ReenteringAsserter {
    IRollup private immutable ROLLUP;
    IInbox private immutable INBOX;
    bool public entered;

    constructor(IRollup rollup, IInbox inbox) {
        ROLLUP = rollup;
        INBOX = inbox;
    }

    function assertFirst(IRollup.State calldata claim) external {
        ROLLUP.assertState{ value: address(this).balance }(
            0, ROLLUP.assertion(0).outputRoot, claim, INBOX.items(claim.itemIndex - 1)
        );
    }

    receive() external payable {
        entered = true;
        try ROLLUP.confirm(1) { } catch { }
        try ROLLUP.confirm(2) { } catch { }
    }
}
