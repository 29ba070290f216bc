package io.lesnode.les.vflux;

import io.lesnode.primitives.UnsignedLongs;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;

/**
 * The question {@code cq}: which capacity would a server give, if its client had so many tokens
 * more? Immutable.
 *
 * @param biasSeconds how long the client means to stay, unsigned
 * @param addTokens 1 to 16 amounts; infinite ones are the largest numbers
 */
public record CapacityQuery(long biasSeconds, List<Long> addTokens) {
  /** The name of the service that light servers offer. */
  public static final String SERVICE = "les";

  /** The name of the question. */
  public static final String NAME = "cq";

  /** Amounts in one question. */
  public static final int AMOUNTS_MAX = 16;

  private static final int NON_NEGATIVE = 0;
  private static final int NEGATIVE = 1;
  private static final int PLUS_INFINITY = 2;
  private static final int MINUS_INFINITY = 3;
  private static final int AMOUNT_BYTES_MAX = 64;
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

  /** Copies the list and checks its length. */
  public CapacityQuery {
    addTokens = List.copyOf(addTokens);
    if (addTokens.isEmpty() || addTokens.size() > AMOUNTS_MAX) {
      throw new IllegalArgumentException(
          "1 to " + AMOUNTS_MAX + " amounts, not " + addTokens.size());
    }
  }

  /** Reads parameters, or nothing when they are malformed. */
  public static Optional<CapacityQuery> decode(Bytes params) {
    try {
      return Optional.of(
          RlpReader.decode(
              params.copy(),
              reader ->
                  reader.readList(
                      fields ->
                          new CapacityQuery(
                              fields.readUnsignedLong(),
                              fields.readListOf(AMOUNTS_MAX, CapacityQuery::readAmount)))));
    } catch (RlpException | IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** An unknown type counts as 0, as in geth. */
  private static long readAmount(RlpReader reader) {
    return reader.readList(
        fields -> {
          int type = fields.readInt();
          long amount = fields.readBigInteger(AMOUNT_BYTES_MAX).min(MAX).longValueExact();
          return switch (type) {
            case NON_NEGATIVE -> amount;
            case NEGATIVE -> -amount;
            case PLUS_INFINITY -> Long.MAX_VALUE;
            case MINUS_INFINITY -> -Long.MAX_VALUE;
            default -> 0L;
          };
        });
  }

  /** The parameters, RLP. */
  public Bytes encode() {
    return RLP.encodeList(
        fields -> {
          UnsignedLongs.write(fields, biasSeconds);
          fields.writeList(list -> addTokens.forEach(amount -> writeAmount(list, amount)));
        });
  }

  private static void writeAmount(RLPWriter list, long amount) {
    list.writeList(
        fields -> {
          if (amount == Long.MAX_VALUE || amount <= -Long.MAX_VALUE) {
            fields.writeInt(amount > 0 ? PLUS_INFINITY : MINUS_INFINITY);
            fields.writeInt(0);
          } else {
            fields.writeInt(amount < 0 ? NEGATIVE : NON_NEGATIVE);
            fields.writeLong(Math.abs(amount));
          }
        });
  }

  /** Writes capacities in the order of the amounts; 0 for none. */
  public static Bytes encodeAnswer(List<Long> capacities) {
    return RLP.encodeList(list -> capacities.forEach(list::writeLong));
  }

  /** Reads capacities, or nothing when they are malformed. */
  public static Optional<List<Long>> decodeAnswer(Bytes answer) {
    try {
      return Optional.of(
          RlpReader.decode(
              answer.copy(), reader -> reader.readListOf(AMOUNTS_MAX, RlpReader::readLong)));
    } catch (RlpException malformed) {
      return Optional.empty();
    }
  }
}
