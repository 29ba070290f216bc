package io.lesnode.vipnode.wire;

import io.lesnode.payment.MethodId;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.Collection;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The entry {@code vip} of a server's node record: enough to choose whom to ask for an offer. A
 * record has 300 bytes for everything (EIP-778), so it is no more than four numbers.
 *
 * @param version {@link VipCapability#VERSION}
 * @param seq the sequence number of the offer that holds
 * @param priceWeiPer1e9 the price of 1,000,000,000 tokens
 * @param methodMask bit n is set when the payment method of number n is taken
 */
public record VipRecordEntry(int version, long seq, UInt256 priceWeiPer1e9, long methodMask) {
  /** The key of the entry. */
  public static final String KEY = "vip";

  /** The entry for an offer. */
  public static VipRecordEntry of(OfferTerms terms) {
    return new VipRecordEntry(
        VipCapability.VERSION, terms.seq(), terms.tokenPriceWeiPer1e9(), mask(terms.methods()));
  }

  /** Whether a payment method is taken. */
  public boolean takes(MethodId method) {
    return (methodMask >> method.number() & 1) != 0;
  }

  /** The value of the entry, RLP. */
  public Bytes encode() {
    return new Fields()
        .number(version)
        .number(seq)
        .amount(priceWeiPer1e9)
        .number(methodMask)
        .list();
  }

  /** Reads the value of an entry; empty when it is malformed. Elements that follow are ignored. */
  public static Optional<VipRecordEntry> decode(Bytes value) {
    try {
      return Optional.of(
          RlpReader.decode(
              value.copy(),
              reader ->
                  VipDecoder.open(
                      reader,
                      list ->
                          new VipRecordEntry(
                              list.readInt(),
                              list.readLong(),
                              list.readUInt256(),
                              list.readLong()))));
    } catch (RlpException malformed) {
      return Optional.empty();
    }
  }

  private static long mask(Collection<Integer> methods) {
    long mask = 0;
    for (int method : methods) {
      if (method >= 0 && method < Long.SIZE - 1) {
        mask |= 1L << method;
      }
    }
    return mask;
  }
}
