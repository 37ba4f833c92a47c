// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { L1CrossDomainMessenger } from "../../src/bridge/L1CrossDomainMessenger.sol";
import { L1StandardBridge } from "../../src/bridge/L1StandardBridge.sol";
import { L2OutputOracle } from "../../src/bridge/L2OutputOracle.sol";
import { OptimismPortal } from "../../src/bridge/OptimismPortal.sol";
import { Inbox } from "../../src/inbox/Inbox.sol";
import { ICrossDomainMessenger } from "../../src/interfaces/ICrossDomainMessenger.sol";
import { IRollup } from "../../src/interfaces/IRollup.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { Types } from "../../src/libraries/Types.sol";
import { Rollup } from "../../src/rollup/Rollup.sol";
import { TestBase } from "./TestBase.sol";
import { TreeBuilder } from "./TreeBuilder.sol";

/// @title All contracts deployed; the test itself stands for the dispute game
abstract contract Fixture is TestBase {
    uint256 internal constant BOND = 1 ether;
    uint256 internal constant WINDOW = 7 days;
    uint256 internal constant MAXIMUM_ITEMS = 16;
    bytes32 internal constant PROGRAM = keccak256("program");
    bytes32 internal constant GENESIS_ROOT = keccak256("genesis root");
    bytes32 internal constant GENESIS_HEADER = keccak256("genesis header");

    Inbox internal inbox;
    Rollup internal rollup;
    L2OutputOracle internal oracle;
    OptimismPortal internal portal;
    L1CrossDomainMessenger internal messenger;
    L1StandardBridge internal bridge;
    TreeBuilder internal tree;

    address internal alice = address(0xA11CE);
    address internal bob = address(0xB0B);
    address internal carol = address(0xCA201);

    function setUp() public virtual {
        vm.roll(1_000);
        vm.warp(1_700_000_000);
        uint64 nonce = vm.getNonce(address(this));
        address portalAddress = vm.computeCreateAddress(address(this), nonce + 3);
        inbox = new Inbox(portalAddress);
        rollup = new Rollup(
            Rollup.Parameters(inbox, address(this), BOND, WINDOW, MAXIMUM_ITEMS),
            IRollup.State(GENESIS_ROOT, GENESIS_HEADER, PROGRAM, 0, 0)
        );
        oracle = new L2OutputOracle(rollup, 10, 1);
        portal = new OptimismPortal(inbox, rollup, address(oracle));
        messenger = new L1CrossDomainMessenger(portal, address(inbox));
        bridge = new L1StandardBridge(ICrossDomainMessenger(address(messenger)), address(portal));
        assertEq(address(portal), portalAddress, "portal address");
        tree = new TreeBuilder();
        vm.deal(alice, 1_000 ether);
        vm.deal(bob, 1_000 ether);
        vm.deal(carol, 1_000 ether);
    }

    function state(bytes32 root, uint256 blockNumber, uint256 item) internal pure returns (IRollup.State memory) {
        return IRollup.State(root, keccak256(abi.encode("header", root)), PROGRAM, uint64(blockNumber), uint64(item));
    }

    function appendItems(uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) {
            inbox.appendEmpty();
        }
    }

    /// @dev Asserts `root` after all existing items, one block an item.
    function assertRoot(address asserter, uint256 parent, bytes32 root) internal returns (uint256) {
        return assertRoot(asserter, parent, root, inbox.itemCount());
    }

    function assertRoot(address asserter, uint256 parent, bytes32 root, uint256 end) internal returns (uint256) {
        IRollup.Assertion memory from = rollup.assertion(parent);
        uint256 blocks = end - from.itemIndex;
        bytes32 last = inbox.items(end - 1);
        IRollup.State memory claim = state(root, from.blockNumber + blocks, end);
        vm.prank(asserter, asserter);
        return rollup.assertState{ value: BOND }(parent, from.outputRoot, claim, last);
    }

    function confirmAfterWindow(uint256 id) internal {
        vm.warp(uint256(rollup.assertion(id).createdAt) + WINDOW);
        rollup.confirm(id);
    }

    function withdrawalTo(address target, uint256 value, uint256 gasLimit, bytes memory data)
        internal
        returns (Types.WithdrawalTransaction memory transaction)
    {
        transaction = Types.WithdrawalTransaction((1 << 240) | _withdrawals++, alice, target, value, gasLimit, data);
        tree.set(Hashing.withdrawalKey(Hashing.withdrawal(transaction)), bytes32(bytes1(0x01)));
    }

    function outputProof(bytes32 root) internal pure returns (Types.OutputRootProof memory) {
        return Types.OutputRootProof(0, root, root, keccak256(abi.encode("header", root)));
    }

    function prove(Types.WithdrawalTransaction memory transaction, uint256 index) internal {
        bytes32 key = Hashing.withdrawalKey(Hashing.withdrawal(transaction));
        portal.proveWithdrawalTransaction(transaction, index, outputProof(tree.root()), tree.prove(key));
    }

    uint256 private _withdrawals;

    receive() external payable { }
}
