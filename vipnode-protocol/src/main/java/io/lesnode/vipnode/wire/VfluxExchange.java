package io.lesnode.vipnode.wire;

import io.lesnode.primitives.crypto.Keccak;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The exchange of the token sale that was drafted for geth (April 2021, never merged): its digest,
 * for tools that have to do with it. vip/1 signs {@link VipSignatures#exchangeDigest}, which names
 * the chain and the server besides.
 *
 * @param sender node id of the client
 * @param currency {@code eth}
 * @param minTokens the fewest tokens, negative to sell back; empty: without end
 * @param maxTokens the most tokens; empty: without end
 * @param maxCurrency the most to pay, negative for the least to get; empty: without end
 */
public record VfluxExchange(
    Bytes32 sender,
    long serial,
    String currency,
    Optional<BigInteger> minTokens,
    Optional<BigInteger> maxTokens,
    Optional<BigInteger> maxCurrency) {
  private static final Bytes DOMAIN = Bytes.wrap("vfx.ex:".getBytes(StandardCharsets.US_ASCII));
  private static final int POSITIVE = 0;
  private static final int NEGATIVE = 1;
  private static final int INFINITE = 2;

  /** What the payment key signs. */
  public Bytes32 digest() {
    Fields fields =
        new Fields()
            .bytes(sender)
            .id(serial)
            .text(currency)
            .raw(number(minTokens))
            .raw(number(maxTokens))
            .raw(number(maxCurrency));
    return Keccak.keccak256(Bytes.concatenate(DOMAIN, fields.list()));
  }

  /** Its numbers are lists of a type and a magnitude. */
  private static Bytes number(Optional<BigInteger> value) {
    Fields fields = new Fields();
    return value
        .map(
            v ->
                fields
                    .number(v.signum() < 0 ? NEGATIVE : POSITIVE)
                    .bytes(Bytes.wrap(v.abs().toByteArray()).trimLeadingZeros()))
        .orElseGet(() -> fields.number(INFINITE).bytes(Bytes.EMPTY))
        .list();
  }
}
