// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title BLS aggregate signatures, public keys in G1 (EIP-2537)
/// @notice `preimage` is the signature (G2, 256 bytes), then 160 bytes per member: public key (G1, 128 bytes) and
/// message (32 bytes). `digest = keccak(signature || keccak(member 0) || keccak(member 1) ...)`.
library BlsAggregate {
    /// @notice The preimage is not that of the digest.
    error AggregateMismatch(bytes32 computed, bytes32 expected);
    /// @notice Too little gas to tell an invalid point from a failed call.
    error NotEnoughGas(uint256 available, uint256 needed);
    /// @notice A precompiled contract failed on points that are in their groups, which it does only without gas.
    error PairingFailed();
    /// @notice A precompiled contract failed, which it does only without gas.
    error HashToCurveFailed();

    uint256 internal constant MAX_MEMBERS = 128;
    uint256 private constant SIGNATURE_BYTES = 256;
    uint256 private constant MEMBER_BYTES = 160;
    uint256 private constant KEY_BYTES = 128;
    uint256 private constant PAIR_BYTES = 384;
    address private constant PAIRING = address(0x0f);
    bytes private constant DOMAIN = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
    bytes private constant MODULUS =
        hex"1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
    /// @dev The generator of G1, negated.
    bytes private constant MINUS_GENERATOR = hex"0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
        hex"00000000000000000000000000000000114d1d6855d545a8aa7d76c8cf2e21f267816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca";

    /// @notice Whether the signature is the aggregate of all members'. False for no members, more than 128, a key at
    /// infinity, or a point that is not in its group.
    function verify(bytes32 digest, bytes calldata preimage) internal view returns (bool) {
        uint256 members = membersOf(digest, preimage);
        if (members == 0 || members > MAX_MEMBERS) return false;
        bytes memory pairs = new bytes((members + 1) * PAIR_BYTES);
        put(pairs, 0, MINUS_GENERATOR);
        put(pairs, KEY_BYTES, preimage[:SIGNATURE_BYTES]);
        for (uint256 i = 0; i < members; ++i) {
            bytes calldata member = preimage[SIGNATURE_BYTES + i * MEMBER_BYTES:];
            if (isInfinity(member)) return false;
            put(pairs, (i + 1) * PAIR_BYTES, member[:KEY_BYTES]);
            put(pairs, (i + 1) * PAIR_BYTES + KEY_BYTES, hashToCurve(bytes32(member[KEY_BYTES:MEMBER_BYTES])));
        }
        return pairing(pairs, members + 1);
    }

    /// @dev Checks the preimage and counts the members.
    function membersOf(bytes32 digest, bytes calldata preimage) private pure returns (uint256 members) {
        if (preimage.length < SIGNATURE_BYTES) revert AggregateMismatch(0, digest);
        members = (preimage.length - SIGNATURE_BYTES) / MEMBER_BYTES;
        if (preimage.length != SIGNATURE_BYTES + members * MEMBER_BYTES) revert AggregateMismatch(0, digest);
        bytes memory hashes = new bytes(SIGNATURE_BYTES + members * 32);
        put(hashes, 0, preimage[:SIGNATURE_BYTES]);
        for (uint256 i = 0; i < members; ++i) {
            uint256 from = SIGNATURE_BYTES + i * MEMBER_BYTES;
            bytes32 hash = keccak256(preimage[from:from + MEMBER_BYTES]);
            assembly ("memory-safe") {
                mstore(add(add(hashes, 288), shl(5, i)), hash)
            }
        }
        bytes32 computed = keccak256(hashes);
        if (computed != digest) revert AggregateMismatch(computed, digest);
    }

    /// @dev An invalid point makes the precompile fail with all its gas, as too little gas does. It gets what it asks for
    /// this many pairs, so that only an invalid point can be the cause.
    function pairing(bytes memory pairs, uint256 count) private view returns (bool) {
        uint256 needed = pairingPrice(count);
        // A call gets at most 63/64 of what is left, however much it is given.
        if (gasleft() < needed + needed / 32 + 10_000) revert NotEnoughGas(gasleft(), needed);
        (bool ok, bytes memory result) = PAIRING.staticcall{ gas: needed }(pairs);
        return ok && bytes32(result) == bytes32(uint256(1));
    }

    /// @dev Measured, because L1 may change prices: what one pair and two pairs take, carried on. The price depends on the
    /// number of pairs alone, and the work is the same for each pair, so more pairs are not dearer than that. Two pairs come
    /// first: should an EVM charge extra for the first call of an address, the price comes out too high, never too low.
    function pairingPrice(uint256 count) private view returns (uint256) {
        uint256 two = measure(2);
        uint256 one = measure(1);
        return one + (count - 1) * (two - one);
    }

    /// @dev Gas for pairs of points at infinity: valid at any number, and their product is one.
    function measure(uint256 count) private view returns (uint256 used) {
        bytes memory pairs = new bytes(count * PAIR_BYTES);
        address precompile = PAIRING;
        bool ok;
        bytes32 product;
        assembly ("memory-safe") {
            used := gas()
            ok := staticcall(gas(), precompile, add(pairs, 32), mload(pairs), 0, 32)
            used := sub(used, gas())
            product := mload(0)
        }
        if (!ok || product != bytes32(uint256(1))) revert PairingFailed();
    }

    /// @dev RFC 9380, BLS12381G2_XMD:SHA-256_SSWU_RO_.
    function hashToCurve(bytes32 message) private view returns (bytes memory) {
        bytes memory uniform = expand(message);
        bytes memory first = mapToCurve(uniform, 0);
        bytes memory second = mapToCurve(uniform, 128);
        return call(address(0x0d), abi.encodePacked(first, second));
    }

    /// @dev expand_message_xmd to 256 bytes.
    function expand(bytes32 message) private pure returns (bytes memory uniform) {
        bytes memory suffix = abi.encodePacked(DOMAIN, uint8(DOMAIN.length));
        bytes32 base = sha256(abi.encodePacked(bytes32(0), bytes32(0), message, uint16(256), uint8(0), suffix));
        bytes32 block_ = sha256(abi.encodePacked(base, uint8(1), suffix));
        uniform = abi.encodePacked(block_);
        for (uint8 i = 2; i <= 8; ++i) {
            block_ = sha256(abi.encodePacked(base ^ block_, i, suffix));
            uniform = abi.encodePacked(uniform, block_);
        }
    }

    function mapToCurve(bytes memory uniform, uint256 offset) private view returns (bytes memory) {
        return call(address(0x11), abi.encodePacked(reduce(uniform, offset), reduce(uniform, offset + 64)));
    }

    /// @dev 64 bytes modulo the field's prime, by the modular exponentiation precompile with exponent 1.
    function reduce(bytes memory uniform, uint256 offset) private view returns (bytes memory) {
        bytes32 high;
        bytes32 low;
        assembly ("memory-safe") {
            high := mload(add(add(uniform, 32), offset))
            low := mload(add(add(uniform, 64), offset))
        }
        bytes memory input = abi.encodePacked(uint256(64), uint256(1), uint256(48), high, low, uint8(1), MODULUS);
        return abi.encodePacked(bytes16(0), call(address(0x05), input));
    }

    function call(address precompile, bytes memory input) private view returns (bytes memory result) {
        bool ok;
        (ok, result) = precompile.staticcall(input);
        if (!ok) revert HashToCurveFailed();
    }

    function isInfinity(bytes calldata member) private pure returns (bool) {
        bytes32 all;
        for (uint256 i = 0; i < KEY_BYTES; i += 32) {
            all |= bytes32(member[i:i + 32]);
        }
        return all == 0;
    }

    function put(bytes memory target, uint256 offset, bytes memory part) private pure {
        assembly ("memory-safe") {
            mcopy(add(add(target, 32), offset), add(part, 32), mload(part))
        }
    }
}
