package io.lesnode.app.cli;

import io.lesnode.app.config.ChainSettings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Flags that say which chain and where it is kept. */
final class ChainFlags {
  /** How much state is kept. */
  enum GcMode {
    FULL,
    ARCHIVE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Takes the two names and says them when given another. */
  static final class GcModeConverter implements ITypeConverter<GcMode> {
    @Override
    public GcMode convert(String text) {
      for (GcMode mode : GcMode.values()) {
        if (mode.toString().equals(text)) {
          return mode;
        }
      }
      throw new TypeConversionException("'" + text + "' is neither full nor archive");
    }
  }

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--datadir",
      paramLabel = "DIR",
      description = "Folder of the chain, its state and the node key (default: ~/.lesnode).")
  @Nullable Path datadir;

  @Option(
      names = "--genesis",
      paramLabel = "FILE",
      description =
          "Genesis file in geth's format; needed once, later it must agree with the data folder.")
  @Nullable Path genesis;

  @Option(
      names = "--networkid",
      paramLabel = "N",
      converter = Values.NonNegativeLong.class,
      description = "Network id that peers must have too (default: the chain id of the genesis).")
  @Nullable Long networkId;

  @Option(
      names = "--fakepow",
      description =
          "Skip the proof-of-work seal check and nothing else; for test chains (default: off).",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false")
  boolean fakePow;

  @Option(
      names = "--gcmode",
      paramLabel = "MODE",
      converter = GcModeConverter.class,
      description =
          "State kept: 'full' for the recent blocks, 'archive' for all (default: ${DEFAULT-VALUE}).",
      defaultValue = "full")
  GcMode gcMode = GcMode.FULL;

  @Option(
      names = "--txlookuplimit",
      paramLabel = "BLOCKS",
      converter = Values.NonNegativeLong.class,
      description =
          "For how many recent blocks transactions can be looked up, 0 for all; this version knows 0"
              + " only (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  Long txLookupLimit = 0L;

  ChainSettings settings(String defaultFolder) {
    if (txLookupLimit != 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--txlookuplimit "
              + txLookupLimit
              + " is not possible in this version, which indexes the transactions of all blocks;"
              + " leave it out or give 0");
    }
    Path dir = datadir == null ? Path.of(System.getProperty("user.home"), defaultFolder) : datadir;
    return new ChainSettings(
        dir.toAbsolutePath().normalize(),
        Optional.ofNullable(genesis),
        networkId == null ? OptionalLong.empty() : OptionalLong.of(networkId),
        fakePow,
        gcMode == GcMode.ARCHIVE);
  }
}
