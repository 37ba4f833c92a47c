// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { L1StandardBridge } from "../../src/bridge/L1StandardBridge.sol";
import { TestMerchantToken } from "../../src/devnet/TestMerchantToken.sol";
import { TestToken } from "../../src/devnet/TestToken.sol";

/// @title Takes one percent of each transfer
contract FeeToken is TestMerchantToken("Fee", "FEE") {
    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0) || to == address(0)) return super._update(from, to, amount);
        super._update(from, address(0xFEE), amount / 100);
        super._update(from, to, amount - amount / 100);
    }
}

/// @title Says false instead of reverting
contract FalseToken is TestMerchantToken("False", "NO") {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @title Returns nothing, as old tokens do
contract SilentToken {
    mapping(address => uint256) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }
}

/// @title Deposits again from inside a deposit, so that the inner amount might be counted twice
contract ReentrantToken is TestMerchantToken("Again", "AGAIN") {
    L1StandardBridge private immutable BRIDGE;
    bool private entered;

    constructor(L1StandardBridge bridge) {
        BRIDGE = bridge;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (to != address(BRIDGE) || entered) return;
        entered = true;
        BRIDGE.depositERC20To(address(this), address(1), from, amount, 200_000, "");
    }
}

/// @title A token with any number of decimals
contract DecimalsToken is TestToken {
    constructor(uint8 decimals_) TestToken("Decimals", "DEC", decimals_) { }
}

/// @title Changes all balances by itself, as tokens do that pay interest or follow a price
contract RebasingToken {
    uint256 private constant WHOLE = 100;
    mapping(address => uint256) private shares;
    uint256 private percent = WHOLE;

    error NotEnough(uint256 balance, uint256 amount);

    function mint(address to, uint256 amount) external {
        shares[to] += amount * WHOLE / percent;
    }

    /// @dev From now on a share is worth so many percent of what it was at first.
    function rebase(uint256 percent_) external {
        percent = percent_;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        return _move(from, to, amount);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function balanceOf(address owner) public view returns (uint256) {
        return shares[owner] * percent / WHOLE;
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        if (amount > balanceOf(from)) revert NotEnough(balanceOf(from), amount);
        shares[from] -= amount * WHOLE / percent;
        shares[to] += amount * WHOLE / percent;
        return true;
    }
}
