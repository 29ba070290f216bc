package io.lesnode.app.cli;

import io.lesnode.app.config.LightServeSettings;
import io.lesnode.devp2p.Enode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Flags of the LES server. */
final class LightServeFlags {
  private static final int PERCENT = 100;
  private static final int MAX_PREFIX4_BITS = 32;
  private static final int MAX_PREFIX6_BITS = 128;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--light.serve",
      paramLabel = "PERCENT",
      converter = Values.NonNegativeInt.class,
      description =
          "Share of one processor spent on light clients, above 100 for more than one, 0 to serve"
              + " none (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  Integer servePercent = 100;

  @Option(
      names = "--light.maxpeers",
      paramLabel = "N",
      converter = Values.NonNegativeInt.class,
      description = "Most light clients connected at a time (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  Integer maxClients = 100;

  @Option(
      names = "--light.ingress",
      paramLabel = "KB/S",
      converter = Values.NonNegativeInt.class,
      description =
          "Bandwidth of requests of light clients, in kilobytes per second; makes large requests"
              + " dearer, 0 for no limit (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  Integer ingress = 0;

  @Option(
      names = "--light.egress",
      paramLabel = "KB/S",
      converter = Values.NonNegativeInt.class,
      description =
          "Bandwidth of replies to light clients, in kilobytes per second; makes large replies"
              + " dearer, 0 for no limit (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  Integer egress = 0;

  @Option(
      names = "--light.own",
      paramLabel = "CLIENT",
      split = ",",
      description =
          "The operator's own light clients, as enode URLs or node ids (64 hexadecimal digits),"
              + " comma separated or given repeatedly; only they use the reserve (default: none).")
  List<String> ownClients = new ArrayList<>();

  @Option(
      names = "--light.reserve",
      paramLabel = "PERCENT",
      converter = Values.Percent.class,
      description =
          "Share of places and capacity that only the clients of --light.own get"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  Integer reservePercent = 0;

  @Option(
      names = "--light.freefloor",
      paramLabel = "PERCENT",
      converter = Values.Percent.class,
      description =
          "Share of places and capacity that clients without a balance keep, whoever pays"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  Integer freeFloorPercent = 0;

  @Option(
      names = "--light.freeprefix4",
      paramLabel = "BITS",
      converter = Values.NonNegativeInt.class,
      description =
          "How many bits of an IPv4 address name a client without a balance"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "32")
  Integer freePrefix4Bits = 32;

  @Option(
      names = "--light.freeprefix6",
      paramLabel = "BITS",
      converter = Values.NonNegativeInt.class,
      description =
          "How many bits of an IPv6 address name a client without a balance"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "64")
  Integer freePrefix6Bits = 64;

  @Option(
      names = "--light.nosyncserve",
      description =
          "Serve light clients before the chain is complete. This version counts what was imported"
              + " as complete, so nothing is refused without it either (default: off).",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false")
  boolean servesUnsynced;

  @Option(
      names = "--ulc.onlyannounce",
      description = "Only announce heads to light clients and serve nothing else (default: off).",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false")
  boolean announceOnly;

  /** Where base costs come from. */
  enum Costs {
    DEFAULT,
    MEASURED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Takes the two names and says them when given another. */
  static final class CostsConverter implements ITypeConverter<Costs> {
    @Override
    public Costs convert(String text) {
      for (Costs costs : Costs.values()) {
        if (costs.toString().equals(text)) {
          return costs;
        }
      }
      throw new TypeConversionException("'" + text + "' is neither default nor measured");
    }
  }

  @Option(
      names = "--light.costs",
      paramLabel = "SOURCE",
      converter = CostsConverter.class,
      description =
          "What requests are taken to cost: 'default' as every geth server, 'measured' as"
              + " 'les benchmark-server' found on this machine (default: ${DEFAULT-VALUE}).",
      defaultValue = "default")
  Costs costs = Costs.DEFAULT;

  LightServeSettings settings() {
    if (reservePercent + freeFloorPercent > PERCENT) {
      throw new ParameterException(
          spec.commandLine(),
          "--light.reserve "
              + reservePercent
              + " and --light.freefloor "
              + freeFloorPercent
              + " must not be more than 100 together");
    }
    checkPrefix("--light.freeprefix4", freePrefix4Bits, MAX_PREFIX4_BITS);
    checkPrefix("--light.freeprefix6", freePrefix6Bits, MAX_PREFIX6_BITS);
    return new LightServeSettings(
        servePercent,
        maxClients,
        ingress,
        egress,
        ownClientIds(),
        reservePercent,
        freeFloorPercent,
        freePrefix4Bits,
        freePrefix6Bits,
        servesUnsynced,
        announceOnly,
        costs == Costs.MEASURED);
  }

  private void checkPrefix(String flag, int bits, int most) {
    if (bits < 1 || bits > most) {
      throw new ParameterException(
          spec.commandLine(), flag + " " + bits + " is not from 1 to " + most);
    }
  }

  private Set<Bytes32> ownClientIds() {
    Set<Bytes32> ids = new LinkedHashSet<>();
    for (String text : ownClients) {
      ids.add(clientId(text.strip()));
    }
    return ids;
  }

  private Bytes32 clientId(String text) {
    try {
      return text.matches("(0x)?[0-9a-fA-F]{64}")
          ? Bytes32.fromHexString(text)
          : Enode.parse(text).nodeId().hash();
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(
          spec.commandLine(),
          "--light.own: '" + text + "' is neither an enode URL nor 64 hexadecimal digits");
    }
  }
}
