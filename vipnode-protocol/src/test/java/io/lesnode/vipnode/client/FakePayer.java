package io.lesnode.vipnode.client;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Pays cumulatively as cheques do, with the whole of its records in fields: the proof is the
 * cumulative amount and a word that only it knows. Strict: refuses to sign above its deposit.
 */
final class FakePayer {
  static final UInt256 SEAL = UInt256.valueOf(0xfeed);

  final KeyPair account;
  UInt256 depositWei;
  UInt256 signedWei = UInt256.ZERO;
  final List<PaymentProof> pending = new ArrayList<>();
  final List<UInt256> paid = new ArrayList<>();
  final List<UInt256> deposits = new ArrayList<>();
  @Nullable String failure;
  boolean confirmsDeposits = true;
  boolean hasStatement = true;
  private long nextPayId = 1;

  FakePayer(KeyPair account, UInt256 depositWei) {
    this.account = account;
    this.depositWei = depositWei;
  }

  PayerOutcome work(BuyerAction.Work work) {
    String broken = failure;
    if (broken != null && !(work instanceof BuyerAction.Sign)) {
      return new PayerOutcome.Failed(broken, true);
    }
    return switch (work) {
      case BuyerAction.Sign sign ->
          new PayerOutcome.Signed(account.sign(sign.digest()).toBytes65());
      case BuyerAction.Examine examine -> payable();
      case BuyerAction.PrepareOpen open -> new PayerOutcome.Prepared(Bytes.of(0xc0));
      case BuyerAction.TakeParams params -> payable();
      case BuyerAction.Deposit deposit -> {
        deposits.add(deposit.amountWei());
        if (confirmsDeposits) {
          depositWei = depositWei.add(deposit.amountWei());
        }
        yield new PayerOutcome.Deposited(Bytes32.repeat((byte) 7));
      }
      case BuyerAction.Pay pay -> pay(pay.amountWei());
      case BuyerAction.Recall recall -> new PayerOutcome.Proofs(pending);
      case BuyerAction.Acknowledge receipt -> {
        pending.removeIf(proof -> proof.payId().equals(receipt.payId()));
        yield new PayerOutcome.Done();
      }
      case BuyerAction.ShowEvidence evidence -> learn(evidence.evidence());
      case BuyerAction.PrepareClose close ->
          new PayerOutcome.Prepared(hasStatement ? Bytes.of(1) : Bytes.EMPTY);
      case BuyerAction.TakeStatement statement -> new PayerOutcome.Done();
    };
  }

  private PayerOutcome.Payable payable() {
    return new PayerOutcome.Payable(
        depositWei.compareTo(signedWei) > 0 ? depositWei.subtract(signedWei) : UInt256.ZERO);
  }

  private PayerOutcome pay(UInt256 amountWei) {
    if (signedWei.add(amountWei).compareTo(depositWei) > 0) {
      return new PayerOutcome.Failed("the deposit does not cover it", true);
    }
    signedWei = signedWei.add(amountWei);
    paid.add(amountWei);
    Bytes proof = proofOf(signedWei);
    pending.add(new PaymentProof(Bytes.ofUnsignedLong(nextPayId++), proof, amountWei));
    return new PayerOutcome.Proofs(pending);
  }

  private PayerOutcome learn(Bytes evidence) {
    if (evidence.size() != 64 || !UInt256.fromBytes(evidence.slice(32)).equals(SEAL)) {
      return new PayerOutcome.Failed("this was not signed by us", true);
    }
    UInt256 newest = UInt256.fromBytes(evidence.slice(0, 32));
    signedWei = newest.compareTo(signedWei) > 0 ? newest : signedWei;
    pending.clear();
    return new PayerOutcome.Done();
  }

  static Bytes proofOf(UInt256 cumulativeWei) {
    return Bytes.concatenate(cumulativeWei, SEAL);
  }

  MethodId id() {
    return MethodId.CHEQUE;
  }
}
