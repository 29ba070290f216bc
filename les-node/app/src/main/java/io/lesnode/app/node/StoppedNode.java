package io.lesnode.app.node;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.chain.index.HelperTrieIndexer;
import io.lesnode.chain.index.Sections;
import io.lesnode.les.server.MeasuredCosts;
import io.lesnode.les.server.RequestBenchmark;
import io.lesnode.rpc.RpcException;

/** What can be done with the data folder of a node that is not running. Stateless. */
public final class StoppedNode {
  private StoppedNode() {}

  /**
   * Measures what requests cost and keeps it in the folder. Helper tries that are due are built
   * first.
   *
   * @param passes how often each measurement is made
   * @param targetNanos how long each takes per pass, the first aside
   * @throws NodeFailure if the folder cannot be used, or the thread was interrupted
   */
  public static MeasuredCosts measureCosts(
      ChainSettings settings, int passes, long targetNanos, RequestBenchmark.Progress progress) {
    Parts parts = new Parts();
    try {
      Blockchain chain = parts.add("chain", ChainFolder.open(settings)).chain();
      Checkpoints checkpoints = HelperTrieIndexer.catchUp(chain.store(), Sections.STANDARD);
      return new StoreBenchmark(
              chain,
              settings.archive(),
              FullNode.pool(parts, chain),
              checkpoints,
              settings.datadir(),
              progress)
          .measure(passes, targetNanos);
    } catch (RpcException ended) {
      throw new NodeFailure("the measurement failed", ended.text(), "", ended);
    } finally {
      parts.close();
    }
  }
}
