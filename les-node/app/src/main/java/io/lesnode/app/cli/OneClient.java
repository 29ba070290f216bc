package io.lesnode.app.cli;

import java.util.function.BiConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says which client of which running server a command is about. */
final class OneClient {
  @Mixin NodeFlags node = new NodeFlags();
  @Mixin LogFlags log = new LogFlags();

  @Parameters(
      index = "0",
      paramLabel = "CLIENT",
      description = "Id of 64 hex digits, enode URL, or first digits of a connected client's id.")
  String typed = "";

  /** Does something with the node and the client's id. */
  void with(BiConsumer<IpcCaller, String> work) {
    try (IpcCaller caller = node.connect()) {
      work.accept(caller, ClientTexts.resolve(caller, typed));
    }
  }
}
