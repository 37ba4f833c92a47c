// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { IRollup } from "../interfaces/IRollup.sol";
import { Types } from "../libraries/Types.sol";

/// @title The assertions as op-stack clients expect to read outputs
/// @notice Output index = number of the assertion. Only what nobody disputes is offered to prove on; what is offered
/// may still be rejected, and then its proofs are void.
contract L2OutputOracle {
    /// @notice Not "1.0.0": clients read the finalisation period here.
    string public constant version = "2.0.0";

    /// @notice Assertions.
    IRollup public immutable ROLLUP;
    /// @notice L2 blocks between two outputs, roughly: clients estimate waiting times from it.
    uint256 public immutable SUBMISSION_INTERVAL;
    /// @notice Seconds between two L2 blocks at most while there is traffic.
    uint256 public immutable L2_BLOCK_TIME;

    constructor(IRollup rollup, uint256 submissionInterval_, uint256 l2BlockTime_) {
        ROLLUP = rollup;
        SUBMISSION_INTERVAL = submissionInterval_;
        L2_BLOCK_TIME = l2BlockTime_;
    }

    /// @notice Index of the oldest undisputed output that covers the block.
    /// @dev Clients recognise "not yet" by the words, so this is not a custom error.
    function getL2OutputIndexAfter(uint256 l2BlockNumber) public view returns (uint256 index) {
        bool found;
        (found, index) = ROLLUP.oldestUndisputed(l2BlockNumber);
        require(found, "L2OutputOracle: cannot get output for a block that has not been proposed");
    }

    /// @notice Oldest undisputed output that covers the block.
    function getL2OutputAfter(uint256 l2BlockNumber) external view returns (Types.OutputProposal memory) {
        return getL2Output(getL2OutputIndexAfter(l2BlockNumber));
    }

    /// @notice Output with this index; reverts if there is none.
    function getL2Output(uint256 index) public view returns (Types.OutputProposal memory) {
        IRollup.Assertion memory found = ROLLUP.assertion(index);
        return Types.OutputProposal(found.outputRoot, found.createdAt, found.blockNumber);
    }

    /// @notice Index of the newest undisputed output.
    function latestOutputIndex() public view returns (uint256) {
        return ROLLUP.newestUndisputed();
    }

    /// @notice Index the next output will have.
    function nextOutputIndex() external view returns (uint256) {
        return ROLLUP.assertionCount();
    }

    /// @notice L2 block of the newest undisputed output.
    function latestBlockNumber() public view returns (uint256) {
        return ROLLUP.assertion(latestOutputIndex()).blockNumber;
    }

    /// @notice L2 block the next output is expected at.
    function nextBlockNumber() external view returns (uint256) {
        return latestBlockNumber() + SUBMISSION_INTERVAL;
    }

    /// @notice L2 block of the genesis output.
    function startingBlockNumber() external view returns (uint256) {
        return ROLLUP.assertion(0).blockNumber;
    }

    /// @notice L1 time of the genesis output, seconds.
    function startingTimestamp() external view returns (uint256) {
        return ROLLUP.assertion(0).createdAt;
    }

    /// @notice Seconds an output stays open to challenge.
    function FINALIZATION_PERIOD_SECONDS() public view returns (uint256) {
        return ROLLUP.CHALLENGE_WINDOW();
    }

    /// @notice Seconds an output stays open to challenge.
    function finalizationPeriodSeconds() external view returns (uint256) {
        return FINALIZATION_PERIOD_SECONDS();
    }

    /// @notice L2 blocks between two outputs.
    function submissionInterval() external view returns (uint256) {
        return SUBMISSION_INTERVAL;
    }

    /// @notice Seconds between two L2 blocks.
    function l2BlockTime() external view returns (uint256) {
        return L2_BLOCK_TIME;
    }
}
