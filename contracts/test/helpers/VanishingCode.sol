// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Becomes whatever its creator says, and is gone after the transaction
/// @notice Its creation code is always the same, so CREATE2 gives it the same address whatever it becomes.
contract Chameleon {
    constructor() {
        VanishingCode creator = VanishingCode(msg.sender);
        (bool destroyed,) = creator.destroyer().delegatecall("");
        assert(destroyed);
        bytes memory code = creator.code();
        assembly ("memory-safe") {
            return(add(code, 32), mload(code))
        }
    }
}

/// @title Makes code that is there until the transaction ends, and again, other code at the same address
contract VanishingCode {
    /// @dev Destroys whoever delegates to it. Its code is ORIGIN, SELFDESTRUCT.
    address public immutable destroyer;
    bytes public code;

    constructor() {
        bytes memory creation = hex"6132ff5f526002601ef3";
        address made;
        assembly ("memory-safe") {
            made := create(0, add(creation, 32), mload(creation))
        }
        destroyer = made;
    }

    /// @notice Makes a contract with this code and, in the same transaction, makes a call about it.
    /// @return made Address of the contract.
    /// @return accepted Whether the call went through.
    function makeAndCall(bytes calldata code_, address target, bytes calldata data)
        external
        returns (address made, bool accepted)
    {
        code = code_;
        made = address(new Chameleon{ salt: 0 }());
        require(keccak256(made.code) == keccak256(code_), "made");
        (accepted,) = target.call(data);
    }

    /// @notice Makes calls in one transaction, and lends its own context to a contract.
    function callAllAndDelegate(address target, bytes[] calldata calls, address delegate) external {
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool made,) = target.call(calls[i]);
            require(made, "call");
        }
        (bool called,) = delegate.call(hex"ff");
        (bool delegated,) = delegate.delegatecall(hex"ff");
        require(called && delegated, "nothing to do succeeds");
    }
}
