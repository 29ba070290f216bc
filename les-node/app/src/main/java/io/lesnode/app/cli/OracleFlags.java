package io.lesnode.app.cli;

import io.lesnode.chain.index.OracleConfig;
import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flags of the checkpoint oracle; geth has them in its config file only. */
final class OracleFlags {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--light.oracle.address",
      paramLabel = "ADDRESS",
      description =
          "Contract in which checkpoints are registered: a server announces those that are its own"
              + " too, a light client believes those that enough signers signed (default: that of"
              + " the network, if it has one).")
  @Nullable String address;

  @Option(
      names = "--light.oracle.signers",
      paramLabel = "ADDRESSES",
      split = ",",
      description = "Who may sign checkpoints there, comma separated.")
  List<String> signers = new ArrayList<>();

  @Option(
      names = "--light.oracle.threshold",
      paramLabel = "N",
      converter = Values.NonNegativeInt.class,
      description = "How many signatures a checkpoint needs (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  Integer threshold = 1;

  /** The oracle that was given; empty where none was. */
  Optional<OracleConfig> settings() {
    List<String> given = signers.stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
    if (address == null || address.isBlank()) {
      if (!given.isEmpty()) {
        throw refused("--light.oracle.signers needs --light.oracle.address, the contract");
      }
      return Optional.empty();
    }
    if (given.isEmpty()) {
      throw refused("--light.oracle.address needs --light.oracle.signers, who may sign");
    }
    Set<Address> addresses =
        Set.copyOf(given.stream().map(text -> parse("--light.oracle.signers", text)).toList());
    try {
      return Optional.of(
          new OracleConfig(parse("--light.oracle.address", address), addresses, threshold));
    } catch (IllegalArgumentException e) {
      throw refused("--light.oracle.threshold: " + e.getMessage());
    }
  }

  private Address parse(String flag, String text) {
    try {
      return Address.fromHex(text.strip());
    } catch (IllegalArgumentException e) {
      throw refused(
          flag + ": '" + text + "' is no address; write 40 hex digits, with or without 0x");
    }
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
