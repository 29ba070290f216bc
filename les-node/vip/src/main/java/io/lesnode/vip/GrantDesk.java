package io.lesnode.vip;

import io.lesnode.payment.ledger.Booking;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Ends grants: tokens that were given for a time, by a subscription or a pool. Confined to the
 * ledger loop.
 *
 * <p>What a node uses comes out of a grant first. So what is left of it when it ends is the grant
 * less what the node used since, at most what it still has: the pool takes that, then the books
 * learn of it. A kill in between gives it back, and the grant ends again at the next start.
 */
final class GrantDesk {
  private static final String TABLE = "vip.grant";

  /** A grant that runs. */
  private record Running(Bytes32 node, long untilSeconds, long tokens, long usedBefore) {}

  private final VipHouse house;
  private final Map<Bytes, Running> running = new TreeMap<>();
  private boolean busy;

  GrantDesk(VipHouse house) {
    this.house = house;
  }

  /** Remembers a grant in the batch that makes it. Several that end together are one. */
  static void store(
      LedgerBatch batch, Bytes32 node, long untilSeconds, long tokens, long usedBefore) {
    Bytes key = Bytes.concatenate(Bytes.ofUnsignedLong(untilSeconds), node);
    long more = batch.get(TABLE, key).map(value -> value.getLong(0)).orElse(0L);
    batch.put(
        TABLE,
        key,
        Bytes.concatenate(Bytes.ofUnsignedLong(tokens + more), Bytes.ofUnsignedLong(usedBefore)));
  }

  /** Reads the grants that run. */
  void load() {
    running.clear();
    house
        .till
        .ledger()
        .scan(
            TABLE,
            Bytes.EMPTY,
            (key, value) ->
                running.put(
                    key,
                    new Running(
                        Bytes32.wrap(key.slice(Long.BYTES)),
                        key.getLong(0),
                        value.getLong(0),
                        value.getLong(Long.BYTES))));
  }

  /** Ends what is over, one at a time. */
  void poll() {
    long now = house.till.nowSeconds();
    List<Map.Entry<Bytes, Running>> over =
        running.entrySet().stream()
            .filter(entry -> entry.getValue().untilSeconds() <= now)
            .limit(1)
            .toList();
    if (busy || over.isEmpty()) {
      return;
    }
    busy = true;
    Bytes key = over.getFirst().getKey();
    Running grant = over.getFirst().getValue();
    house.onDesk(desk -> desk.tokens(grant.node()), tokens -> end(key, grant, tokens));
  }

  private void end(Bytes key, Running grant, long tokens) {
    long used = Math.max(0, house.till.netIssued(grant.node()) - tokens);
    long left = grant.tokens() - Math.max(0, used - grant.usedBefore());
    long taken = Math.clamp(left, 0, tokens);
    if (taken == 0) {
      book(key, grant, 0);
    } else {
      house.payments.takeTokens(grant.node(), taken, done -> book(key, grant, done ? taken : 0));
    }
  }

  private void book(Bytes key, Running grant, long taken) {
    busy = false;
    running.remove(key);
    Booking booking =
        house.till.inBatch(
            batch -> {
              batch.remove(TABLE, key);
              return taken == 0
                  ? null
                  : Bookkeeping.expire(batch, grant.node(), taken, grant.node());
            });
    if (booking instanceof Booking.Refused refused) {
      throw new IllegalStateException(refused.text());
    }
    house.till.afterCommit(
        () ->
            house
                .peer(grant.node())
                .ifPresent(peer -> house.payments.deliverTokens(peer, left -> {})));
  }
}
