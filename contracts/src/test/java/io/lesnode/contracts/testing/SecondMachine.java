package io.lesnode.contracts.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.primitives.config.Fork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Repeats everything that the tests of a class did on their chains on a second virtual machine,
 * {@code @ethereumjs/vm}, when they are through: status, gas, output, logs and the state at the end
 * must be the same. Says so and does nothing without Node.js, without a network to fetch it from,
 * and with {@code -DskipNode}.
 *
 * <pre>{@code
 * @RegisterExtension static final SecondMachine SECOND = new SecondMachine();
 * private final ContractChain chain = SECOND.chain(Fork.SHANGHAI);
 * }</pre>
 */
public final class SecondMachine implements BeforeEachCallback, AfterAllCallback {
  private record Scenario(StringBuilder name, ContractChain chain) {}

  private final List<Scenario> scenarios = new ArrayList<>();
  private String current = "";

  /** A new chain which takes part. */
  public synchronized ContractChain chain(Fork fork) {
    ContractChain chain = ContractChain.recorded(fork);
    scenarios.add(new Scenario(new StringBuilder(current), chain));
    return chain;
  }

  /** Fields of a test are made before its name is known here, so the last chain is named again. */
  @Override
  public synchronized void beforeEach(ExtensionContext context) {
    current = context.getDisplayName();
    for (Scenario scenario : scenarios) {
      if (scenario.name().isEmpty()) {
        scenario.name().append(current);
      }
    }
    current = "";
  }

  @Override
  public synchronized void afterAll(ExtensionContext context) throws IOException {
    String name = context.getRequiredTestClass().getSimpleName();
    Optional<String> missing = NodeTools.missing();
    if (missing.isPresent()) {
      System.out.println(name + ": second virtual machine skipped: " + missing.get());
      return;
    }
    ArrayNode all = new ObjectMapper().createArrayNode();
    for (Scenario scenario : scenarios) {
      ObjectNode json = all.addObject();
      json.put("name", scenario.name().toString());
      json.set("run", scenario.chain().recorded());
    }
    Path file = Path.of("target", "replay-" + name + ".json").toAbsolutePath();
    Files.writeString(file, all.toString());
    NodeTools.Finished replay = NodeTools.run("replay.mjs", file.toString());
    System.out.println(name + ": " + replay.output().strip());
    if (replay.code() != 0) {
      throw new AssertionError("the second virtual machine disagrees: " + replay.output());
    }
  }
}
