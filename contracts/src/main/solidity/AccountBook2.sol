// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title Account book of cumulative cheques, one contract for all payers and payees of a chain
/// @notice A payer puts ether aside for one payee and signs cheques over ever larger totals; the payee cashes the
/// newest whenever it pays. Nobody has to trust anybody: deposits leave only by the payer's signature to the payee,
/// by both signatures, or back to the payer after a window in which the payee can still cash.
/// @dev There is no owner, no upgrade, no immutable and no constructor: the code hash is the same on every chain, and
/// who knows it need not trust whoever deployed the contract. All state changes come before the one transfer that
/// ends a call, so that what a recipient does in it meets settled books.
///
/// Storage: slot 0 accounts, slot 1 requests, slot 2 windows; see contracts/README.md for the slots of an account.
contract AccountBook2 {
    /// @dev Both count wei. paid rises only by what was really moved; the rest of a cheque stays claimable.
    struct Account {
        uint128 deposit;
        uint128 paid;
    }

    /// @dev amount is in wei, zero when nothing is asked back; closes counts cooperative closes, so that no signature
    /// for one serves twice.
    struct Request {
        uint128 amount;
        uint64 sinceBlock;
        uint64 closes;
    }

    /// @dev Compact as in EIP-2098: the highest bit of vs is the parity, the rest is s.
    struct Cheque {
        address payer;
        uint256 cumulative;
        bytes32 r;
        bytes32 vs;
    }

    /// @dev Compact as in EIP-2098.
    struct Signature {
        bytes32 r;
        bytes32 vs;
    }

    /// @notice About one day: the shortest time that a payee has to answer a withdrawal.
    uint64 public constant MIN_WINDOW_BLOCKS = 7_200;

    /// @notice About a month: no payee can lock deposits for longer.
    uint64 public constant MAX_WINDOW_BLOCKS = 216_000;

    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME = keccak256("LES AccountBook");
    bytes32 private constant VERSION = keccak256("2");
    bytes32 private constant CHEQUE_TYPE = keccak256("Cheque(address payee,uint256 cumulative)");
    bytes32 private constant CASH_TYPE =
        keccak256("Cash(address payer,uint256 cumulative,uint256 fee,uint256 deadline)");
    bytes32 private constant CLOSE_TYPE =
        keccak256("Close(address payee,address payer,uint256 cumulative,uint256 closes,uint256 deadline)");

    /// @dev Half of the order of the group; signatures with a larger s are twins of ones with a smaller.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant S_MASK = 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff;

    mapping(address payee => mapping(address payer => Account)) private accounts;
    mapping(address payee => mapping(address payer => Request)) private requests;
    mapping(address payee => uint256) private windows;

    event Deposited(address indexed payee, address indexed payer, uint256 amount);
    event Cashed(address indexed payee, address indexed payer, uint256 amount, uint256 paid);
    /// @notice A cheque could not be paid in full: so much is missing, and stays due.
    event Bounced(address indexed payee, address indexed payer, uint256 missing);
    event WithdrawRequested(address indexed payee, address indexed payer, uint256 amount, uint256 claimableAtBlock);
    event Withdrawn(address indexed payee, address indexed payer, uint256 amount);
    event Closed(address indexed payee, address indexed payer, uint256 amount, uint256 refund);
    event WindowFixed(address indexed payee, uint256 windowBlocks);

    error ZeroPayee();
    error BadSignature();
    error NothingDue();
    error Expired();
    error AboveDeposit();
    error NoRequest();
    error TooEarly(uint256 claimableAtBlock);
    error WindowAlreadyFixed();
    error WindowOutOfRange();
    error TransferFailed();
    error TooLarge();

    // ---------------------------------------------------------------- payer

    /// @notice Puts ether aside for payee. The first deposit for a payee fixes the payee's window.
    function deposit(address payee) external payable {
        if (payee == address(0)) revert ZeroPayee();
        if (msg.value > type(uint128).max) revert TooLarge();
        Account storage account = accounts[payee][msg.sender];
        uint128 before = account.deposit;
        if (before == 0 && windows[payee] == 0) {
            windows[payee] = MIN_WINDOW_BLOCKS;
            emit WindowFixed(payee, MIN_WINDOW_BLOCKS);
        }
        account.deposit = before + uint128(msg.value);
        emit Deposited(payee, msg.sender, msg.value);
    }

    /// @notice Asks for part of a deposit back. A later request replaces the one before and starts the window anew;
    /// zero takes it back.
    function withdraw(address payee, uint256 amount) external {
        if (amount > accounts[payee][msg.sender].deposit) revert AboveDeposit();
        Request storage request = requests[payee][msg.sender];
        request.amount = uint128(amount);
        request.sinceBlock = uint64(block.number);
        emit WithdrawRequested(payee, msg.sender, amount, block.number + window(payee));
    }

    /// @notice Takes what was asked back and is still there, once the window is over.
    function claim(address payee) external {
        Request storage request = requests[payee][msg.sender];
        uint128 amount = request.amount;
        if (amount == 0) revert NoRequest();
        uint256 claimableAt = request.sinceBlock + window(payee);
        if (block.number < claimableAt) revert TooEarly(claimableAt);
        Account storage account = accounts[payee][msg.sender];
        uint128 left = account.deposit;
        if (amount > left) amount = left;
        account.deposit = left - amount;
        request.amount = 0;
        request.sinceBlock = 0;
        emit Withdrawn(payee, msg.sender, amount);
        send(msg.sender, amount);
    }

    // ---------------------------------------------------------------- payee

    /// @notice Fixes the time that payers of the caller wait for a withdrawal; possible once, before the first deposit.
    function fixWindow(uint256 blocks) external {
        if (windows[msg.sender] != 0) revert WindowAlreadyFixed();
        if (blocks < MIN_WINDOW_BLOCKS || blocks > MAX_WINDOW_BLOCKS) revert WindowOutOfRange();
        windows[msg.sender] = blocks;
        emit WindowFixed(msg.sender, blocks);
    }

    /// @notice Cashes a cheque over cumulative wei in total, signed by payer for the caller.
    function cash(address payer, uint256 cumulative, bytes32 r, bytes32 vs) external {
        checkSigner(payer, chequeHash(msg.sender, cumulative), r, vs);
        uint256 moved = move(msg.sender, payer, cumulative);
        if (moved == 0) revert NothingDue();
        send(msg.sender, moved);
    }

    /// @notice Cashes cheques of many payers with one transfer. One that moves nothing is passed over.
    function cashMany(Cheque[] calldata cheques) external {
        bytes32 domain = domainSeparator();
        uint256 total;
        for (uint256 i; i < cheques.length; ++i) {
            Cheque calldata cheque = cheques[i];
            bytes32 hash = typedHash(domain, keccak256(abi.encode(CHEQUE_TYPE, msg.sender, cheque.cumulative)));
            checkSigner(cheque.payer, hash, cheque.r, cheque.vs);
            total += move(msg.sender, cheque.payer, cheque.cumulative);
        }
        if (total == 0) revert NothingDue();
        send(msg.sender, total);
    }

    /// @notice Cashes a cheque for payee, who signed that whoever does may keep the fee. With a fee the cheque must be
    /// paid in full, so that the instruction cannot serve twice.
    function cashFor(
        address payee,
        Cheque calldata cheque,
        uint256 fee,
        uint256 deadline,
        Signature calldata byPayee
    ) external {
        if (block.timestamp > deadline) revert Expired();
        bytes32 instruction = keccak256(abi.encode(CASH_TYPE, cheque.payer, cheque.cumulative, fee, deadline));
        checkSigner(payee, typedHash(domainSeparator(), instruction), byPayee.r, byPayee.vs);
        checkSigner(cheque.payer, chequeHash(payee, cheque.cumulative), cheque.r, cheque.vs);
        uint256 moved = move(payee, cheque.payer, cheque.cumulative);
        if (moved == 0) revert NothingDue();
        if (fee == 0) {
            send(payee, moved);
            return;
        }
        if (moved < fee || accounts[payee][cheque.payer].paid != cheque.cumulative) revert AboveDeposit();
        send(payee, moved - fee);
        send(msg.sender, fee);
    }

    // ---------------------------------------------------------------- both

    /// @notice Ends an account at once: payee gets what cumulative leaves due, payer the rest. Both have signed; anyone
    /// may send it. A payer must not sign less than the highest cheque given, which stays valid for later deposits.
    function cooperativeClose(
        address payee,
        address payer,
        uint256 cumulative,
        uint256 deadline,
        Signature calldata byPayer,
        Signature calldata byPayee
    ) external {
        if (block.timestamp > deadline) revert Expired();
        Request storage request = requests[payee][payer];
        uint64 closes = request.closes;
        bytes32 hash = typedHash(
            domainSeparator(), keccak256(abi.encode(CLOSE_TYPE, payee, payer, cumulative, closes, deadline))
        );
        checkSigner(payer, hash, byPayer.r, byPayer.vs);
        checkSigner(payee, hash, byPayee.r, byPayee.vs);
        uint256 moved = move(payee, payer, cumulative);
        Account storage account = accounts[payee][payer];
        if (account.paid < cumulative) revert AboveDeposit();
        uint256 refund = account.deposit;
        account.deposit = 0;
        request.amount = 0;
        request.sinceBlock = 0;
        request.closes = closes + 1;
        emit Closed(payee, payer, moved, refund);
        if (moved > 0) send(payee, moved);
        if (refund > 0) send(payer, refund);
    }

    // ---------------------------------------------------------------- views

    /// @notice What is left of the deposit, and what was paid so far, in wei.
    function accountOf(address payee, address payer) external view returns (uint256 left, uint256 paid) {
        Account storage account = accounts[payee][payer];
        return (account.deposit, account.paid);
    }

    /// @notice The open withdrawal: wei (zero for none) and since which block; and how often the account was closed.
    function requestOf(address payee, address payer)
        external
        view
        returns (uint256 amount, uint256 sinceBlock, uint256 closes)
    {
        Request storage request = requests[payee][payer];
        return (request.amount, request.sinceBlock, request.closes);
    }

    /// @notice How many blocks payers of payee wait for a withdrawal.
    function window(address payee) public view returns (uint256) {
        uint256 blocks = windows[payee];
        return blocks == 0 ? MIN_WINDOW_BLOCKS : blocks;
    }

    /// @notice The EIP-712 domain separator of this contract on this chain, after a fork on each its own.
    function domainSeparator() public view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, NAME, VERSION, block.chainid, address(this)));
    }

    /// @notice What a payer signs to owe payee cumulative wei in total.
    function chequeHash(address payee, uint256 cumulative) public view returns (bytes32) {
        return typedHash(domainSeparator(), keccak256(abi.encode(CHEQUE_TYPE, payee, cumulative)));
    }

    // ---------------------------------------------------------------- inside

    /// @dev Books what a cheque moves; the caller sends it.
    function move(address payee, address payer, uint256 cumulative) private returns (uint256 moved) {
        Account storage account = accounts[payee][payer];
        uint256 left = account.deposit;
        uint256 paid = account.paid;
        if (cumulative <= paid) return 0;
        unchecked {
            moved = cumulative - paid;
            if (moved > left) {
                emit Bounced(payee, payer, moved - left);
                moved = left;
            }
            if (moved == 0) return 0;
            left -= moved;
            paid += moved; // of two numbers below 2^128
        }
        if (paid > type(uint128).max) revert TooLarge();
        (account.deposit, account.paid) = (uint128(left), uint128(paid));
        emit Cashed(payee, payer, moved, paid);
    }

    function typedHash(bytes32 domain, bytes32 content) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, content));
    }

    function checkSigner(address signer, bytes32 hash, bytes32 r, bytes32 vs) private pure {
        uint256 s = uint256(vs) & S_MASK;
        if (s > HALF_ORDER) revert BadSignature();
        uint8 v = uint8(uint256(vs) >> 255) + 27;
        address recovered = ecrecover(hash, v, r, bytes32(s));
        if (recovered == address(0) || recovered != signer) revert BadSignature();
    }

    function send(address to, uint256 amount) private {
        (bool sent,) = to.call{value: amount}("");
        if (!sent) revert TransferFailed();
    }
}
