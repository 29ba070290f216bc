package io.lesnode.les.vflux;

import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;

/**
 * The entries of a light server's node record (geth les/enr_entry.go). Stateless. Clients look for
 * nodes that have both {@code les}, a list that begins with the version of vflux, and {@code eth},
 * whose fork id fits their chain.
 */
public final class LesRecord {
  /** The key of the entry that only light servers have. */
  public static final String LES = "les";

  /** The key of the entry with the fork id. */
  public static final String ETH = "eth";

  /** The protocol of capacity queries in discovery v5. */
  public static final String VFLUX = "vfx";

  private static final int VFLUX_VERSION = 1;

  private LesRecord() {}

  /** The value of the entry {@code les}, RLP. */
  public static Bytes les() {
    return RLP.encodeList(list -> list.writeInt(VFLUX_VERSION));
  }

  /** The value of the entry {@code eth} at a head, RLP. */
  public static Bytes eth(ForkId forkId) {
    return RLP.encodeList(forkId::writeTo);
  }

  /**
   * The version of vflux that a record offers: 0 for a server that answers no queries; empty if it
   * is no light server's, or that of a server before geth 1.10, whose list is empty.
   */
  public static Optional<Long> vfluxVersion(NodeRecord record) {
    return record
        .entry(LES)
        .flatMap(value -> read(value, reader -> reader.enterList().readUnsignedLong()));
  }

  /** The fork id of a record. */
  public static Optional<ForkId> forkId(NodeRecord record) {
    return record
        .entry(ETH)
        .flatMap(value -> read(value, reader -> ForkId.readFrom(reader.enterList())));
  }

  /** Whether a record is that of a light server whose fork id fits. */
  public static boolean isServer(NodeRecord record, Predicate<ForkId> fits) {
    return vfluxVersion(record).isPresent() && forkId(record).filter(fits).isPresent();
  }

  private static <T> Optional<T> read(Bytes value, Function<RlpReader, T> reading) {
    try {
      return Optional.of(reading.apply(RlpReader.of(value.copy())));
    } catch (RlpException malformed) {
      return Optional.empty();
    }
  }
}
