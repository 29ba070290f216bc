package io.lesnode.app.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** {@code les dumpconfig}: the effective values of all flags, as a config file. */
@Command(
    name = "dumpconfig",
    description = {
      "Print a TOML config file with the effective value of every flag: the defaults, what"
          + " --config",
      "sets, and the flags given here. Secrets are left out."
    })
final class DumpConfigCommand implements Callable<Integer> {
  private static final Set<String> LEFT_OUT = Set.of("config", "help", "nodekeyhex");

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ChainFlags chain = new ChainFlags();
  @Mixin PeerFlags peers = new PeerFlags();
  @Mixin LightServeFlags light = new LightServeFlags();
  @Mixin OracleFlags oracle = new OracleFlags();
  @Mixin SyncFlags sync = new SyncFlags();
  @Mixin HttpFlags http = new HttpFlags();
  @Mixin EndpointFlags endpoints = new EndpointFlags();
  @Mixin LogFlags log = new LogFlags();

  @Override
  public Integer call() {
    peers.settings(true);
    http.settings(false);
    sync.settings(oracle.settings());
    endpoints.settings();
    PrintWriter out = spec.commandLine().getOut();
    out.println("# les configuration: les COMMAND --config THIS_FILE; flags win over it.");
    for (OptionSpec option : spec.options()) {
      String name = LesCommandLine.name(option);
      if (LEFT_OUT.contains(name)) {
        continue;
      }
      out.println();
      for (String line : wrap(String.join(" ", option.description()), option)) {
        out.println("# " + line);
      }
      String value = toml(option.getValue());
      out.println(value == null ? "# " + key(name) + " =" : key(name) + " = " + value);
    }
    out.flush();
    return 0;
  }

  private static List<String> wrap(String description, OptionSpec option) {
    String text = description.replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValue()));
    return Arrays.stream(text.split("(?<=\\G.{70,110})\\s")).toList();
  }

  /** Names with dots are quoted: bare, TOML would take them for tables. */
  private static String key(String name) {
    return name.matches("[a-z]+") ? name : quote(name);
  }

  private static @Nullable String toml(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Boolean flag -> flag.toString();
      case Number number -> number.toString();
      case Path path -> quote(path.toString());
      case Collection<?> items ->
          items.stream()
              .map(Object::toString)
              .filter(item -> !item.isBlank())
              .map(DumpConfigCommand::quote)
              .collect(Collectors.joining(", ", "[", "]"));
      default -> quote(value.toString());
    };
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f) {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
