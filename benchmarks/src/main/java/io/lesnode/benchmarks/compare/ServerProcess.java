package io.lesnode.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.devp2p.Enode;

/**
 * A LES server that runs. Confined to the thread of the command.
 *
 * @param name of the program, for tables
 */
record ServerProcess(String name, ChildProcess process, Enode enode, NodeRpc rpc)
    implements AutoCloseable {

  /** The hash and number of its head, to see that both serve the same. */
  String head() {
    JsonNode block = rpc.call("eth_getBlockByNumber", "latest", false);
    return block.path("number").asText() + " " + block.path("hash").asText();
  }

  @Override
  public void close() {
    rpc.close();
    process.close();
  }
}
