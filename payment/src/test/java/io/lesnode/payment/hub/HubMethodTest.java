package io.lesnode.payment.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host admits exactly the granted client, once (vipnode E2, E4; docs/pool.md, "Grants"). */
class HubMethodTest {
  private static final Bytes32 POOL = Bytes32.repeat((byte) 1);
  private static final Bytes32 HOST = Bytes32.repeat((byte) 2);
  private static final Bytes32 CLIENT = Bytes32.repeat((byte) 3);
  private static final long NOW = 1_000_000;

  private final Ledger ledger = Ledger.open(new MemoryLedgerStore());
  private final List<Bytes> metered = new ArrayList<>();
  private final HubMethod method =
      new HubMethod(HOST, Set.of(POOL), HubMethodTest::read, 200, 100_000, metered::add);

  @AfterEach
  void close() {
    ledger.close();
  }

  /** In this test a grant is its fields one after the other, and always well signed. */
  private static HubGrant read(Bytes grant) throws Refusal {
    if (grant.size() != 112) {
      throw new Refusal(RefusalCode.MALFORMED, "not a grant");
    }
    return new HubGrant(
        Bytes32.wrap(grant, 0),
        Bytes32.wrap(grant, 32),
        Bytes32.wrap(grant, 64),
        grant.getLong(96),
        grant.getLong(104));
  }

  private static Bytes grant(
      Bytes32 pool, Bytes32 client, Bytes32 host, long until, long capacity) {
    return Bytes.concatenate(
        pool, client, host, Bytes.ofUnsignedLong(until), Bytes.ofUnsignedLong(capacity));
  }

  private static Counterparty peer(Bytes32 id) {
    return new Counterparty(id, Bytes.repeat((byte) 0, 64), Optional.empty());
  }

  private Credit show(Bytes32 who, Bytes grant, long nowSeconds) throws Refusal {
    LedgerBatch batch = ledger.begin(nowSeconds * 1_000);
    try {
      Credit credit = method.receive(peer(who), grant, batch);
      ledger.commit(batch);
      return credit;
    } catch (Refusal refusal) {
      ledger.drop(batch);
      throw refusal;
    }
  }

  private void refused(RefusalCode code, Bytes32 who, Bytes grant) {
    assertEquals(code, assertThrows(Refusal.class, () -> show(who, grant, NOW)).code());
  }

  @Test
  void theGrantedClientIsLetInOnce() throws Refusal {
    Bytes grant = grant(POOL, CLIENT, HOST, NOW + 70, 16_000);
    assertEquals(new Credit.Grant(16_000L * 70 * 1_000, NOW + 70), show(CLIENT, grant, NOW));
    refused(RefusalCode.STALE, CLIENT, grant);
    // the same words, said again for more, count as the same
    refused(RefusalCode.STALE, CLIENT, grant(POOL, CLIENT, HOST, NOW + 70, 99_000));
    assertEquals(List.of(grant), HubMethod.used(ledger));
    assertEquals(List.of(grant), metered);
    // booked by the method, once, and not for sale
    assertEquals(16_000L * 70 * 1_000, ledger.issued(CLIENT));
    assertEquals(0, Bookkeeping.sellable(ledger, CLIENT));
  }

  @Test
  void theNextIntervalsGrantIsAnotherOne() throws Refusal {
    show(CLIENT, grant(POOL, CLIENT, HOST, NOW + 70, 16_000), NOW);
    show(CLIENT, grant(POOL, CLIENT, HOST, NOW + 130, 16_000), NOW + 61);
    assertEquals(2, HubMethod.used(ledger).size());
    show(CLIENT, grant(POOL, CLIENT, HOST, NOW + 2_000, 16_000), NOW + 1_900);
    assertEquals(1, HubMethod.used(ledger).size()); // ended ones are forgotten
  }

  @Test
  void nobodyElseAndNowhereElse() {
    refused(RefusalCode.BAD_SIGNATURE, POOL, grant(POOL, CLIENT, HOST, NOW + 70, 16_000));
    refused(RefusalCode.BAD_SIGNATURE, CLIENT, grant(POOL, CLIENT, POOL, NOW + 70, 16_000));
    refused(RefusalCode.UNTRUSTED_CONTRACT, CLIENT, grant(HOST, CLIENT, HOST, NOW + 70, 16_000));
    refused(RefusalCode.MALFORMED, CLIENT, Bytes.of(1));
  }

  @Test
  void neitherEndedNorEndlessNorAllCapacity() {
    refused(RefusalCode.EXPIRED, CLIENT, grant(POOL, CLIENT, HOST, NOW, 16_000));
    refused(RefusalCode.OVER_LIMIT, CLIENT, grant(POOL, CLIENT, HOST, NOW + 201, 16_000));
    refused(RefusalCode.OVER_LIMIT, CLIENT, grant(POOL, CLIENT, HOST, NOW + 70, 100_001));
    refused(RefusalCode.OVER_LIMIT, CLIENT, grant(POOL, CLIENT, HOST, NOW + 70, 0));
  }

  @Test
  void theClientShowsWhatThePoolGaveIt() throws PayerException {
    HubPayer payer = new HubPayer(POOL);
    payer.check(peer(HOST), method.terms());
    MethodTerms ofAnother =
        new HubMethod(HOST, Set.of(CLIENT), HubMethodTest::read, 200, 1, grant -> {}).terms();
    assertThrows(PayerException.class, () -> payer.check(peer(HOST), ofAnother));
    assertThrows(PayerException.class, () -> payer.pay(peer(HOST), UInt256.ONE));

    Bytes grant = grant(POOL, CLIENT, HOST, NOW + 70, 16_000);
    payer.onGrant(HOST, grant, NOW + 70, UInt256.valueOf(5));
    assertEquals(UInt256.valueOf(5), payer.payableWei(peer(HOST)));
    var proofs = payer.pay(peer(HOST), UInt256.ONE);
    assertEquals(grant, proofs.get(0).proof());
    assertEquals(proofs, payer.pending(peer(HOST)));
    payer.onReceipt(peer(HOST), proofs.get(0).payId(), UInt256.ZERO);
    assertEquals(List.of(), payer.pending(peer(HOST)));
  }
}
