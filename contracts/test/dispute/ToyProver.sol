// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IOneStepProver } from "../../src/proof/IOneStepProver.sol";

/// @title A machine so simple that any point of its trace can be written down: it adds a constant at each step
/// @notice Stops after `limit` steps, or never within a unit if the limit is above 2^32.
contract ToyProver is IOneStepProver {
    struct Toy {
        UnitState start;
        uint256 step;
        uint256 value;
        uint256 limit;
        uint64 blocksPerItem;
    }

    uint256 public constant ADDEND = uint256(keccak256("addend"));
    uint256 public immutable LIMIT;
    uint64 public immutable BLOCKS_PER_ITEM;
    /// @notice As many as there are blocks in an item, and some that stand still at the end.
    uint256 public immutable UNITS_PER_ITEM;

    error WrongMachine(bytes32 computed, bytes32 expected);

    constructor(uint256 limit, uint64 blocksPerItem, uint256 spareUnits) {
        LIMIT = limit;
        BLOCKS_PER_ITEM = blocksPerItem;
        UNITS_PER_ITEM = blocksPerItem + spareUnits;
    }

    function startHash(bytes32, UnitState calldata start) external view returns (bytes32) {
        return keccak256(abi.encode(Toy(start, 0, uint256(start.stateRoot), LIMIT, BLOCKS_PER_ITEM)));
    }

    function step(bytes32, bytes32 beforeHash, bytes calldata proof) external pure returns (bytes32) {
        Toy memory toy = _open(beforeHash, proof);
        if (toy.step == toy.limit) return beforeHash;
        toy.step += 1;
        toy.value = _add(toy.value, 1);
        return keccak256(abi.encode(toy));
    }

    function finish(UnitState calldata start, bytes32 machineHash, bytes calldata proof)
        external
        pure
        returns (UnitState memory next)
    {
        Toy memory toy = _open(machineHash, proof);
        next = UnitState(start.stateRoot, start.headerHash, start.blockNumber, start.itemIndex + 1, 0, 0);
        if (toy.step != toy.limit) return next;
        next.stateRoot = bytes32(toy.value);
        next.headerHash = bytes32(_increment(start.headerHash));
        next.blockNumber += 1;
        if (start.unitIndex + 1 == toy.blocksPerItem) return next;
        (next.itemIndex, next.payloadOffset, next.unitIndex) =
        (start.itemIndex, start.payloadOffset + 10, start.unitIndex + 1);
    }

    /// @notice The machine of a unit after some steps, true to the rules.
    function machine(UnitState memory start, uint256 steps) external view returns (Toy memory) {
        if (steps > LIMIT) steps = LIMIT;
        return Toy(start, steps, _add(uint256(start.stateRoot), steps), LIMIT, BLOCKS_PER_ITEM);
    }

    /// @notice The state after some units from `genesis`, true to the rules; nothing changes at item `end`.
    function unit(UnitState memory genesis, uint256 units, uint256 end) external view returns (UnitState memory) {
        bool stops = LIMIT <= 1 << 32;
        uint256 perItem = stops ? BLOCKS_PER_ITEM : 1;
        uint256 all = (end - genesis.itemIndex) * perItem;
        if (units > all) units = all;
        uint64 item = genesis.itemIndex + uint64(units / perItem);
        if (!stops) return UnitState(genesis.stateRoot, genesis.headerHash, genesis.blockNumber, item, 0, 0);
        return UnitState(
            bytes32(_add(uint256(genesis.stateRoot), units * LIMIT)),
            bytes32(uint256(genesis.headerHash) + units),
            genesis.blockNumber + uint64(units),
            item,
            uint32(10 * (units % perItem)),
            uint32(units % perItem)
        );
    }

    function _open(bytes32 expected, bytes calldata proof) private pure returns (Toy memory toy) {
        toy = abi.decode(proof, (Toy));
        bytes32 computed = keccak256(abi.encode(toy));
        if (computed != expected) revert WrongMachine(computed, expected);
    }

    function _add(uint256 value, uint256 times) private pure returns (uint256) {
        unchecked {
            return value + times * ADDEND;
        }
    }

    function _increment(bytes32 word) private pure returns (uint256) {
        unchecked {
            return uint256(word) + 1;
        }
    }
}
