package io.lesnode.les.client.discovery;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.discovery.DiscoveryConfig;
import io.lesnode.devp2p.discovery.DiscoveryService;
import io.lesnode.devp2p.discovery.NodeSource;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.les.client.pool.ServerPool.QueryAnswer;
import io.lesnode.les.client.pool.ServerQuery;
import io.lesnode.les.client.pool.ServerSource;
import io.lesnode.les.vflux.CapacityQuery;
import io.lesnode.les.vflux.LesRecord;
import io.lesnode.les.vflux.VfluxBatch;
import io.lesnode.primitives.config.ForkId;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Finds light servers of one chain by discovery and DNS, and asks them over UDP whether they would
 * take us (geth les/client.go, {@code prenegQuery} and {@code nodeIsServer}). Thread-safe.
 *
 * <p>A server counts when its signed record has the entry {@code les} and a fork id in {@code eth}
 * that fits our chain. Whether it is worth anything is judged by who connects to it.
 */
public final class DiscoveredServers implements ServerSource, ServerQuery {
  /** How long we mean to stay, in what we ask; geth's value. */
  private static final long BIAS_SECONDS = 180;

  private static final int RECORDS_MAX = 1024;

  private final Predicate<ForkId> fits;
  private final DiscoveryService service;

  /** Records of servers found, for questions; the one used longest ago goes first. */
  private final Map<NodeId, NodeRecord> records =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, NodeRecord> eldest) {
          return size() > RECORDS_MAX;
        }
      };

  private volatile boolean needed;
  private volatile @Nullable Consumer<Enode> consumer;

  private DiscoveredServers(DiscoveryConfig.Builder config, Predicate<ForkId> fits)
      throws IOException {
    this.fits = fits;
    this.service = DiscoveryService.start(config.source(new Found()).build());
  }

  /**
   * Opens the UDP port; searches once it is started and servers are needed.
   *
   * @param fits whether a fork id is that of our chain; called on the discovery loop
   * @throws IOException if the port cannot be had
   */
  public static DiscoveredServers open(DiscoveryConfig.Builder config, Predicate<ForkId> fits)
      throws IOException {
    return new DiscoveredServers(config, fits);
  }

  /** Hears of every node; confined to the discovery loop. */
  private final class Found implements NodeSource {
    @Override
    public boolean wantsMore() {
      return needed && consumer != null;
    }

    @Override
    public boolean accepts(NodeRecord record) {
      return LesRecord.isServer(record, fits);
    }

    @Override
    public void onFound(Enode node, NodeRecord record) {
      synchronized (records) {
        records.put(node.nodeId(), record);
      }
      Consumer<Enode> wanting = consumer;
      if (wanting != null) {
        wanting.accept(node);
      }
    }
  }

  /** The discovery behind this, for its status and our node record. */
  public DiscoveryService service() {
    return service;
  }

  @Override
  public void start(Consumer<Enode> found) {
    needed = true;
    consumer = found;
  }

  @Override
  public void onNeed(boolean more) {
    needed = more;
  }

  @Override
  public void close() {
    consumer = null;
    service.close();
  }

  /**
   * Asks a server for the capacity that it would give us. One that offers no such answers, or whose
   * record we do not know, can only be tried: yes.
   *
   * @param answer told once, from any thread
   */
  @Override
  public void ask(Enode server, Consumer<QueryAnswer> answer) {
    NodeRecord record;
    synchronized (records) {
      record = records.get(server.nodeId());
    }
    if (record == null || LesRecord.vfluxVersion(record).orElse(0L) == 0) {
      answer.accept(QueryAnswer.YES);
      return;
    }
    Bytes query = new CapacityQuery(BIAS_SECONDS, List.of(0L)).encode();
    Bytes batch =
        new VfluxBatch(
                List.of(VfluxBatch.Question.of(CapacityQuery.SERVICE, CapacityQuery.NAME, query)))
            .encode();
    var unused =
        service
            .talk(record, LesRecord.VFLUX, batch)
            .thenAccept(reply -> answer.accept(judge(reply)));
  }

  private static QueryAnswer judge(Optional<Bytes> reply) {
    Optional<Long> capacity =
        reply
            .flatMap(VfluxBatch::decodeAnswers)
            .filter(answers -> answers.size() == 1)
            .flatMap(answers -> CapacityQuery.decodeAnswer(answers.getFirst()))
            .filter(capacities -> capacities.size() == 1)
            .map(List::getFirst);
    return capacity
        .map(most -> most > 0 ? QueryAnswer.YES : QueryAnswer.NO)
        .orElse(QueryAnswer.SILENCE);
  }
}
