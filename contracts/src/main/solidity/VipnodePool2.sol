// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title VipnodePool2: the money of pools that bring clients and hosts together.
/// @notice One contract for all pools of a chain; a pool is the account of its operator. A client makes one deposit at a
/// pool, whatever the number of hosts it meets there; a host is paid from the pool's float, which one deposit of the
/// operator fills and the clients' cheques refill. So N clients and M hosts need N + 1 deposits, or N + M where each host
/// insists on a reserve of its own.
///
/// What the operator can do with a client's deposit: collect what the client signed, and nothing else. Spending is the
/// sum that a client's cheque states, so a cheque that is used twice, or an old one, moves nothing. A client that wants
/// to leave announces a withdrawal; for WINDOW blocks the pool may answer with the newest cheque; then the client takes
/// the rest. Client and pool together can end it at once.
/// What a host can rely on: cheques of the operator over the sum earned, payable by anybody from the host's reserve first
/// and the float then; what could not be paid stays payable. The operator can take float, or reduce a reserve, only
/// WINDOW blocks after announcing it, so every cheque that a host holds can be cashed before.
/// The first pool contract let its operator write any balance for any account (vipnode/vipnode-contract).
contract VipnodePool2 {
    struct Account {
        uint128 deposit; // left
        uint128 spent; // of the client's signed sum, what was moved to the float
    }

    struct Host {
        uint128 reserve; // left, for this host only
        uint128 paid; // of the operator's signed sum, what was moved to the host
    }

    struct Notice {
        uint128 amount;
        uint64 readyAt; // the block from which it can be taken; zero: none
        uint64 leaves; // how often the account was ended by both; never falls
    }

    /// @dev A cheque over all that `account` ever spent or earned; compact as in EIP-2098.
    struct Cheque {
        address account;
        uint256 cumulative;
        bytes32 r;
        bytes32 vs;
    }

    /// @dev Compact as in EIP-2098.
    struct Signature {
        bytes32 r;
        bytes32 vs;
    }

    /// @notice Slot 0.
    mapping(address pool => mapping(address client => Account)) public accounts;
    /// @notice Slot 1.
    mapping(address pool => mapping(address host => Host)) public hosts;
    /// @notice Slot 2.
    mapping(address pool => uint256) public floats;
    /// @notice Slot 3.
    mapping(address pool => mapping(address client => Notice)) public withdrawals;
    /// @notice Slot 4.
    mapping(address pool => mapping(address host => Notice)) public releases;
    /// @notice Slot 5.
    mapping(address pool => Notice) public floatWithdrawals;

    /// @notice Three days of 12 second blocks: longer than a weekend's outage of the other side is likely to be.
    uint256 public constant WINDOW = 21_600;

    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant SPEND_TYPE = keccak256("Spend(address pool,uint256 cumulative)");
    bytes32 private constant EARN_TYPE = keccak256("Earn(address host,uint256 cumulative)");
    bytes32 private constant LEAVE_TYPE = keccak256("Leave(address pool,address client,uint256 cumulative,uint256 leaves)");

    event Deposited(address indexed pool, address indexed client, uint256 amount);
    event WithdrawAnnounced(address indexed pool, address indexed client, uint256 amount, uint256 readyAt);
    event Withdrawn(address indexed pool, address indexed client, uint256 amount);
    event Collected(address indexed pool, address indexed client, uint256 moved, uint256 spent);
    event Short(address indexed pool, address indexed account, uint256 missing);
    event HostPaid(address indexed pool, address indexed host, uint256 moved, uint256 paid);
    event FloatChanged(address indexed pool, uint256 amount);
    event Reserved(address indexed pool, address indexed host, uint256 reserve);
    event ReleaseAnnounced(address indexed pool, address indexed host, uint256 amount, uint256 readyAt);

    error BadAmount();
    error BadSignature();
    error NotYet();
    error NothingAnnounced();
    error TransferFailed();

    // ---- clients

    /// @notice Adds the ether sent along to a client's deposit at a pool.
    function deposit(address pool, address client) external payable {
        Account storage account = accounts[pool][client];
        if (msg.value == 0 || uint256(account.deposit) + msg.value > type(uint128).max) revert BadAmount();
        account.deposit += uint128(msg.value);
        emit Deposited(pool, client, msg.value);
    }

    /// @notice Announces that the sender wants up to `amount` back; replaces an announcement made before. The pool can
    /// still collect what the sender signed.
    function announceWithdrawal(address pool, uint128 amount) external {
        uint64 readyAt = uint64(block.number + WINDOW);
        Notice storage notice = withdrawals[pool][msg.sender];
        (notice.amount, notice.readyAt) = (amount, readyAt);
        emit WithdrawAnnounced(pool, msg.sender, amount, readyAt);
    }

    /// @notice Pays the client what it announced, or what is left. Anybody may send this for the client.
    function withdraw(address pool, address client) external {
        Notice storage notice = withdrawals[pool][client];
        uint256 amount = ready(notice);
        (notice.amount, notice.readyAt) = (0, 0);
        Account storage account = accounts[pool][client];
        amount = least(amount, account.deposit);
        account.deposit -= uint128(amount);
        emit Withdrawn(pool, client, amount);
        pay(client, amount);
    }

    /// @notice Ends an account at once: both sides signed that `cumulative` is all that the client ever spent. What they
    /// signed holds for one time, or it would let the client out of whatever it spends after coming back.
    function closeAccount(
        address pool,
        address client,
        uint256 cumulative,
        Signature calldata byClient,
        Signature calldata byPool
    ) external {
        Notice storage notice = withdrawals[pool][client];
        bytes32 hash = leaveDigest(pool, client, cumulative, notice.leaves);
        if (signer(hash, byClient.r, byClient.vs) != client) revert BadSignature();
        if (signer(hash, byPool.r, byPool.vs) != pool) revert BadSignature();
        uint256 moved = take(pool, client, cumulative);
        if (moved != 0) changeFloat(pool, floats[pool] + moved);
        (notice.amount, notice.readyAt) = (0, 0);
        notice.leaves++;
        Account storage account = accounts[pool][client];
        uint256 amount = account.deposit;
        account.deposit = 0;
        emit Withdrawn(pool, client, amount);
        pay(client, amount);
    }

    // ---- the pool collects what clients signed

    /// @notice Moves what clients signed, beyond what was moved before, from their deposits to the pool's float. Anybody
    /// may send this: the float is the pool's and its hosts'. What a deposit cannot cover stays collectable.
    function collect(address pool, Cheque[] calldata cheques) external {
        uint256 total = 0;
        for (uint256 i = 0; i < cheques.length; ++i) {
            Cheque calldata cheque = cheques[i];
            if (signer(spendDigest(pool, cheque.cumulative), cheque.r, cheque.vs) != cheque.account) {
                revert BadSignature();
            }
            total += take(pool, cheque.account, cheque.cumulative);
        }
        if (total != 0) changeFloat(pool, floats[pool] + total);
    }

    // ---- hosts

    /// @notice Pays hosts what the operator signed, beyond what was paid before, from their reserves and then the float.
    /// Anybody may send this. What cannot be paid stays payable; a host that refuses its ether is passed over.
    function payHosts(address pool, Cheque[] calldata cheques) external {
        for (uint256 i = 0; i < cheques.length; ++i) {
            Cheque calldata cheque = cheques[i];
            if (signer(earnDigest(cheque.account, cheque.cumulative), cheque.r, cheque.vs) != pool) {
                revert BadSignature();
            }
            payHost(pool, cheque.account, cheque.cumulative);
        }
    }

    // ---- the operator

    /// @notice Adds the ether sent along to a pool's float.
    function fund(address pool) external payable {
        changeFloat(pool, floats[pool] + msg.value);
    }

    /// @notice Moves float of the sender's pool into a reserve that only this host can be paid from.
    function reserve(address host, uint128 amount) external {
        uint256 float = floats[msg.sender];
        Host storage row = hosts[msg.sender][host];
        if (amount > float || uint256(row.reserve) + amount > type(uint128).max) revert BadAmount();
        row.reserve += amount;
        changeFloat(msg.sender, float - amount);
        emit Reserved(msg.sender, host, row.reserve);
    }

    /// @notice Announces that up to `amount` of a host's reserve shall become float again.
    function announceRelease(address host, uint128 amount) external {
        uint64 readyAt = uint64(block.number + WINDOW);
        releases[msg.sender][host] = Notice(amount, readyAt, 0);
        emit ReleaseAnnounced(msg.sender, host, amount, readyAt);
    }

    /// @notice Does what announceRelease announced, as far as the reserve still goes.
    function release(address host) external {
        uint256 amount = ready(releases[msg.sender][host]);
        delete releases[msg.sender][host];
        Host storage row = hosts[msg.sender][host];
        amount = least(amount, row.reserve);
        row.reserve -= uint128(amount);
        changeFloat(msg.sender, floats[msg.sender] + amount);
        emit Reserved(msg.sender, host, row.reserve);
    }

    /// @notice Announces that the operator wants up to `amount` of the float; hosts may cash their cheques before.
    function announceFloatWithdrawal(uint128 amount) external {
        uint64 readyAt = uint64(block.number + WINDOW);
        floatWithdrawals[msg.sender] = Notice(amount, readyAt, 0);
        emit WithdrawAnnounced(msg.sender, msg.sender, amount, readyAt);
    }

    /// @notice Pays the operator what it announced, or what the hosts left of it.
    function withdrawFloat(address to) external {
        uint256 amount = ready(floatWithdrawals[msg.sender]);
        delete floatWithdrawals[msg.sender];
        uint256 float = floats[msg.sender];
        amount = least(amount, float);
        changeFloat(msg.sender, float - amount);
        emit Withdrawn(msg.sender, to, amount);
        pay(to, amount);
    }

    // ---- what is signed (EIP-712)

    /// @notice What a client signs: all that it ever spent at a pool.
    function spendDigest(address pool, uint256 cumulative) public view returns (bytes32) {
        return typed(keccak256(abi.encode(SPEND_TYPE, pool, cumulative)));
    }

    /// @notice What an operator signs: all that a host ever earned at its pool (the signer is the pool).
    function earnDigest(address host, uint256 cumulative) public view returns (bytes32) {
        return typed(keccak256(abi.encode(EARN_TYPE, host, cumulative)));
    }

    /// @notice What both sign to end an account at once, the time after `leaves` such ends.
    function leaveDigest(address pool, address client, uint256 cumulative, uint256 leaves) public view returns (bytes32) {
        return typed(keccak256(abi.encode(LEAVE_TYPE, pool, client, cumulative, leaves)));
    }

    // ---- inside

    function take(address pool, address client, uint256 cumulative) private returns (uint256 moved) {
        Account storage account = accounts[pool][client];
        (uint256 left, uint256 spent) = (account.deposit, account.spent);
        if (cumulative <= spent) return 0;
        uint256 owed = cumulative - spent;
        moved = least(owed, left);
        if (spent + moved > type(uint128).max) revert BadAmount();
        (account.deposit, account.spent) = (uint128(left - moved), uint128(spent + moved));
        if (moved < owed) emit Short(pool, client, owed - moved);
        emit Collected(pool, client, moved, spent + moved);
    }

    function payHost(address pool, address host, uint256 cumulative) private {
        Host storage row = hosts[pool][host];
        (uint256 own, uint256 paid) = (row.reserve, row.paid);
        if (cumulative <= paid) return;
        uint256 owed = cumulative - paid;
        uint256 float = floats[pool];
        uint256 moved = least(owed, own + float);
        if (moved == 0 || paid + moved > type(uint128).max) return;
        uint256 fromReserve = least(moved, own);
        (row.reserve, row.paid) = (uint128(own - fromReserve), uint128(paid + moved));
        if (moved != fromReserve) floats[pool] = float - (moved - fromReserve);
        (bool accepted,) = host.call{value: moved, gas: 50_000}("");
        if (!accepted) {
            (row.reserve, row.paid) = (uint128(own), uint128(paid));
            if (moved != fromReserve) floats[pool] += moved - fromReserve;
            return;
        }
        if (moved < owed) emit Short(pool, host, owed - moved);
        emit HostPaid(pool, host, moved, paid + moved);
    }

    function changeFloat(address pool, uint256 amount) private {
        floats[pool] = amount;
        emit FloatChanged(pool, amount);
    }

    function ready(Notice memory notice) private view returns (uint256) {
        if (notice.readyAt == 0) revert NothingAnnounced();
        if (block.number < notice.readyAt) revert NotYet();
        return notice.amount;
    }

    function least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function typed(bytes32 hash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE, keccak256("VipnodePool"), keccak256("2"), block.chainid, address(this))
        );
        return keccak256(abi.encodePacked("\x19\x01", domain, hash));
    }

    function signer(bytes32 hash, bytes32 r, bytes32 vs) private pure returns (address account) {
        uint256 s = uint256(vs) & (type(uint256).max >> 1);
        if (s > HALF_ORDER) revert BadSignature();
        account = ecrecover(hash, uint8((uint256(vs) >> 255) + 27), r, bytes32(s));
        if (account == address(0)) revert BadSignature();
    }

    function pay(address to, uint256 amount) private {
        (bool paid,) = to.call{value: amount}("");
        if (!paid) revert TransferFailed();
    }
}
