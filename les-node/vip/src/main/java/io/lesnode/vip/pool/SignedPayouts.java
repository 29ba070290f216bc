package io.lesnode.vip.pool;

import io.lesnode.payment.ChainHead;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pays hosts by signed proofs. Confined to the pool's loop. */
final class SignedPayouts implements Payouts {
  private static final Logger LOG = LoggerFactory.getLogger(SignedPayouts.class);

  /**
   * More hosts than come while the chain is away; who is beyond it is checked when it comes again.
   */
  private static final int MOST_UNCHECKED = 1_000;

  private final HostPayments payments;
  private final BiConsumer<Bytes32, VipMessage.Pay> send;

  /** What was sent on the present connection of a host and has no answer. */
  private final Map<Bytes32, Set<Bytes>> sent = new HashMap<>();

  /** Hosts that came while the chain could not be read: checked as soon as it can. */
  private final Map<Bytes32, Unchecked> unchecked = new LinkedHashMap<>();

  /** A host whose terms were not checked yet. */
  private record Unchecked(Counterparty host, MethodTerms terms) {}

  /**
   * Payouts.
   *
   * @param send brings a payment to a host if it is connected
   */
  SignedPayouts(HostPayments payments, BiConsumer<Bytes32, VipMessage.Pay> send) {
    this.payments = payments;
    this.send = send;
  }

  /** What can go wrong with a payment. */
  private interface Payment {
    void run() throws PayerException, SignerException, ChainUnavailableException;
  }

  private static boolean attempt(Counterparty host, Payment payment) {
    try {
      payment.run();
      return true;
    } catch (PayerException | SignerException | ChainUnavailableException e) {
      LOG.warn("The host {} is not paid: {}", host.nodeId(), e.getMessage());
      return false;
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
      return; // a client
    }
    sent.remove(host.nodeId());
    boolean unused = attempt(host, () -> begin(new Unchecked(host, terms.getFirst())));
  }

  private void begin(Unchecked waiting)
      throws PayerException, SignerException, ChainUnavailableException {
    Counterparty host = waiting.host();
    if (unchecked.size() < MOST_UNCHECKED) {
      unchecked.put(host.nodeId(), waiting);
    }
    try {
      payments.check(host, waiting.terms());
    } catch (PayerException unfit) {
      unchecked.remove(host.nodeId());
      throw unfit;
    }
    unchecked.remove(host.nodeId());
    payments.topUp(host);
    sendAll(host, payments.payWhatIsOwed(host));
  }

  @Override
  public boolean pay(Counterparty host) {
    Unchecked waiting = unchecked.get(host.nodeId());
    return attempt(
        host,
        waiting == null ? () -> sendAll(host, payments.payWhatIsOwed(host)) : () -> begin(waiting));
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
    boolean unused =
        attempt(
            host,
            () -> {
              sent.getOrDefault(host.nodeId(), new HashSet<>()).remove(receipt.payId());
              if (receipt.status() == 0) {
                payments.onReceipt(host, receipt.payId(), receipt.cumulativeWei());
              } else if (receipt.refusalCode().filter(RefusalCode.STALE::equals).isPresent()) {
                payments.onEvidence(host, receipt.evidence());
              } else {
                LOG.warn("The host {} refuses a payment: {}", host.nodeId(), receipt.refusalCode());
              }
            });
  }

  @Override
  public void onHead(ChainHead head) {
    for (Unchecked waiting : List.copyOf(unchecked.values())) {
      boolean unused = attempt(waiting.host(), () -> begin(waiting));
    }
    try {
      payments.onHead(head);
    } catch (ChainUnavailableException | SignerException e) {
      LOG.warn("Deposits for hosts wait: {}", e.getMessage());
    }
  }
}
