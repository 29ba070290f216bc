package io.lesnode.benchmarks.sim.engine;

import io.lesnode.flowcontrol.cost.RequestKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is counted of a group of clients; plain numbers, confined to the run. */
final class GroupRecord {

  /** Counters since the start; those of an interval are differences. */
  long attempts;

  long refused;
  long dropped;
  long sent;
  long answered;
  long servedCost;
  long freezes;
  long stops;
  long voided;
  long givenUp;

  /** As it is now. */
  int served;

  long capacity;

  private final List<ClientRecord> clients = new ArrayList<>();
  private final Map<RequestKind, LatencyBuckets> byKind = new EnumMap<>(RequestKind.class);
  private final LatencyBuckets interval = new LatencyBuckets();

  ClientRecord newClient() {
    ClientRecord record = new ClientRecord(this);
    clients.add(record);
    return record;
  }

  List<ClientRecord> clients() {
    return clients;
  }

  Map<RequestKind, LatencyBuckets> byKind() {
    return byKind;
  }

  /** Latencies since they were last cleared. */
  LatencyBuckets interval() {
    return interval;
  }

  void onCapacity(long before, long next) {
    capacity += next - before;
    served += Long.signum(next) - Long.signum(before);
  }

  void onAnswered(RequestKind kind, long latencyNanos) {
    answered++;
    interval.add(latencyNanos);
    byKind.computeIfAbsent(kind, k -> new LatencyBuckets()).add(latencyNanos);
  }

  /** Forgets latencies; the counters run on. */
  void restart(long nowNanos) {
    byKind.clear();
    clients.forEach(client -> client.restart(nowNanos));
  }

  GroupCounters counters() {
    return new GroupCounters(
        attempts, refused, dropped, sent, answered, servedCost, freezes, stops, voided, givenUp);
  }
}
