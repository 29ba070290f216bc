// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title Subscription: time on a server's list of members, paid per period.
/// @notice One contract for all servers of a chain; a server is the account (the provider) that wrote its plan. Anybody
/// can pay for any node. What vipnode's first contract lacked:
/// - a renewal extends from max(now, expiry), so no paid day is lost;
/// - a plan's seats are those of members who have not expired, so a seat is free again by itself;
/// - a node is 32 bytes (keccak256 of its public key), its expiry can be read and proven, and events are indexed;
/// - money paid too much goes back, and a purchase that the provider does not acknowledge within a day is given back to
///   the payer; the provider earns it only by acknowledging, by a transaction or by a signature that anybody can bring.
///
/// Stake and votes are a registry's: a provider may lock ether for all to see, and whoever pays for an active member may
/// vote. They move no money between parties.
contract Subscription {
    struct Plan {
        uint128 priceWei;
        uint32 periodSeconds;
        uint32 seats;
        uint32 good;
        uint32 bad;
    }

    struct Member {
        uint64 until;
        uint64 boughtAt; // zero: nothing waits for the provider
        uint64 boughtSeconds;
        uint32 seat;
        uint8 vote; // 0 none, 1 good, 2 bad
        address payer;
        uint96 pendingWei;
    }

    struct Stake {
        uint128 amount;
        uint64 releasedAt; // zero: no notice was given
    }

    /// @notice Slot 0.
    mapping(address provider => Plan) public plans;
    /// @notice Slot 1: two words, the first with `until` in its low 64 bits.
    mapping(address provider => mapping(bytes32 node => Member)) public members;
    /// @notice Slot 2: who had a seat last.
    mapping(address provider => mapping(uint256 seat => bytes32 node)) public seats;
    /// @notice Slot 3: what a provider may withdraw.
    mapping(address provider => uint256) public earned;
    /// @notice Slot 4.
    mapping(address provider => Stake) public stakes;

    /// @notice How long a provider has to acknowledge a purchase.
    uint256 public constant ACKNOWLEDGE_WITHIN = 1 days;
    /// @notice How long a stake stays visible after notice.
    uint256 public constant STAKE_NOTICE = 7 days;
    /// @notice No membership reaches farther into the future.
    uint256 public constant MAX_AHEAD = 730 days;

    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant ACKNOWLEDGE_TYPE = keccak256("Acknowledge(bytes32 node,uint64 until,uint64 boughtAt)");

    event PlanSet(address indexed provider, uint256 priceWei, uint256 periodSeconds, uint256 seats);
    event Registered(address indexed provider, bytes32 indexed node, address indexed payer, uint256 until, uint256 paid);
    event Acknowledged(address indexed provider, bytes32 indexed node, uint256 amount);
    event Refunded(address indexed provider, bytes32 indexed node, address indexed payer, uint256 amount);
    event Voted(address indexed provider, bytes32 indexed node, uint256 vote);
    event Staked(address indexed provider, uint256 amount, uint256 releasedAt);
    event Withdrawn(address indexed provider, address indexed to, uint256 amount);

    error NoPlan();
    error BadPeriods();
    error BadAmount();
    error SoldOut();
    error Pending();
    error NothingPending();
    error TooLate();
    error NotYet();
    error NotMember();
    error BadVote();
    error BadSignature();
    error TransferFailed();

    /// @notice Writes the sender's plan. Members keep what they bought; fewer seats only stop new members. The length of
    /// a period is fixed by the first call: a buyer's ether bounds the price, nothing would bound the time.
    function setPlan(uint128 priceWei, uint32 periodSeconds, uint32 seatCount) external {
        Plan storage plan = plans[msg.sender];
        uint32 fixedSeconds = plan.periodSeconds;
        if (periodSeconds == 0 || (fixedSeconds != 0 && fixedSeconds != periodSeconds)) revert BadPeriods();
        plan.priceWei = priceWei;
        plan.periodSeconds = periodSeconds;
        plan.seats = seatCount;
        emit PlanSet(msg.sender, priceWei, periodSeconds, seatCount);
    }

    /// @notice Pays for `periods` periods of a node; what was sent too much comes back.
    /// @param seatHint where to begin to look for a free seat (see freeSeat); any number works, a good one is cheaper
    function register(address provider, bytes32 node, uint32 periods, uint32 seatHint) external payable {
        Plan storage plan = plans[provider];
        if (plan.periodSeconds == 0) revert NoPlan();
        if (periods == 0) revert BadPeriods();
        uint256 cost = uint256(plan.priceWei) * periods;
        if (msg.value < cost || cost > type(uint96).max) revert BadAmount();
        Member storage member = members[provider][node];
        if (member.boughtAt != 0) revert Pending();
        uint256 start = member.until;
        if (start <= block.timestamp) {
            start = block.timestamp;
            takeSeat(provider, node, member, plan.seats, seatHint);
        }
        uint256 bought = uint256(plan.periodSeconds) * periods;
        if (start + bought > block.timestamp + MAX_AHEAD) revert BadPeriods();
        member.until = uint64(start + bought);
        member.boughtAt = uint64(block.timestamp);
        member.boughtSeconds = uint64(bought);
        if (member.payer != msg.sender) {
            setVote(plan, member, 0);
            member.payer = msg.sender;
        }
        member.pendingWei = uint96(cost);
        emit Registered(provider, node, msg.sender, start + bought, cost);
        if (msg.value > cost) pay(msg.sender, msg.value - cost);
    }

    /// @notice The provider confirms a purchase and earns it.
    function acknowledge(bytes32 node) external {
        earn(msg.sender, node);
    }

    /// @notice Anybody brings the provider's signed confirmation of exactly the purchase that waits.
    function acknowledgeSigned(address provider, bytes32 node, bytes32 r, bytes32 vs) public {
        Member storage member = members[provider][node];
        if (provider != signer(digest(node, member.until, member.boughtAt), r, vs)) revert BadSignature();
        earn(provider, node);
    }

    /// @notice The provider confirms many purchases; those that do not wait (any more) are passed over.
    function acknowledgeMany(bytes32[] calldata nodes) external {
        for (uint256 i = 0; i < nodes.length; ++i) {
            Member storage member = members[msg.sender][nodes[i]];
            if (member.boughtAt != 0 && block.timestamp <= member.boughtAt + ACKNOWLEDGE_WITHIN) earn(msg.sender, nodes[i]);
        }
    }

    /// @notice Gives the payer back a purchase that was not acknowledged in time, and takes its time off the membership.
    /// Anybody may send this.
    function refund(address provider, bytes32 node) external {
        Member storage member = members[provider][node];
        uint256 boughtAt = member.boughtAt;
        if (boughtAt == 0) revert NothingPending();
        if (block.timestamp <= boughtAt + ACKNOWLEDGE_WITHIN) revert NotYet();
        address payer = member.payer;
        uint256 amount = member.pendingWei;
        member.until -= member.boughtSeconds;
        member.boughtAt = 0;
        member.boughtSeconds = 0;
        member.pendingWei = 0;
        emit Refunded(provider, node, payer, amount);
        pay(payer, amount);
    }

    /// @notice Pays the sender's earnings to an account of his choice.
    function withdraw(address to) external {
        uint256 amount = earned[msg.sender];
        earned[msg.sender] = 0;
        emit Withdrawn(msg.sender, to, amount);
        pay(to, amount);
    }

    /// @notice Locks more ether as the sender's stake and withdraws a notice given before.
    function addStake() external payable {
        Stake storage stake = stakes[msg.sender];
        if (uint256(stake.amount) + msg.value > type(uint128).max) revert BadAmount();
        stake.amount += uint128(msg.value);
        stake.releasedAt = 0;
        emit Staked(msg.sender, stake.amount, 0);
    }

    /// @notice Gives notice, and after STAKE_NOTICE, called again, pays the stake back.
    function releaseStake() external {
        Stake storage stake = stakes[msg.sender];
        uint256 amount = stake.amount;
        if (amount == 0) revert BadAmount();
        if (stake.releasedAt == 0) {
            stake.releasedAt = uint64(block.timestamp + STAKE_NOTICE);
            emit Staked(msg.sender, amount, stake.releasedAt);
            return;
        }
        if (block.timestamp < stake.releasedAt) revert NotYet();
        delete stakes[msg.sender];
        emit Staked(msg.sender, 0, 0);
        pay(msg.sender, amount);
    }

    /// @notice Votes for (1) or against (2) a provider, or takes a vote back (0), as the payer of an active member whose
    /// purchase was acknowledged.
    function vote(address provider, bytes32 node, uint8 value) external {
        Member storage member = members[provider][node];
        if (member.payer != msg.sender || member.until <= block.timestamp || member.boughtAt != 0) revert NotMember();
        if (value > 2) revert BadVote();
        setVote(plans[provider], member, value);
        emit Voted(provider, node, value);
    }

    /// @notice A seat that is free now, or the number of seats when none is.
    function freeSeat(address provider) external view returns (uint256 seat) {
        uint256 count = plans[provider].seats;
        while (seat < count && !isFree(provider, seat)) ++seat;
    }

    /// @notice What the provider signs to acknowledge a purchase (EIP-712).
    function digest(bytes32 node, uint64 until, uint64 boughtAt) public view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE, keccak256("LES Subscription"), keccak256("1"), block.chainid, address(this))
        );
        bytes32 purchase = keccak256(abi.encode(ACKNOWLEDGE_TYPE, node, until, boughtAt));
        return keccak256(abi.encodePacked("\x19\x01", domain, purchase));
    }

    function takeSeat(address provider, bytes32 node, Member storage member, uint256 count, uint256 hint) private {
        if (seats[provider][member.seat] == node && member.seat < count) return;
        for (uint256 i = 0; i < count; ++i) {
            uint256 seat = (hint + i) % count;
            if (isFree(provider, seat)) {
                seats[provider][seat] = node;
                member.seat = uint32(seat);
                return;
            }
        }
        revert SoldOut();
    }

    function isFree(address provider, uint256 seat) private view returns (bool) {
        Member storage holder = members[provider][seats[provider][seat]];
        return holder.seat != seat || holder.until <= block.timestamp;
    }

    function setVote(Plan storage plan, Member storage member, uint8 value) private {
        uint8 before = member.vote;
        if (before == value) return;
        if (before == 1) plan.good--;
        if (before == 2) plan.bad--;
        if (value == 1) plan.good++;
        if (value == 2) plan.bad++;
        member.vote = value;
    }

    function earn(address provider, bytes32 node) private {
        Member storage member = members[provider][node];
        uint256 boughtAt = member.boughtAt;
        if (boughtAt == 0) revert NothingPending();
        if (block.timestamp > boughtAt + ACKNOWLEDGE_WITHIN) revert TooLate();
        uint256 amount = member.pendingWei;
        member.boughtAt = 0;
        member.boughtSeconds = 0;
        member.pendingWei = 0;
        earned[provider] += amount;
        emit Acknowledged(provider, node, amount);
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
