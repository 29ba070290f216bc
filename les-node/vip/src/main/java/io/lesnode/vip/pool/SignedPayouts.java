package io.lesnode.vip.pool;

import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.SignerException;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pays hosts by signed proofs, one payment after the other on one virtual thread. */
final class SignedPayouts implements Payouts, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SignedPayouts.class);

  private final HostPayments payments;
  private final BiConsumer<Bytes32, VipMessage.Pay> send;

  /** What was sent on the present connection of a host; owned by the paying thread. */
  private final Map<Bytes32, Set<Bytes>> sent = new HashMap<>();

  private final ExecutorService payer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("pool-payer").factory());

  /**
   * Payouts.
   *
   * @param send brings a payment to a host if it is connected; any thread
   */
  SignedPayouts(HostPayments payments, BiConsumer<Bytes32, VipMessage.Pay> send) {
    this.payments = payments;
    this.send = send;
  }

  /** What can go wrong with a payment. */
  private interface Payment {
    void run() throws PayerException, SignerException, ChainUnavailableException;
  }

  private void submit(Counterparty host, Consumer<Boolean> done, Payment payment) {
    try {
      payer.execute(
          () -> {
            try {
              payment.run();
              done.accept(true);
            } catch (PayerException | SignerException | ChainUnavailableException e) {
              LOG.warn("The host {} is not paid: {}", host.nodeId(), e.getMessage());
              done.accept(false);
            }
          });
    } catch (RejectedExecutionException e) {
      done.accept(false); // the pool is closing: it is paid when it starts again
    }
  }

  @Override
  public void onHost(Counterparty host, List<MethodEntry> methods) {
    List<MethodTerms> terms =
        methods.stream()
            .filter(entry -> entry.id() == payments.method())
            .flatMap(entry -> entry.terms().stream())
            .toList();
    if (terms.isEmpty() || host.payAddress().isEmpty()) {
      return;
    }
    submit(
        host,
        ok -> {},
        () -> {
          sent.remove(host.nodeId());
          payments.check(host, terms.get(0));
          payments.topUp(host);
          sendAll(host, payments.pending(host));
        });
  }

  @Override
  public void raise(Counterparty host, UInt256 promisedWei, Consumer<Boolean> done) {
    submit(host, done, () -> sendAll(host, payments.raiseTo(host, promisedWei)));
  }

  private void sendAll(Counterparty host, List<PaymentProof> proofs) {
    Set<Bytes> before = sent.computeIfAbsent(host.nodeId(), id -> new HashSet<>());
    for (PaymentProof proof : proofs) {
      if (before.add(proof.payId())) {
        send.accept(
            host.nodeId(), new VipMessage.Pay(proof.payId(), payments.method(), proof.proof(), 0));
      }
    }
  }

  @Override
  public void onReceipt(Counterparty host, VipMessage.Receipt receipt) {
    submit(
        host,
        ok -> {},
        () -> {
          if (receipt.status() == 0) {
            payments.onReceipt(host, receipt.payId(), receipt.cumulativeWei());
            sent.getOrDefault(host.nodeId(), new HashSet<>()).remove(receipt.payId());
          } else if (receipt.refusalCode().filter(RefusalCode.STALE::equals).isPresent()) {
            payments.onEvidence(host, receipt.evidence());
          } else {
            LOG.warn("The host {} refuses a payment: {}", host.nodeId(), receipt.refusalCode());
          }
        });
  }

  @Override
  public void close() {
    payer.shutdown();
    try {
      if (!payer.awaitTermination(5, TimeUnit.SECONDS)) {
        payer.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
