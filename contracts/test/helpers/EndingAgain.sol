// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { DisputeGame } from "../../src/dispute/DisputeGame.sol";
import { IDisputeGame } from "../../src/dispute/IDisputeGame.sol";

/// @title Ends the game that pays it once more, in every way, while it is paid
contract EndingAgain {
    DisputeGame private immutable GAME;
    bytes[] private calls;
    uint256 public tried;
    uint256 public done;

    constructor(DisputeGame game) {
        GAME = game;
    }

    function aim(uint256 gameId, IDisputeGame.Position calldata position) external {
        calls.push(abi.encodeCall(GAME.claimTimeout, (gameId, position)));
        calls.push(abi.encodeCall(GAME.dismiss, (gameId, position)));
    }

    receive() external payable {
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool accepted,) = address(GAME).call(calls[i]);
            ++tried;
            if (accepted) ++done;
        }
    }
}
