package io.lesnode.app.cli;

import io.lesnode.app.config.LightServeSettings;
import picocli.CommandLine.Option;

/** Flags of the LES server. */
final class LightServeFlags {
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

  LightServeSettings settings() {
    return new LightServeSettings(servePercent, maxClients);
  }
}
