package io.lesnode.payment.hub;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.LedgerReader;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a host of a pool accepts: a grant of the pool, which lets exactly one client in exactly once
 * (docs/pool.md, "Grants"). It gives service until the grant ends, no money: that comes from the
 * pool, for what host and client sign. Confined to the ledger loop.
 *
 * <p>Used grants are kept in the books until they end, so that neither a second showing nor a
 * restart of the host gives the same service twice.
 */
public final class HubMethod implements PaymentMethod {
  static final String TABLE = "hub.grant";

  /** geth's standard factors: a capacity costs 10⁻⁶ tokens for a nanosecond. */
  private static final long TOKENS_PER_CAPACITY_SECOND = 1_000;

  private final Bytes32 self;
  private final Set<Bytes32> pools;
  private final GrantReader reader;
  private final long mostSeconds;
  private final long mostCapacity;
  private final Consumer<Bytes> onUsed;

  /**
   * Accepts grants.
   *
   * @param self node id of this host
   * @param pools node ids of the pools that it joined, or its own if it is its own pool
   * @param mostSeconds no grant lasts longer: what a pool that went mad could give away
   * @param mostCapacity what one client may have
   * @param onUsed told of each grant that was good, as it came: its service is to be metered
   */
  public HubMethod(
      Bytes32 self,
      Set<Bytes32> pools,
      GrantReader reader,
      long mostSeconds,
      long mostCapacity,
      Consumer<Bytes> onUsed) {
    this.self = self;
    this.pools = Set.copyOf(pools);
    this.reader = reader;
    this.mostSeconds = mostSeconds;
    this.mostCapacity = mostCapacity;
    this.onUsed = onUsed;
  }

  @Override
  public MethodId id() {
    return MethodId.POOL;
  }

  @Override
  public MethodTerms terms() {
    return new MethodTerms(
        MethodId.POOL,
        "pool/1",
        Optional.empty(),
        Bytes32.ZERO,
        Bytes.concatenate(pools.stream().sorted().map(Bytes.class::cast).toList()));
  }

  @Override
  public Params open(Counterparty peer, Bytes data, LedgerBatch batch) throws Refusal {
    if (!data.isEmpty()) {
      check(peer, data, batch);
    }
    return new Params(0, self);
  }

  @Override
  public Credit receive(Counterparty peer, Bytes proof, LedgerBatch batch) throws Refusal {
    HubGrant grant = check(peer, proof, batch);
    long seconds = grant.untilSeconds() - batch.nowMillis() / 1_000;
    long tokens = Math.multiplyExact(grant.capacity(), seconds) * TOKENS_PER_CAPACITY_SECOND;
    if (!Bookkeeping.grant(batch, peer.nodeId(), tokens, Keccak.keccak256(proof)).isBooked()) {
      throw new Refusal(RefusalCode.OVER_LIMIT, "your token balance would be too large");
    }
    batch.put(TABLE, key(grant.untilSeconds(), proof), proof);
    forgetEnded(batch);
    onUsed.accept(proof);
    return new Credit.Grant(tokens, grant.untilSeconds());
  }

  private HubGrant check(Counterparty peer, Bytes proof, LedgerBatch batch) throws Refusal {
    HubGrant grant = reader.read(proof);
    long nowSeconds = batch.nowMillis() / 1_000;
    if (!pools.contains(grant.pool())) {
      throw new Refusal(
          RefusalCode.UNTRUSTED_CONTRACT, "this host is not of that pool; pay it another way");
    }
    if (!grant.host().equals(self) || !grant.client().equals(peer.nodeId())) {
      throw new Refusal(
          RefusalCode.BAD_SIGNATURE, "the grant is for another client or another host");
    }
    if (grant.untilSeconds() <= nowSeconds) {
      throw new Refusal(RefusalCode.EXPIRED, "the grant has ended; ask the pool for another");
    }
    if (grant.untilSeconds() - nowSeconds > mostSeconds
        || grant.capacity() < 1
        || grant.capacity() > mostCapacity) {
      throw new Refusal(
          RefusalCode.OVER_LIMIT, "the grant is for more than this host gives at once");
    }
    if (batch.get(TABLE, key(grant.untilSeconds(), proof)).isPresent()) {
      throw new Refusal(RefusalCode.STALE, "the grant was used already");
    }
    return grant;
  }

  /** In the order of their ends. What is signed counts, however it was encoded or signed again. */
  private Bytes key(long untilSeconds, Bytes proof) throws Refusal {
    HubGrant grant = reader.read(proof);
    return Bytes.concatenate(
        Bytes.ofUnsignedLong(untilSeconds),
        Keccak.keccak256(Bytes.concatenate(grant.pool(), grant.client(), grant.host())));
  }

  private static void forgetEnded(LedgerBatch batch) {
    long kept = batch.nowMillis() / 1_000 - 600;
    List<Bytes> ended = new ArrayList<>();
    batch.scan(
        TABLE,
        Bytes.EMPTY,
        (key, value) -> {
          if (key.slice(0, Long.BYTES).toLong() < kept) {
            ended.add(key);
          }
        });
    ended.forEach(key -> batch.remove(TABLE, key));
  }

  /** The grants that were used and have not ended for long, as they came: what is to be metered. */
  public static List<Bytes> used(LedgerReader books) {
    List<Bytes> grants = new ArrayList<>();
    books.scan(TABLE, Bytes.EMPTY, (key, value) -> grants.add(value));
    return grants;
  }

  @Override
  public List<MethodNews> onHead(ChainHead head, LedgerBatch batch) {
    return List.of(); // nothing of it is on a chain
  }

  @Override
  public List<Settlement> due(SettlementPolicy policy, long nowSeconds, LedgerBatch books) {
    return List.of(); // the pool pays by cheque
  }

  @Override
  public void onSettled(Settlement settlement, SettlementOutcome outcome, LedgerBatch batch) {
    throw new IllegalStateException("a grant is never settled on chain");
  }

  @Override
  public Bytes close(Counterparty peer, Bytes data, LedgerBatch batch) {
    return Bytes.EMPTY; // the last statement goes through the pool
  }
}
