package io.lesnode.benchmarks.compare;

import io.lesnode.app.cli.RpcCaller;
import io.lesnode.app.node.NodeFailure;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A light client that was just started. Confined to the thread of the command.
 *
 * @param name of the program, for tables
 */
record LightProcess(String name, ChildProcess process, RpcCaller rpc) implements AutoCloseable {

  /** The number of its head; empty while it does not answer. */
  OptionalLong head() {
    try {
      String number = rpc.call("eth_blockNumber").asText();
      return OptionalLong.of(Long.decode(number));
    } catch (NodeFailure | NumberFormatException notYet) {
      return OptionalLong.empty();
    }
  }

  double secondsSinceStart() {
    return (System.nanoTime() - process.startNanos()) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  @Override
  public void close() {
    rpc.close();
    process.close();
  }
}
