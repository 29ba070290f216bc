// SPDX-License-Identifier: MIT
pragma solidity ^0.8.19;

/// The contract that the libraries deploy: state, an indexed event, a revert text and a custom error.
contract Counter {
    event Added(address indexed by, uint256 indexed amount, uint256 total, string note);

    error TooMuch(uint256 asked, uint256 allowed);

    uint256 public total;
    string public name;

    constructor(string memory name_) {
        name = name_;
    }

    function add(uint256 amount, string calldata note) external returns (uint256) {
        require(amount != 0, "nothing to add");
        if (amount > 100) revert TooMuch(amount, 100);
        total += amount;
        emit Added(msg.sender, amount, total, note);
        return total;
    }
}
