package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.load.ChainSample;
import io.lesnode.benchmarks.load.RequestMix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Both servers on the same chain at the same time; while one is measured the other is idle.
 * Confined to the thread of the command.
 */
final class BothServers implements AutoCloseable {
  private static final Duration HELPER_TRIES_LIMIT = Duration.ofMinutes(5);

  private final List<ServerProcess> servers;
  private final List<RequestCase> cases;
  private final List<ServedLoad> loads;

  private BothServers(
      List<ServerProcess> servers, List<RequestCase> cases, List<ServedLoad> loads) {
    this.servers = servers;
    this.cases = cases;
    this.loads = loads;
  }

  /**
   * Starts both, sees that they serve the same, waits for their helper tries and looks at the
   * chain.
   */
  static BothServers start(CompareContext context, Contender.ServeOptions options) {
    List<ServerProcess> servers = new ArrayList<>();
    try {
      for (Contender contender : context.both()) {
        servers.add(contender.serve(context.chain(), context.datadir(contender), options));
      }
      requireSameHead(servers);
      boolean helperTries = context.chain().hasHelperTries();
      if (helperTries) {
        context.findings().say("Waiting for the helper tries of both servers");
        servers.forEach(BothServers::awaitHelperTries);
      }
      List<RequestCase> cases = cases(context, helperTries);
      List<RequestMix> mixes =
          new ArrayList<>(cases.stream().map(one -> RequestMix.parse(one.mix())).toList());
      mixes.add(FreeSeries.mix());
      // the same sample for both, so that they are asked the same
      ChainSample sample = ServedLoad.look(servers.getLast(), mixes, context.settings().seed());
      List<ServedLoad> loads =
          servers.stream()
              .map(server -> new ServedLoad(server, sample, context.settings().seed()))
              .toList();
      return new BothServers(servers, cases, loads);
    } catch (RuntimeException failed) {
      servers.forEach(ServerProcess::close);
      throw failed;
    }
  }

  private static void requireSameHead(List<ServerProcess> servers) {
    String ours = servers.getFirst().head();
    String theirs = servers.getLast().head();
    if (!ours.equals(theirs)) {
      throw new NodeFailure(
          "the two servers do not serve the same chain",
          "our head is " + ours + ", geth's is " + theirs,
          "",
          null);
    }
  }

  private static void awaitHelperTries(ServerProcess server) {
    server
        .process()
        .await("finish its helper tries", HELPER_TRIES_LIMIT, () -> hasCheckpoint(server));
  }

  private static boolean hasCheckpoint(ServerProcess server) {
    try {
      return server.rpc().call("les_latestCheckpoint").isArray();
    } catch (NodeFailure none) {
      return false;
    }
  }

  private static List<RequestCase> cases(CompareContext context, boolean helperTries) {
    List<RequestCase> cases = new ArrayList<>();
    for (RequestCase one : RequestCase.values()) {
      boolean wanted =
          (context.settings().kinds().isEmpty() && context.settings().isQuick())
              ? one.isQuick()
              : context.settings().includes(one);
      if (wanted && one.needsHelperTries() && !helperTries) {
        context
            .findings()
            .note(
                one.title()
                    + " is left out: the chain has no finished section of its helper tries; that"
                    + " needs 34,816 blocks.");
      } else if (wanted) {
        cases.add(one);
      }
    }
    return List.copyOf(cases);
  }

  /** What can be asked of them. */
  List<RequestCase> cases() {
    return cases;
  }

  /** Ours, then geth's. */
  List<ServedLoad> loads() {
    return loads;
  }

  @Override
  public void close() {
    servers.forEach(ServerProcess::close);
  }
}
