package io.lesnode.les.server;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.flowcontrol.pool.PoolTotals;
import java.util.EnumMap;
import java.util.Map;

/** Counts what a server does, for its operator; confined to the node loop. */
final class ServerCounters {

  private static final class Requests {
    long inPackets;
    long inBytes;
    long outPackets;
    long outBytes;
    long servedCount;
    long servedNanos;

    RequestFigures figures() {
      return new RequestFigures(inPackets, inBytes, outPackets, outBytes, servedCount, servedNanos);
    }
  }

  private static final class Duration {
    long count;
    long totalNanos;

    void add(long nanos) {
      count++;
      totalNanos += nanos;
    }

    ServerFigures.Durations figures() {
      return new ServerFigures.Durations(count, totalNanos);
    }
  }

  private final Map<RequestKind, Requests> requests = new EnumMap<>(RequestKind.class);
  private final Duration connections = new Duration();
  private final Duration imports = new Duration();
  private long inPackets;
  private long inBytes;
  private long outPackets;
  private long outBytes;
  private long refused;
  private long frozen;
  private long errors;

  ServerCounters() {
    RequestKind.all().forEach(kind -> requests.put(kind, new Requests()));
  }

  private Requests of(RequestKind kind) {
    return java.util.Objects.requireNonNull(requests.get(kind));
  }

  void onReceived(int sizeBytes) {
    inPackets++;
    inBytes += sizeBytes;
  }

  void onSent(long sizeBytes) {
    outPackets++;
    outBytes += sizeBytes;
  }

  void onAsked(RequestKind kind, int sizeBytes) {
    Requests counts = of(kind);
    counts.inPackets++;
    counts.inBytes += sizeBytes;
  }

  /** A worker is through with a request; no reply counts as none of no size, as in geth. */
  void onServed(RequestKind kind, long replyBytes, long servingNanos) {
    Requests counts = of(kind);
    counts.outPackets++;
    counts.outBytes += replyBytes;
    counts.servedCount++;
    counts.servedNanos += servingNanos;
  }

  void onDisconnected(long connectedNanos) {
    connections.add(connectedNanos);
  }

  void onRefused() {
    refused++;
  }

  void onFrozen() {
    frozen++;
  }

  void onError() {
    errors++;
  }

  void onImported(long nanos) {
    imports.add(nanos);
  }

  Map<RequestKind, RequestFigures> requests() {
    Map<RequestKind, RequestFigures> figures = new EnumMap<>(RequestKind.class);
    requests.forEach((kind, counts) -> figures.put(kind, counts.figures()));
    return figures;
  }

  /** What happened to clients; coming, going and capacity are counted by the pool. */
  ServerFigures.Events events(PoolTotals pool) {
    return new ServerFigures.Events(
        pool.connected(),
        pool.activated(),
        pool.deactivated(),
        pool.disconnected(),
        refused,
        frozen,
        errors);
  }

  ServerFigures.Durations connections() {
    return connections.figures();
  }

  ServerFigures.Durations imports() {
    return imports.figures();
  }

  long inPackets() {
    return inPackets;
  }

  long inBytes() {
    return inBytes;
  }

  long outPackets() {
    return outPackets;
  }

  long outBytes() {
    return outBytes;
  }
}
