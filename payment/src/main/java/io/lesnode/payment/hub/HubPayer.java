package io.lesnode.payment.hub;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer;
import io.lesnode.payment.PayerException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Shows the grants that a pool gave us to its hosts. There is no money in it: the pool has that,
 * and moves what we sign. Thread-safe: grants come from the connection with the pool.
 */
public final class HubPayer implements Payer {
  private final Bytes32 pool;

  /** Guarded by this. */
  private final Map<Bytes32, Held> grants = new HashMap<>();

  /**
   * A grant that was not acknowledged yet.
   *
   * @param valueWei the most that its interval can cost
   */
  private record Held(Bytes payId, Bytes grant, UInt256 valueWei) {}

  /**
   * A payer.
   *
   * @param pool node id of the pool
   */
  public HubPayer(Bytes32 pool) {
    this.pool = pool;
  }

  /**
   * The pool gave us a grant; a newer one replaces an older one.
   *
   * @param untilSeconds its end, which makes the payment's id
   */
  public synchronized void onGrant(Bytes32 host, Bytes grant, long untilSeconds, UInt256 valueWei) {
    grants.put(host, new Held(Bytes.ofUnsignedLong(untilSeconds), grant, valueWei));
  }

  @Override
  public MethodId id() {
    return MethodId.POOL;
  }

  @Override
  public void check(Counterparty server, MethodTerms terms) throws PayerException {
    for (int at = 0; at + Bytes32.SIZE <= terms.params().size(); at += Bytes32.SIZE) {
      if (terms.params().slice(at, Bytes32.SIZE).equals(pool)) {
        return;
      }
    }
    throw new PayerException("the server is not a host of our pool; pay it another way");
  }

  @Override
  public synchronized Bytes openData(Counterparty server, MethodTerms terms) {
    Held held = grants.get(server.nodeId());
    return held == null ? Bytes.EMPTY : held.grant();
  }

  @Override
  public void onParams(Counterparty server, Params params) {}

  @Override
  public synchronized UInt256 payableWei(Counterparty server) {
    Held held = grants.get(server.nodeId());
    return held == null ? UInt256.ZERO : held.valueWei();
  }

  @Override
  public Bytes32 deposit(Counterparty server, UInt256 amountWei) throws PayerException {
    throw new PayerException("deposit at the pool, not at its host");
  }

  @Override
  public List<PaymentProof> pay(Counterparty server, UInt256 amountWei) throws PayerException {
    List<PaymentProof> waiting = pending(server);
    if (waiting.isEmpty()) {
      throw new PayerException("the pool has given no grant for this host; wait for the next");
    }
    return waiting;
  }

  @Override
  public synchronized List<PaymentProof> pending(Counterparty server) {
    Held held = grants.get(server.nodeId());
    return held == null
        ? List.of()
        : List.of(new PaymentProof(held.payId(), held.grant(), held.valueWei()));
  }

  @Override
  public synchronized void onReceipt(Counterparty server, Bytes payId, UInt256 cumulativeWei) {
    Held held = grants.get(server.nodeId());
    if (held != null && held.payId().equals(payId)) {
      grants.remove(server.nodeId());
    }
  }

  @Override
  public void onEvidence(Counterparty server, Bytes evidence) {}
}
