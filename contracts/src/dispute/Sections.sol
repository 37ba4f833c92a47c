// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title A stretch of a trace, cut into segments of nearly equal length
/// @notice `hashes[i]` stands after `length * i / segments` units or steps of the stretch. On chain only a commitment is
/// kept; who moves shows the section again.
library Sections {
    /// @notice What the last mover claims about a stretch.
    /// @param length Units of proof or machine steps it spans.
    /// @param hashes One more than there are segments; the first is agreed on, the last is what is disputed.
    struct Section {
        uint256 length;
        bytes32[] hashes;
    }

    /// @notice The section shown is not the one that stands: another move came first, or L1 was reorganised.
    error SectionMismatch(bytes32 computed, bytes32 expected);
    /// @notice There must be one hash more than segments.
    error WrongHashCount(uint256 count, uint256 expected);
    /// @notice There is no such segment.
    error NoSuchSegment(uint256 index, uint256 segments);

    /// @notice Commitment to a section on one level of one game.
    function commit(Section memory section, uint256 gameId, uint256 level) internal pure returns (bytes32) {
        return keccak256(abi.encode(gameId, level, section.length, section.hashes));
    }

    /// @notice Reverts unless `section` is committed as `expected`.
    function open(Section calldata section, uint256 gameId, uint256 level, bytes32 expected) internal pure {
        bytes32 computed = keccak256(abi.encode(gameId, level, section.length, section.hashes));
        if (computed != expected) revert SectionMismatch(computed, expected);
    }

    /// @notice Reverts unless there are as many hashes as a section of this length has at this degree.
    function checkCount(uint256 length, uint256 degree, uint256 count) internal pure {
        uint256 expected = (length < degree ? length : degree) + 1;
        if (count != expected) revert WrongHashCount(count, expected);
    }

    /// @notice Segment `index`: its length and the hashes at its ends.
    function segment(Section calldata section, uint256 index)
        internal
        pure
        returns (uint256 length, bytes32 first, bytes32 last)
    {
        uint256 segments = section.hashes.length - 1;
        if (index >= segments) revert NoSuchSegment(index, segments);
        length = (section.length * (index + 1)) / segments - (section.length * index) / segments;
        return (length, section.hashes[index], section.hashes[index + 1]);
    }
}
