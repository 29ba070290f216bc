package io.lesnode.primitives.config;

import io.lesnode.primitives.UnsignedLongs;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLPWriter;

/**
 * A fork identifier (EIP-2124, with the timestamps of EIP-6122).
 *
 * @param hash the CRC-32 of the genesis hash and every passed fork, four bytes
 * @param next the next known fork, a height or a time; 0 when none is known; unsigned
 */
public record ForkId(Bytes hash, long next) {
  /** Above this a number in a fork id is taken for a time (the genesis time of mainnet). */
  private static final long TIMESTAMP_THRESHOLD = 1_438_269_973L;

  /** Checks the length of the hash. */
  public ForkId {
    if (hash.size() != 4) {
      throw new IllegalArgumentException("a fork hash has 4 bytes, these are " + hash.size());
    }
  }

  /** The forks that a chain passes, without those in force at its genesis. */
  public record Schedule(Bytes32 genesisHash, List<Long> blocks, List<Long> times) {
    /** Sorts, and drops repetitions and the forks at zero. */
    public Schedule {
      blocks = tidy(blocks.stream());
      times = tidy(times.stream());
    }

    /** The schedule of a configuration. */
    public static Schedule of(ChainConfig config, Bytes32 genesisHash) {
      Stream<Long> blocks =
          Stream.concat(
              config.forkBlocks().values().stream(),
              Stream.of(config.eip155Block(), config.daoForkBlock(), config.mergeNetsplitBlock())
                  .filter(Objects::nonNull));
      Stream<Long> times =
          Stream.of(config.shanghaiTime(), config.cancunTime()).filter(Objects::nonNull);
      return new Schedule(genesisHash, blocks.toList(), times.toList());
    }

    /** The identifier of a node whose head has this height and time. */
    public ForkId idAt(long headNumber, long headTimestamp) {
      CRC32 crc = new CRC32();
      crc.update(genesisHash.toArrayUnsafe());
      for (long fork : blocks) {
        if (fork > headNumber) {
          return new ForkId(sum(crc), fork);
        }
        update(crc, fork);
      }
      for (long fork : times) {
        if (fork > headTimestamp) {
          return new ForkId(sum(crc), fork);
        }
        update(crc, fork);
      }
      return new ForkId(sum(crc), 0);
    }

    /**
     * Judges the identifier of a remote node by the four rules of EIP-2124.
     *
     * @param headNumber the local height
     * @param headTimestamp the local time of the head, seconds
     */
    public Verdict judge(ForkId remote, long headNumber, long headTimestamp) {
      long[] forks =
          LongStream.concat(
                  blocks.stream().mapToLong(Long::longValue),
                  times.stream().mapToLong(Long::longValue))
              .toArray();
      Bytes[] sums = sums(forks);
      int passed = 0;
      while (passed < forks.length
          && (passed < blocks.size() ? headNumber : headTimestamp) >= forks[passed]) {
        passed++;
      }
      // A chain without time forks never leaves the block part: its open end is judged by height.
      boolean byHeight = passed < blocks.size() || times.isEmpty();
      if (sums[passed].equals(remote.hash)) {
        long head = byHeight ? headNumber : headTimestamp;
        boolean passedHere =
            remote.next != 0
                && (Long.compareUnsigned(head, remote.next) >= 0
                    || (Long.compareUnsigned(remote.next, TIMESTAMP_THRESHOLD) > 0
                        && Long.compareUnsigned(headTimestamp, remote.next) >= 0));
        return passedHere ? Verdict.LOCAL_INCOMPATIBLE_OR_STALE : Verdict.COMPATIBLE;
      }
      for (int i = 0; i < passed; i++) {
        if (sums[i].equals(remote.hash)) {
          return forks[i] == remote.next ? Verdict.COMPATIBLE : Verdict.REMOTE_STALE;
        }
      }
      for (int i = passed + 1; i < sums.length; i++) {
        if (sums[i].equals(remote.hash)) {
          return Verdict.COMPATIBLE;
        }
      }
      return Verdict.LOCAL_INCOMPATIBLE_OR_STALE;
    }

    private Bytes[] sums(long[] forks) {
      Bytes[] sums = new Bytes[forks.length + 1];
      CRC32 crc = new CRC32();
      crc.update(genesisHash.toArrayUnsafe());
      sums[0] = sum(crc);
      for (int i = 0; i < forks.length; i++) {
        update(crc, forks[i]);
        sums[i + 1] = sum(crc);
      }
      return sums;
    }

    private static List<Long> tidy(Stream<Long> forks) {
      return forks.filter(fork -> fork != 0).distinct().sorted().toList();
    }

    private static void update(CRC32 crc, long fork) {
      crc.update(Bytes.ofUnsignedLong(fork).toArrayUnsafe());
    }

    private static Bytes sum(CRC32 crc) {
      return Bytes.ofUnsignedInt(crc.getValue());
    }
  }

  /** What the fork filter says of a remote node. */
  public enum Verdict {
    /** The remote may be on our chain. */
    COMPATIBLE("ok"),
    /** The remote follows our chain but lacks a fork that we passed. */
    REMOTE_STALE("remote needs update"),
    /** The remote is on another chain, or knows a fork that we do not. */
    LOCAL_INCOMPATIBLE_OR_STALE("local incompatible or needs update");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    /** The words of geth's {@code core/forkid}. */
    public String text() {
      return text;
    }
  }

  /** Reads {@code [hash, next]}; further items are ignored as EIP-2124 asks. */
  public static ForkId readFrom(RlpReader reader) {
    RlpReader fields = reader.enterList();
    ForkId id = new ForkId(fields.readFixedBytes(4), fields.readUnsignedLong());
    while (!fields.isComplete()) {
      fields.skip();
    }
    return id;
  }

  /** Writes {@code [hash, next]}. */
  public void writeTo(RLPWriter writer) {
    writer.writeList(
        fields -> {
          fields.writeValue(hash);
          UnsignedLongs.write(fields, next);
        });
  }
}
