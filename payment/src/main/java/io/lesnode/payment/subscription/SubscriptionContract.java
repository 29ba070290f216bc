package io.lesnode.payment.subscription;

import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A Subscription contract on a chain: where plans, members and earnings are stored, and its calls
 * (contracts/src/main/solidity/Subscription.sol). A value.
 *
 * @param address where it is
 */
public record SubscriptionContract(Address address) {
  /** More gas than a registration takes, with a look for a seat. */
  static final long REGISTER_GAS = 250_000;

  /** Gas of an acknowledgement, each more. */
  static final long ACKNOWLEDGE_GAS = 40_000;

  /** Gas of a withdrawal. */
  static final long WITHDRAW_GAS = 80_000;

  private static final Bytes REGISTER = selector("register(address,bytes32,uint32,uint32)");
  private static final Bytes ACKNOWLEDGE_MANY = selector("acknowledgeMany(bytes32[])");
  private static final Bytes WITHDRAW = selector("withdraw(address)");
  private static final Bytes REFUND = selector("refund(address,bytes32)");
  private static final Bytes32 WITHDRAWN = hash("Withdrawn(address,address,uint256)");

  /**
   * A provider's plan.
   *
   * @param priceWei of a period
   * @param periodSeconds its length
   * @param seats how many members there can be
   */
  public record Plan(UInt256 priceWei, long periodSeconds, long seats) {}

  /**
   * A member as the contract has it.
   *
   * @param untilSeconds Unix time of its end; 0: never was one
   * @param boughtAtSeconds when the purchase was made that the provider has not acknowledged; 0:
   *     none waits
   * @param pendingWei what was paid for that
   */
  public record Member(long untilSeconds, long boughtAtSeconds, UInt256 pendingWei) {
    /** Whether a purchase waits for the provider. */
    public boolean isPending() {
      return boughtAtSeconds != 0;
    }
  }

  /** The plan of a provider after a block; empty if it has none. */
  public Optional<Plan> plan(ChainView chain, Address provider, long block)
      throws ChainUnavailableException {
    UInt256 word = chain.storage(address, List.of(slot(provider, 0)), block).getFirst();
    Plan plan =
        new Plan(
            UInt256.fromBytes(Bytes32.leftPad(word.toBytes().slice(16))),
            bits(word, 128, 32),
            bits(word, 160, 32));
    return plan.periodSeconds == 0 ? Optional.empty() : Optional.of(plan);
  }

  /** A member after a block; one that never was has an end of 0. */
  public Member member(ChainView chain, Address provider, Bytes32 node, long block)
      throws ChainUnavailableException {
    UInt256 first =
        UInt256.fromBytes(Keccak.keccak256(Bytes.concatenate(node, slot(provider, 1).toBytes())));
    List<UInt256> words = chain.storage(address, List.of(first, first.add(1)), block);
    return new Member(
        bits(words.get(0), 0, 64), bits(words.get(0), 64, 64), words.get(1).shiftRight(160));
  }

  /** What a provider can withdraw after a block. */
  public UInt256 earned(ChainView chain, Address provider, long block)
      throws ChainUnavailableException {
    return chain.storage(address, List.of(slot(provider, 3)), block).getFirst();
  }

  Bytes register(Address provider, Bytes32 node, long periods, long seatHint) {
    return Bytes.concatenate(
        REGISTER, Bytes32.leftPad(provider.bytes()), node, word(periods), word(seatHint));
  }

  Bytes acknowledgeMany(List<Bytes32> nodes) {
    List<Bytes> parts = new ArrayList<>(List.of(ACKNOWLEDGE_MANY, word(32), word(nodes.size())));
    parts.addAll(nodes);
    return Bytes.concatenate(parts);
  }

  Bytes withdraw(Address to) {
    return Bytes.concatenate(WITHDRAW, Bytes32.leftPad(to.bytes()));
  }

  Bytes refund(Address provider, Bytes32 node) {
    return Bytes.concatenate(REFUND, Bytes32.leftPad(provider.bytes()), node);
  }

  /** What a log says a provider withdrew; empty if it is something else. */
  Optional<UInt256> withdrawn(Log log, Address provider) {
    boolean ours =
        log.address().equals(address)
            && log.topics().size() == 3
            && log.topics().get(0).equals(WITHDRAWN)
            && log.topics().get(1).equals(Bytes32.leftPad(provider.bytes()))
            && log.data().size() == 32;
    return ours ? Optional.of(UInt256.fromBytes(log.data())) : Optional.empty();
  }

  /** The slot of {@code mapping[account]} (Solidity documentation, "Layout in storage"). */
  private static UInt256 slot(Address account, int mapping) {
    return UInt256.fromBytes(
        Keccak.keccak256(Bytes.concatenate(Bytes32.leftPad(account.bytes()), word(mapping))));
  }

  private static long bits(UInt256 word, int from, int count) {
    UInt256 value = word.shiftRight(from).and(UInt256.MAX_VALUE.shiftRight(256 - count));
    return value.fitsLong() ? value.toLong() : Long.MAX_VALUE;
  }

  private static Bytes32 word(long number) {
    return Bytes32.leftPad(Bytes.ofUnsignedLong(number));
  }

  private static Bytes32 hash(String text) {
    return Keccak.keccak256(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Bytes selector(String signature) {
    return hash(signature).slice(0, 4);
  }
}
