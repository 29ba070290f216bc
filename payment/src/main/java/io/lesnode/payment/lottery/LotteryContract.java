package io.lesnode.payment.lottery;

import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.payment.signing.TypedDomain;
import io.lesnode.payment.signing.TypedMessage;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A LotteryBook2 on a chain: identities, digests, the slot of a lottery and call data
 * (contracts/src/main/solidity/LotteryBook2.sol). A value.
 */
public final class LotteryContract {
  /** First topic of the event that says who was paid. */
  public static final Bytes32 CLAIMED = hash("Claimed(bytes32,address,uint256)");

  /** Where EIP-2935 keeps block hashes. */
  static final Address HISTORY = Address.fromHex("0x0000f90827f1c53a10cb7a02335b175320002935");

  /** More gas than any claim takes: what the payee's code does with its ether is on top. */
  static final long CLAIM_GAS = 120_000;

  /** More gas than opening and rolling over takes. */
  static final long OPEN_GAS = 120_000;

  private static final Bytes NEW = selector("newLottery(bytes32,uint64,uint64)");
  private static final Bytes ROLL = selector("rollLottery(bytes32,uint64,bytes32,uint64,uint64)");
  private static final Bytes DESTROY = selector("destroyLottery(bytes32,uint64)");
  private static final Bytes CLAIM =
      selector("claim(address,uint64,address,uint64,uint32,bytes32,bytes32,bytes32[])");
  private static final UInt256 LOW_128 = UInt256.MAX_VALUE.shiftRight(128);

  private final long chainId;
  private final Address address;
  private final TypedDomain domain;

  /** The contract at an address of a chain. */
  public LotteryContract(long chainId, Address address) {
    this.chainId = chainId;
    this.address = address;
    this.domain = new TypedDomain("LES LotteryBook", "2", chainId, address);
  }

  /** Where it is. */
  public Address address() {
    return address;
  }

  /** The identity of a lottery, which has its owner, the chain and this contract in it. */
  public Bytes32 id(Address owner, Bytes32 root, long salt) {
    return Keccak.keccak256(
        Bytes.concatenate(
            owner.bytes(), root, Bytes.ofUnsignedLong(salt), word(chainId), address.bytes()));
  }

  /** What the owner signs (EIP-712). */
  public Bytes32 digest(Bytes32 id, long range) {
    return domain.digest(cheque(id, range));
  }

  /** The owner's request for a signature. */
  SigningRequest signingRequest(Bytes32 id, long range, String purpose) {
    TypedMessage cheque = cheque(id, range);
    return new SigningRequest(
        SigningRequest.Kind.TYPED_DATA,
        domain.digest(cheque),
        Bytes.wrap(domain.json(cheque).getBytes(StandardCharsets.UTF_8)),
        purpose);
  }

  /** Whether an account signed a cheque. */
  boolean signed(Address owner, Bytes32 id, long range, Bytes signature) {
    CompactSignature compact;
    try {
      compact = new CompactSignature(signature);
    } catch (IllegalArgumentException outOfRange) {
      return false;
    }
    return compact.isBy(owner, digest(id, range));
  }

  private static TypedMessage cheque(Bytes32 id, long range) {
    return new TypedMessage(
        "Cheque",
        List.of(
            new TypedMessage.Member("bytes32", "lottery", id, id.toHexString()),
            new TypedMessage.Member("uint32", "range", word(range), Long.toString(range))));
  }

  /** Where a lottery is stored: one word. */
  public static UInt256 slot(Bytes32 id) {
    return UInt256.fromBytes(Keccak.keccak256(Bytes.concatenate(id, Bytes32.ZERO)));
  }

  /** What a stored word means; empty where no lottery is. */
  public static Optional<Pot> pot(UInt256 word) {
    UInt256 amount = word.and(LOW_128);
    if (amount.isZero()) {
      return Optional.empty();
    }
    return Optional.of(new Pot(amount, word.shiftRight(128).toBytes().slice(24).toLong()));
  }

  /**
   * A lottery as the contract has it.
   *
   * @param amountWei what the winner gets
   * @param reveal the block whose hash draws
   */
  public record Pot(UInt256 amountWei, long reveal) {}

  /** The number that a block draws: the low 32 bits of its hash. */
  public static long drawn(Bytes32 blockHash) {
    return blockHash.getInt(28) & 0xffff_ffffL;
  }

  Bytes newLottery(Bytes32 root, long salt, long reveal) {
    return Bytes.concatenate(NEW, root, word(salt), word(reveal));
  }

  Bytes rollLottery(Bytes32 oldRoot, long oldSalt, Bytes32 root, long salt, long reveal) {
    return Bytes.concatenate(ROLL, oldRoot, word(oldSalt), root, word(salt), word(reveal));
  }

  Bytes destroyLottery(Bytes32 root, long salt) {
    return Bytes.concatenate(DESTROY, root, word(salt));
  }

  /** The call by which a winner is paid. */
  Bytes claim(LotteryLeaf leaf, Address owner, long salt, long range, Bytes signature) {
    List<Bytes32> proof = leaf.proof();
    return Bytes.concatenate(
        CLAIM,
        Bytes32.leftPad(leaf.payee().bytes()),
        word(leaf.salt()),
        Bytes32.leftPad(owner.bytes()),
        word(salt),
        word(range),
        signature,
        word(8 * 32),
        word(proof.size()),
        Bytes.concatenate(proof.toArray(Bytes[]::new)));
  }

  /** What a log of this contract says about a claim; empty if it is something else. */
  Optional<Claimed> claimed(Log log) {
    if (!log.address().equals(address)
        || log.topics().size() != 3
        || !log.topics().get(0).equals(CLAIMED)
        || log.data().size() != 32) {
      return Optional.empty();
    }
    return Optional.of(
        new Claimed(
            log.topics().get(1),
            Address.of(log.topics().get(2).slice(12)),
            UInt256.fromBytes(log.data())));
  }

  /** A pot was paid. */
  record Claimed(Bytes32 id, Address payee, UInt256 amountWei) {}

  private static Bytes32 word(long unsigned) {
    return Bytes32.leftPad(Bytes.ofUnsignedLong(unsigned));
  }

  private static Bytes32 hash(String text) {
    return Keccak.keccak256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Bytes selector(String signature) {
    return hash(signature).slice(0, 4);
  }
}
