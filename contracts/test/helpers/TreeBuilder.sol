// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import { RLP } from "@openzeppelin/contracts/utils/RLP.sol";
import { StateProof } from "../../src/libraries/StateProof.sol";

/// @title A state tree small enough to be rebuilt for each root
contract TreeBuilder {
    bytes32[] private _keys;
    mapping(bytes32 key => bytes32 value) private _values;
    mapping(bytes32 key => bool) private _known;

    function set(bytes32 key, bytes32 value) public {
        if (!_known[key]) _keys.push(key);
        _known[key] = true;
        _values[key] = value;
    }

    function root() public view returns (bytes32) {
        return _node(_keys, 0);
    }

    /// @dev Proof as one RLP node per 96 bytes.
    function prove(bytes32 key) external view returns (bytes[] memory nodes) {
        bytes memory proof = proofOf(key);
        nodes = new bytes[]((proof.length + 95) / 96);
        for (uint256 i = 0; i < nodes.length; ++i) {
            uint256 length = i + 1 == nodes.length ? proof.length - 96 * i : 96;
            bytes memory chunk = new bytes(length);
            for (uint256 j = 0; j < length; ++j) {
                chunk[j] = proof[96 * i + j];
            }
            nodes[i] = RLP.encode(chunk);
        }
    }

    function proofOf(bytes32 key) public view returns (bytes memory) {
        bytes32[] memory keys = _keys;
        bytes32 path = StateProof.hash(key);
        bytes memory siblings;
        uint256 depth = 0;
        while (keys.length > 1) {
            (bytes32[] memory left, bytes32[] memory right) = _split(keys, depth);
            bool goRight = _bit(path, depth);
            siblings = bytes.concat(_node(goRight ? left : right, depth + 1), siblings);
            keys = goRight ? right : left;
            ++depth;
        }
        bytes2 count = bytes2(uint16(depth));
        if (keys.length == 0) return bytes.concat(hex"00", count, siblings);
        if (keys[0] == key) return bytes.concat(hex"01", count, _values[key], siblings);
        return bytes.concat(hex"02", count, StateProof.hash(keys[0]), _values[keys[0]], siblings);
    }

    function _node(bytes32[] memory keys, uint256 depth) private view returns (bytes32) {
        if (keys.length == 0) return 0;
        if (keys.length == 1) return StateProof.leaf(StateProof.hash(keys[0]), _values[keys[0]]);
        (bytes32[] memory left, bytes32[] memory right) = _split(keys, depth);
        return StateProof.hashPair(_node(left, depth + 1), _node(right, depth + 1));
    }

    function _split(bytes32[] memory keys, uint256 depth)
        private
        view
        returns (bytes32[] memory left, bytes32[] memory right)
    {
        uint256 rights;
        for (uint256 i = 0; i < keys.length; ++i) {
            if (_bit(StateProof.hash(keys[i]), depth)) ++rights;
        }
        left = new bytes32[](keys.length - rights);
        right = new bytes32[](rights);
        uint256 l;
        uint256 r;
        for (uint256 i = 0; i < keys.length; ++i) {
            if (_bit(StateProof.hash(keys[i]), depth)) right[r++] = keys[i];
            else left[l++] = keys[i];
        }
    }

    function _bit(bytes32 path, uint256 depth) private pure returns (bool) {
        return (uint256(path) >> (255 - depth)) & 1 == 1;
    }
}
