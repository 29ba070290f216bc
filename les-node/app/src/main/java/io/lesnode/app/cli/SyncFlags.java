package io.lesnode.app.cli;

import io.lesnode.app.config.SyncSettings;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.devp2p.Enode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flags of a light client's synchronisation: checkpoints and trusted servers. */
final class SyncFlags {
  private static final int CHECKPOINT_PARTS = 4;
  private static final int WHOLE_PERCENT = 100;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--checkpoint",
      paramLabel = "INDEX:HEAD:CHT:BLOOM",
      description =
          "Checkpoint that you trust, to begin at instead of fetching every header: section index,"
              + " then section head, CHT root and BloomTrie root in hex (what les_latestCheckpoint"
              + " of a server answers), separated by colons (default: none).")
  @Nullable String checkpoint;

  @Option(
      names = "--sync.fromgenesis",
      description =
          "Begin at the genesis block (or at --checkpoint), whatever checkpoint servers advertise.",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false")
  boolean fromGenesis;

  @Option(
      names = "--ulc.servers",
      paramLabel = "ENODES",
      split = ",",
      description =
          "Trusted servers of an ultra light client, comma separated: a head counts when enough of"
              + " them announce it, and proof of work is not checked (default: none).")
  List<String> trusted = new ArrayList<>();

  @Option(
      names = "--ulc.fraction",
      paramLabel = "PERCENT",
      converter = Values.NonNegativeInt.class,
      description =
          "Which share of --ulc.servers must announce a head, 1 to 100 (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "75")
  Integer fraction = 75;

  /** The values of the flags; {@code oracle} comes from flags of its own. */
  SyncSettings settings(Optional<OracleConfig> oracle) {
    if (fraction < 1 || fraction > WHOLE_PERCENT) {
      throw refused("--ulc.fraction is a share of 1 to 100 percent, not " + fraction);
    }
    return new SyncSettings(
        Optional.ofNullable(checkpoint).filter(text -> !text.isBlank()).map(this::parse),
        fromGenesis,
        oracle,
        trustedServers(),
        fraction,
        true);
  }

  private CheckpointEntry parse(String text) {
    String[] parts = text.strip().split(":", -1);
    try {
      if (parts.length == CHECKPOINT_PARTS) {
        return new CheckpointEntry(
            Long.decode(parts[0]),
            Bytes32.fromHexStringStrict(parts[1]),
            Bytes32.fromHexStringStrict(parts[2]),
            Bytes32.fromHexStringStrict(parts[3]));
      }
    } catch (IllegalArgumentException e) {
      throw refused("--checkpoint " + text + ": " + e.getMessage());
    }
    throw refused(
        "--checkpoint takes a section index and three hashes of 32 bytes, separated by colons,"
            + " not '"
            + text
            + "'");
  }

  private List<Enode> trustedServers() {
    List<Enode> enodes = new ArrayList<>();
    for (String url : trusted) {
      if (!url.isBlank()) {
        try {
          enodes.add(Enode.parse(url.strip()));
        } catch (IllegalArgumentException wrong) {
          throw refused(
              "--ulc.servers: "
                  + url
                  + " is not an enode URL with an address and port: "
                  + wrong.getMessage());
        }
      }
    }
    return enodes;
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
