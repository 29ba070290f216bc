package io.lesnode.les.server;

import io.lesnode.flowcontrol.pool.ClientId;
import io.lesnode.les.vflux.CapacityQuery;
import io.lesnode.les.vflux.VfluxBatch;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Answers capacity queries that clients send over UDP before they connect (geth les/vflux/server,
 * {@code Service.Serve} and {@code serveCapQuery}). Confined to the node loop.
 *
 * <p>Differs from geth: an address that has had its share of a second, or anybody when all of it is
 * used, is refused at once with an empty answer; geth lets them queue by what they have paid, and
 * sleeps 10 ms for a question. The same rate, without a queue to fill. Pinned by {@code
 * CapacityDeskTest}.
 */
final class CapacityDesk {
  static final int QUESTIONS_PER_SECOND = 100;
  static final int OF_ONE_ADDRESS = 20;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Longer stays than a hundred years are no stays. */
  private static final long BIAS_MAX_SECONDS = TimeUnit.DAYS.toSeconds(36_500);

  private final ServerState server;
  private final Map<InetAddress, Integer> asked = new HashMap<>();
  private long windowStartNanos;
  private int askedInAll;

  CapacityDesk(ServerState server) {
    this.server = server;
    this.windowStartNanos = server.loop().nowNanos();
  }

  /** Answers a batch; empty to refuse. */
  Bytes answer(Bytes32 node, InetAddress from, Bytes request) {
    VfluxBatch batch = VfluxBatch.decode(request).orElse(null);
    if (batch == null || !admits(from, batch.questions().size())) {
      return Bytes.EMPTY;
    }
    List<Bytes> answers = new ArrayList<>();
    for (VfluxBatch.Question question : batch.questions()) {
      answers.add(
          question.is(CapacityQuery.SERVICE, CapacityQuery.NAME)
              ? CapacityQuery.decode(question.params())
                  .map(query -> CapacityQuery.encodeAnswer(capacities(node, from, query)))
                  .orElse(Bytes.EMPTY)
              : Bytes.EMPTY);
    }
    return VfluxBatch.encodeAnswers(answers);
  }

  private boolean admits(InetAddress from, int questions) {
    long now = server.loop().nowNanos();
    if (now - windowStartNanos >= WINDOW_NANOS) {
      windowStartNanos = now;
      askedInAll = 0;
      asked.clear();
    }
    int ofThis = asked.getOrDefault(from, 0) + questions;
    if (ofThis > OF_ONE_ADDRESS || askedInAll + questions > QUESTIONS_PER_SECOND) {
      return false;
    }
    asked.put(from, ofThis);
    askedInAll += questions;
    return true;
  }

  private List<Long> capacities(Bytes32 node, InetAddress from, CapacityQuery query) {
    if (!server.isSynced()) {
      return Collections.nCopies(query.addTokens().size(), 0L);
    }
    ClientId id = ServedClients.clientId(node);
    String freeId = server.config().freeClientId().of(from, id);
    long bias = query.biasSeconds();
    long biasSeconds = bias < 0 ? BIAS_MAX_SECONDS : Math.min(bias, BIAS_MAX_SECONDS);
    return server
        .clients()
        .withPool(
            pool ->
                pool.capacityQuery(
                    id,
                    freeId,
                    query.addTokens(),
                    TimeUnit.SECONDS.toNanos(biasSeconds),
                    server.loop().nowNanos()));
  }
}
