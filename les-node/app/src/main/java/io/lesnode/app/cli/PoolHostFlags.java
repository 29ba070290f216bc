package io.lesnode.app.cli;

import io.lesnode.app.config.PoolHostSettings;
import io.lesnode.devp2p.Enode;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flags of a server that is a host of a pool. */
final class PoolHostFlags {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--vip.pool",
      paramLabel = "ENODE",
      description =
          "A pool whose clients are served too; it pays by cheque, so this needs --vip with the"
              + " method cheque (default: none).")
  @Nullable String pool;

  @Option(
      names = "--vip.pool.capacity",
      paramLabel = "CAPACITY",
      converter = Values.NonNegativeLong.class,
      description =
          "What clients of the pool get altogether, in geth's unit (default: half of all there is).")
  @Nullable Long capacity;

  @Option(
      names = "--vip.pool.price",
      paramLabel = "WEI",
      converter = Values.NonNegativeLong.class,
      description =
          "What the pool pays for 1000000000 tokens, in wei (default: as much as --vip.price).")
  @Nullable Long price;

  Optional<PoolHostSettings> settings() {
    String url = pool;
    if (url == null || url.isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        new PoolHostSettings(enode(url.strip(), spec), optional(capacity), optional(price)));
  }

  static Enode enode(String url, CommandSpec spec) {
    try {
      return Enode.parse(url);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(
          spec.commandLine(),
          "--vip.pool "
              + url
              + " is not an enode URL with an address and port: "
              + wrong.getMessage());
    }
  }

  private static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
