package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.Enode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one group on one load loop: what they share, and what they counted. Confined to
 * that loop.
 */
final class LoadCell {

  private final Enode server;
  private final LoadGroup group;
  private final LoadLoop loop;
  private final boolean decodesReplies;
  private final List<LoadClient> clients = new ArrayList<>();
  private final List<RequestShape> shapes;
  private LoadTally tally;
  private List<RequestDeck> decks = List.of();
  private int[] weights = {};
  private int totalWeight;
  private long measuredFromNanos = Long.MAX_VALUE;
  private long measuredToNanos = Long.MAX_VALUE;
  private ConnectionEnd lastEnd = ConnectionEnd.network("no connection was tried");
  private @Nullable ServerGreeting greeting;

  LoadCell(Enode server, LoadGroup group, LoadLoop loop, boolean decodesReplies) {
    this.server = server;
    this.group = group;
    this.loop = loop;
    this.decodesReplies = decodesReplies;
    this.shapes = group.mix().parts().stream().map(RequestMix.Part::shape).toList();
    this.tally = new LoadTally(shapes);
  }

  Enode server() {
    return server;
  }

  LoadGroup group() {
    return group;
  }

  LoadLoop loop() {
    return loop;
  }

  LoadTally tally() {
    return tally;
  }

  List<LoadClient> clients() {
    return clients;
  }

  /** Whether replies are decoded strictly. */
  boolean decodesReplies() {
    return decodesReplies;
  }

  /** What the clients draw from; one deck per part of the mix. */
  void deal(List<RequestDeck> dealt) {
    decks = List.copyOf(dealt);
    weights = group.mix().parts().stream().mapToInt(RequestMix.Part::weight).toArray();
    totalWeight = 0;
    for (int weight : weights) {
      totalWeight += weight;
    }
  }

  /** A deck, by weight. */
  RequestDeck pick(SplittableRandom random) {
    int at = decks.size() == 1 ? 0 : random.nextInt(totalWeight);
    for (int i = 0; i < weights.length; i++) {
      at -= weights[i];
      if (at < 0) {
        return decks.get(i);
      }
    }
    throw new IllegalStateException("weights do not add up");
  }

  /** Begins to measure, with empty counts. */
  void measureFrom(long nanos) {
    clients.forEach(LoadClient::countWire);
    tally = new LoadTally(shapes);
    measuredFromNanos = nanos;
    measuredToNanos = Long.MAX_VALUE;
  }

  /** What is wanted later does not count. */
  void measureTo(long nanos) {
    measuredToNanos = nanos;
  }

  /** When measuring ended. */
  long measuredToNanos() {
    return measuredToNanos;
  }

  /** Whether a request that is wanted at a time counts. */
  boolean isMeasured(long wantedNanos) {
    return wantedNanos >= measuredFromNanos && wantedNanos < measuredToNanos;
  }

  /** Whether a time lies within what is measured. */
  boolean isWithin(long nanos) {
    return isMeasured(nanos);
  }

  void onReady(ServerGreeting greeted) {
    greeting = greeted;
  }

  void onDisconnected(ConnectionEnd end) {
    lastEnd = end;
    tally.onDisconnect(end.text());
  }

  /** Why a connection ended last. */
  ConnectionEnd lastEnd() {
    return lastEnd;
  }

  /** What the server said last, if a client was ever connected. */
  Optional<ServerGreeting> greeting() {
    return Optional.ofNullable(greeting);
  }

  int readyCount() {
    return (int) clients.stream().filter(LoadClient::isReady).count();
  }
}
