// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice Runs calls for a test and, when it is sent ether, makes another call from within that transfer.
contract Reenterer {
    address private target;
    bytes private data;
    uint256 private left;
    bool private refuses;

    /// @notice How many of the calls from within a transfer succeeded.
    uint256 public successes;

    /// @notice How many there were.
    uint256 public attempts;

    constructor() payable {}

    /// @notice What to call, how many times at most, when ether arrives.
    function arm(address target_, bytes calldata data_, uint256 times) external {
        (target, data, left) = (target_, data_, times);
    }

    /// @notice Makes transfers to this contract fail, or no longer.
    function refuse(bool refuses_) external {
        refuses = refuses_;
    }

    function run(address to, uint256 value, bytes calldata input) external returns (bytes memory) {
        (bool ok, bytes memory answer) = to.call{value: value}(input);
        if (!ok) {
            assembly {
                revert(add(answer, 32), mload(answer))
            }
        }
        return answer;
    }

    receive() external payable {
        require(!refuses, "refused");
        if (left == 0) return;
        left--;
        attempts++;
        (bool ok,) = target.call(data);
        if (ok) successes++;
    }
}
