package io.lesnode.vipnode.client;

import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.vipnode.wire.VipMessage.Receipt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * What we have with one server and what is under way; the server's word where only it knows.
 * Confined to its buyer.
 */
final class BuyerLedger {
  private final Map<Bytes, UInt256> pending = new LinkedHashMap<>();
  private boolean recalled;
  private boolean evidenceTaken;
  private long tokenBalance = -1;
  private long tokensAtPurchase;
  private UInt256 currencyBalanceWei = UInt256.ZERO;
  private UInt256 payableWei = UInt256.ZERO;
  private long lastSerial;
  private int awaitedConfirmations;
  private PurchasePlan.@Nullable Buy plan;

  /** A new connection: the payer knows better than we what has no receipt. */
  void restart() {
    pending.clear();
    recalled = false;
    evidenceTaken = false;
    plan = null;
  }

  /** Payments are looked up again before anything else is paid. */
  void recallLater() {
    recalled = false;
  }

  /** Whether the payer must be asked for payments without receipts. */
  boolean mustRecall() {
    return !recalled;
  }

  void setPending(List<PaymentProof> proofs) {
    pending.clear();
    proofs.forEach(proof -> pending.put(proof.payId(), proof.amountWei()));
    recalled = true;
  }

  @Nullable UInt256 pendingAmount(Bytes payId) {
    return pending.get(payId);
  }

  /** Whether a payment with this id as a number has no receipt. */
  boolean isPending(long payId) {
    return pending.containsKey(Bytes.ofUnsignedLong(payId));
  }

  boolean hasPending(Set<Bytes> payIds) {
    return payIds.stream().anyMatch(pending::containsKey);
  }

  Set<Bytes> pendingIds() {
    return pending.keySet();
  }

  void forget(Bytes payId) {
    pending.remove(payId);
  }

  /** True if evidence was taken over before, with this purchase. */
  boolean repaired() {
    boolean before = evidenceTaken;
    evidenceTaken = true;
    return before;
  }

  void onReceipt(Receipt receipt) {
    pending.remove(receipt.payId());
    evidenceTaken = false;
    onBalances(receipt.tokenBalance(), receipt.currencyBalanceWei(), receipt.serial());
    tokensAtPurchase = receipt.tokenBalance();
  }

  void onBalances(long tokens, UInt256 currencyWei, long serial) {
    tokenBalance = tokens;
    currencyBalanceWei = currencyWei;
    lastSerial = serial;
  }

  void onPayable(UInt256 amountWei) {
    payableWei = amountWei;
  }

  void onStatus(int confirmations) {
    awaitedConfirmations = confirmations;
  }

  int awaitedConfirmations() {
    return awaitedConfirmations;
  }

  void setPlan(PurchasePlan.Buy chosen) {
    plan = chosen;
  }

  /** What is being bought, once. */
  PurchasePlan.@Nullable Buy takePlan() {
    PurchasePlan.Buy taken = plan;
    plan = null;
    return taken;
  }

  PurchasePlan.@Nullable Buy plan() {
    return plan;
  }

  /** -1: not known. */
  long tokenBalance() {
    return tokenBalance;
  }

  long tokensAtPurchase() {
    return tokensAtPurchase;
  }

  UInt256 currencyBalanceWei() {
    return currencyBalanceWei;
  }

  UInt256 payableWei() {
    return payableWei;
  }

  long lastSerial() {
    return lastSerial;
  }
}
