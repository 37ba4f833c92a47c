// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Judge of one instruction of the provable machine (docs/spec/machine.md)
interface IOneStepProver {
    /// @notice A block tuple without its program: where a unit of proof starts, or where the next one does.
    /// @param itemIndex Next item not yet consumed.
    /// @param payloadOffset Bytes of its payload already consumed.
    /// @param unitIndex Units of that item before this one.
    struct UnitState {
        bytes32 stateRoot;
        bytes32 headerHash;
        uint64 blockNumber;
        uint64 itemIndex;
        uint32 payloadOffset;
        uint32 unitIndex;
    }

    /// @notice Most units of one item: `finish` leads on to the next item after them.
    function UNITS_PER_ITEM() external view returns (uint256);

    /// @notice Hash of the machine before its first step.
    function startHash(bytes32 programHash, UnitState calldata start) external view returns (bytes32);

    /// @notice Hash of the machine after one step. Reverts only if the proof is wrong; every state that a program can
    /// reach has a next one. A stopped machine stays as it is.
    /// @param proof See docs/spec/machine.md, "Step proof".
    function step(bytes32 programHash, bytes32 beforeHash, bytes calldata proof) external view returns (bytes32);

    /// @notice Where the next unit starts, given the machine after the last step. A machine that trapped, or still runs
    /// when the steps of a unit are used up, leaves state and header as they were; the messages of its item follow one by
    /// one (docs/spec/program.md, "Trap"). Whatever the machine says, an item ends with its last unit.
    /// @param proof Header words and frame of that machine.
    function finish(UnitState calldata start, bytes32 machineHash, bytes calldata proof)
        external
        pure
        returns (UnitState memory next);
}
