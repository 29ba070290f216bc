package io.lesnode.chain.testing;

import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.ConsensusConfig;
import io.lesnode.primitives.config.Fork;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The rule sets that the official tests name, such as {@code Berlin} or {@code BerlinToLondonAt5}.
 */
public final class TestNetworks {
  private static final Pattern TRANSITION =
      Pattern.compile("(\\w+?)To(\\w+?)At(Diff|Time)?([0-9A-F]+)(k?)");

  private static final Map<String, Fork> FORKS =
      Map.ofEntries(
          Map.entry("Frontier", Fork.FRONTIER),
          Map.entry("Homestead", Fork.HOMESTEAD),
          Map.entry("EIP150", Fork.TANGERINE_WHISTLE),
          Map.entry("EIP158", Fork.SPURIOUS_DRAGON),
          Map.entry("Byzantium", Fork.BYZANTIUM),
          Map.entry("Constantinople", Fork.CONSTANTINOPLE),
          Map.entry("ConstantinopleFix", Fork.PETERSBURG),
          Map.entry("Istanbul", Fork.ISTANBUL),
          Map.entry("MuirGlacier", Fork.MUIR_GLACIER),
          Map.entry("Berlin", Fork.BERLIN),
          Map.entry("London", Fork.LONDON),
          Map.entry("ArrowGlacier", Fork.ARROW_GLACIER),
          Map.entry("GrayGlacier", Fork.GRAY_GLACIER),
          Map.entry("Paris", Fork.PARIS),
          Map.entry("Merge", Fork.PARIS),
          Map.entry("Shanghai", Fork.SHANGHAI),
          Map.entry("Cancun", Fork.CANCUN));

  private TestNetworks() {}

  /** Returns the configuration of a network name, or empty where the name is not known. */
  public static Optional<ChainConfig> config(String network) {
    Fork whole = FORKS.get(network);
    if (whole != null) {
      return Optional.of(build(whole, null, 0, 0, null));
    }
    Matcher matcher = TRANSITION.matcher(network);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Fork from = FORKS.get(matcher.group(1));
    Fork to = FORKS.get(matcher.group(2));
    boolean dao = matcher.group(2).equals("Dao");
    if (from == null || (to == null && !dao)) {
      return Optional.empty();
    }
    String kind = matcher.group(3) == null ? "Block" : matcher.group(3);
    return Optional.of(
        switch (kind) {
          case "Diff" -> build(from, null, 0, 0, UInt256.fromHexString("0x" + matcher.group(4)));
          case "Time" -> build(from, to, 0, Long.parseLong(matcher.group(4)) * 1000, null);
          default -> build(from, to, Long.parseLong(matcher.group(4)), 0, null);
        });
  }

  /**
   * Builds a configuration with all forks up to {@code from} at 0 and {@code to}, null for the DAO
   * fork or for none, later.
   */
  private static ChainConfig build(
      Fork from,
      @Nullable Fork to,
      long toBlock,
      long toTime,
      @Nullable UInt256 terminalTotalDifficulty) {
    Map<Fork, Long> blocks = new EnumMap<>(Fork.class);
    for (Fork fork : Fork.values()) {
      if (fork == Fork.FRONTIER || fork.isAtLeast(Fork.PARIS)) {
        continue;
      }
      if (from.isAtLeast(fork)) {
        blocks.put(fork, 0L);
      } else if (to != null && to.isAtLeast(fork)) {
        blocks.put(fork, toBlock);
      }
    }
    boolean merged = from.isAtLeast(Fork.PARIS);
    return new ChainConfig(
        UInt256.ONE,
        blocks,
        blocks.get(Fork.SPURIOUS_DRAGON),
        to == null && toBlock > 0 ? (Long) toBlock : null,
        true,
        null,
        merged ? UInt256.ZERO : terminalTotalDifficulty,
        time(Fork.SHANGHAI, from, to, toTime),
        time(Fork.CANCUN, from, to, toTime),
        new ConsensusConfig.Ethash());
  }

  private static @Nullable Long time(Fork fork, Fork from, @Nullable Fork to, long toTime) {
    if (from.isAtLeast(fork)) {
      return 0L;
    }
    return to != null && to.isAtLeast(fork) ? (Long) toTime : null;
  }
}
