// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title LotteryBook2: one deposit pays one winner out of up to 256 payees named beforehand.
/// @notice The payer commits to a Merkle tree of payees. A payee at depth d of the tree owns a slot of width 2^32 >> d of
/// the numbers 0 .. 2^32 - 1, and the payer assigns him more and more of it by signing cheques whose `range` rises. The
/// low 32 bits of the hash of block `reveal` draw one number; whoever owns it and holds a cheque that reaches it takes
/// the pot. So a cheque is worth amount * (range - lower + 1) / 2^32 on average, and a payment costs no transaction.
///
/// The rules that the first design (go-ethereum PR 20544) lacked:
/// - the identity of a lottery contains its owner, the chain and this contract, so nobody can occupy or borrow it;
/// - positions are computed in 256 bits and a proof has at most 8 elements, so every position can be claimed;
/// - amounts are 128 bits and checked, so no deposit is truncated;
/// - anybody may send a claim, and the money goes to the payee;
/// - where the chain keeps block hashes in its state (EIP-2935) a winner has 8,191 blocks instead of 256.
///
/// A block producer can withhold a block that draws the wrong number: pots have to stay far below a block's reward. How
/// large a pot a payee trusts is the payee's policy, off the chain.
contract LotteryBook2 {
    struct Lottery {
        uint128 amount;
        uint64 reveal;
    }

    /// @notice Slot 0: one word per lottery, `amount` in the low 128 bits, `reveal` above it.
    mapping(bytes32 id => Lottery) public lotteries;

    /// @notice The farthest block that may draw a lottery: one week of 12 second blocks.
    uint256 public constant MAX_AHEAD = 50_400;
    /// @notice The deepest leaf: 256 payees.
    uint256 public constant MAX_DEPTH = 8;

    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    uint256 private constant HISTORY_WINDOW = 8191;
    uint256 private constant OPCODE_WINDOW = 256;
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant CHEQUE_TYPE = keccak256("Cheque(bytes32 lottery,uint32 range)");

    event Created(bytes32 indexed id, address indexed owner, uint256 amount, uint256 reveal);
    event Claimed(bytes32 indexed id, address indexed payee, uint256 amount);
    event Destroyed(bytes32 indexed id, uint256 amount);

    error BadAmount();
    error BadReveal();
    error Exists();
    error NoLottery();
    error NotYet();
    error Expired();
    error TooDeep();
    error NotWon();
    error BadSignature();
    error TransferFailed();

    /// @notice Opens a lottery of the sender with the ether sent along.
    /// @param root the root of the tree of payees
    /// @param salt makes two lotteries over the same payees different
    /// @param reveal the number of the block whose hash draws the winner
    function newLottery(bytes32 root, uint64 salt, uint64 reveal) external payable returns (bytes32 id) {
        return open(root, salt, reveal, msg.value);
    }

    /// @notice Opens a lottery with the ether sent along and what is left in an old one of the sender that nobody claimed
    /// in time. An old one that was claimed, or never was, adds nothing.
    function rollLottery(bytes32 oldRoot, uint64 oldSalt, bytes32 root, uint64 salt, uint64 reveal)
        external
        payable
        returns (bytes32 id)
    {
        bytes32 old = lotteryId(msg.sender, oldRoot, oldSalt);
        uint256 left = lotteries[old].amount == 0 ? 0 : close(old);
        return open(root, salt, reveal, msg.value + left);
    }

    /// @notice Gives the sender back the pot of his lottery that nobody claimed in time.
    function destroyLottery(bytes32 root, uint64 salt) external {
        bytes32 id = lotteryId(msg.sender, root, salt);
        pay(msg.sender, close(id));
    }

    /// @notice Pays the pot to the payee whose slot holds the number drawn, if a cheque of the owner reaches it. Anybody
    /// may send this for the payee.
    /// @param payee the address in the leaf, which is paid
    /// @param payeeSalt the salt of the leaf, keccak256(payee ‖ payeeSalt)
    /// @param owner the account that opened the lottery
    /// @param salt the salt of the lottery
    /// @param range the last number that the cheque assigns to the payee
    /// @param r the first half of the owner's signature of the cheque
    /// @param vs the second half with the parity in its top bit (EIP-2098)
    /// @param proof the siblings from the leaf to the root
    function claim(
        address payee,
        uint64 payeeSalt,
        address owner,
        uint64 salt,
        uint32 range,
        bytes32 r,
        bytes32 vs,
        bytes32[] calldata proof
    ) external {
        (bytes32 root, uint256 position) = walk(keccak256(abi.encodePacked(payee, payeeSalt)), proof);
        bytes32 id = lotteryId(owner, root, salt);
        if (owner != signer(digest(id, range), r, vs)) revert BadSignature();
        payWinner(id, payee, position, proof.length, range);
    }

    /// @notice The identity of a lottery.
    function lotteryId(address owner, bytes32 root, uint64 salt) public view returns (bytes32) {
        return keccak256(abi.encodePacked(owner, root, salt, block.chainid, address(this)));
    }

    /// @notice What the owner signs (EIP-712).
    function digest(bytes32 id, uint32 range) public view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE, keccak256("LES LotteryBook"), keccak256("2"), block.chainid, address(this))
        );
        return keccak256(abi.encodePacked("\x19\x01", domain, keccak256(abi.encode(CHEQUE_TYPE, id, range))));
    }

    /// @notice For how many blocks after `reveal` a winner can claim here: as far as the chain remembers hashes.
    function claimWindow() public view returns (uint256) {
        return HISTORY.code.length == 0 ? OPCODE_WINDOW : HISTORY_WINDOW;
    }

    function open(bytes32 root, uint64 salt, uint64 reveal, uint256 amount) private returns (bytes32 id) {
        if (amount == 0 || amount > type(uint128).max) revert BadAmount();
        if (reveal <= block.number || reveal > block.number + MAX_AHEAD) revert BadReveal();
        id = lotteryId(msg.sender, root, salt);
        if (lotteries[id].amount != 0) revert Exists();
        lotteries[id] = Lottery(uint128(amount), reveal);
        emit Created(id, msg.sender, amount, reveal);
    }

    function close(bytes32 id) private returns (uint256 amount) {
        Lottery memory lottery = lotteries[id];
        if (lottery.amount == 0) revert NoLottery();
        if (block.number <= lottery.reveal + claimWindow()) revert NotYet();
        delete lotteries[id];
        emit Destroyed(id, lottery.amount);
        return lottery.amount;
    }

    function payWinner(bytes32 id, address payee, uint256 position, uint256 depth, uint256 range) private {
        Lottery memory lottery = lotteries[id];
        if (lottery.amount == 0) revert NoLottery();
        uint256 width = (1 << 32) >> depth;
        uint256 lower = position * width;
        uint256 drawn = uint32(uint256(hashOf(lottery.reveal)));
        if (drawn < lower || drawn > range || range >= lower + width) revert NotWon();
        delete lotteries[id];
        emit Claimed(id, payee, lottery.amount);
        pay(payee, lottery.amount);
    }

    function walk(bytes32 leaf, bytes32[] calldata proof) private pure returns (bytes32 node, uint256 position) {
        if (proof.length > MAX_DEPTH) revert TooDeep();
        node = leaf;
        for (uint256 i = 0; i < proof.length; ++i) {
            bytes32 sibling = proof[i];
            if (node > sibling) {
                position |= 1 << i;
                node = pair(sibling, node);
            } else {
                node = pair(node, sibling);
            }
        }
    }

    function pair(bytes32 low, bytes32 high) private pure returns (bytes32 node) {
        assembly ("memory-safe") {
            mstore(0x00, low)
            mstore(0x20, high)
            node := keccak256(0x00, 0x40)
        }
    }

    function hashOf(uint256 number) private view returns (bytes32 hash) {
        if (block.number <= number) revert NotYet();
        if (block.number - number <= OPCODE_WINDOW) return blockhash(number);
        (bool found, bytes memory answer) = HISTORY.staticcall(abi.encode(number));
        if (!found || answer.length != 32) revert Expired();
        hash = abi.decode(answer, (bytes32));
        if (hash == 0) revert Expired();
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
