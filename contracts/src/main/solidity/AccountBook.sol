// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.5.12;

/// @title The first account book, one contract per server, with the interface and storage layout of go-ethereum PR 20417
/// @notice For compatibility only, off by default: it keeps the faults of its model on purpose (a cheque that bounces is
/// written off, small withdrawals go unanswered, no chain id, high s, signatures of nobody); use AccountBook2.
/// @dev Slots: 0 paids, 1 deposits, 2 withdrawRequests, 3 challengeTimeWindow below owner.
contract AccountBook {
    struct WithdrawRequest {
        uint128 amount;
        uint128 createdAt;
    }

    mapping(address => uint256) public paids;
    mapping(address => uint256) public deposits;
    mapping(address => WithdrawRequest) public withdrawRequests;
    uint64 public challengeTimeWindow;
    address payable public owner;

    event balanceChangedEvent(address indexed addr, uint256 oldBalance, uint256 newBalance);
    event withdrawEvent(address indexed addr, uint256 amount);

    constructor(uint64 _challengeTimeWindow) public {
        owner = msg.sender;
        challengeTimeWindow = _challengeTimeWindow;
    }

    /// @notice Adds to the caller's deposit.
    function deposit() public payable {
        require(msg.value > 0, "invalid deposit");
        uint256 before = deposits[msg.sender];
        deposits[msg.sender] = before + msg.value;
        emit balanceChangedEvent(msg.sender, before, before + msg.value);
    }

    /// @notice Asks for part of the deposit back; ignored while another request is open.
    function withdraw(uint256 amount) public {
        require(amount > 0 && amount <= deposits[msg.sender], "invalid withdraw");
        if (withdrawRequests[msg.sender].createdAt != 0) {
            return;
        }
        withdrawRequests[msg.sender] = WithdrawRequest(uint128(amount), uint128(block.number));
        emit withdrawEvent(msg.sender, amount);
    }

    /// @notice Takes what was asked back after the window.
    function claim() public {
        WithdrawRequest memory request = withdrawRequests[msg.sender];
        require(request.createdAt != 0, "no request");
        require(request.createdAt + challengeTimeWindow <= block.number, "too early");
        uint256 before = deposits[msg.sender];
        delete withdrawRequests[msg.sender];
        deposits[msg.sender] = before - request.amount;
        emit balanceChangedEvent(msg.sender, before, before - request.amount);
        msg.sender.transfer(request.amount);
    }

    /// @notice Cashes a cheque of payer over amount in total; the owner only.
    function cash(address payer, uint256 amount, uint8 v, bytes32 r, bytes32 s) public {
        require(msg.sender == owner, "only the owner may cash");
        bytes32 hash = keccak256(abi.encodePacked(byte(0x19), byte(0), this, amount));
        require(payer == ecrecover(hash, v, r, s), "invalid signature");
        uint256 paid = paids[payer];
        require(amount > paid, "nothing due");
        uint256 left = deposits[payer];
        uint256 moved = amount - paid;
        if (moved > left) {
            moved = left;
        }
        paids[payer] = amount;
        deposits[payer] = left - moved;
        if (withdrawRequests[payer].amount > left - moved) {
            withdrawRequests[payer].amount = uint128(left - moved);
        }
        emit balanceChangedEvent(payer, left, left - moved);
        owner.transfer(moved);
    }
}
