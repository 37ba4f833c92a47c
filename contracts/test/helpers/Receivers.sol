// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { OptimismPortal } from "../../src/bridge/OptimismPortal.sol";
import { Types } from "../../src/libraries/Types.sol";

/// @title Refuses ether until told otherwise
contract Refuser {
    bool public accepting;

    error Refused();

    function accept() external {
        accepting = true;
    }

    receive() external payable {
        if (!accepting) revert Refused();
    }
}

/// @title Burns all gas it gets
contract GasBurner {
    fallback() external payable {
        assembly {
            invalid()
        }
    }
}

/// @title Answers with a megabyte
contract ReturnBomb {
    fallback() external payable {
        assembly {
            return(0, 1000000)
        }
    }
}

/// @title Finalises the same or another withdrawal from inside one
contract Reentrant {
    OptimismPortal private immutable PORTAL;
    Types.WithdrawalTransaction private inner;
    bool public tried;
    bool public innerSucceeded;

    constructor(OptimismPortal portal) {
        PORTAL = portal;
    }

    function setInner(Types.WithdrawalTransaction memory transaction) external {
        inner = transaction;
    }

    receive() external payable {
        tried = true;
        try PORTAL.finalizeWithdrawalTransaction(inner) {
            innerSucceeded = true;
        } catch { }
    }
}

/// @title Records what it was called with
contract Recorder {
    uint256 public calls;
    address public sender;
    address public l2Sender;
    uint256 public gasSeen;

    function record() external payable {
        gasSeen = gasleft();
        ++calls;
        sender = msg.sender;
    }

    function recordWithSender() external payable {
        ++calls;
        sender = msg.sender;
        l2Sender = OptimismPortal(payable(msg.sender)).l2Sender();
    }
}

/// @title Makes any call for anybody, and takes money: a smart wallet
contract PayingWallet {
    error CallFailed(bytes reason);

    function call(address target, uint256 value, bytes calldata data) external {
        (bool ok, bytes memory answer) = target.call{ value: value }(data);
        if (!ok) revert CallFailed(answer);
    }

    receive() external payable { }
}
