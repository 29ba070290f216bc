package io.lesnode.payment;

import io.lesnode.payment.ledger.LedgerBatch;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/**
 * The receiving side of a way to pay. Confined to the ledger loop, which may read the disk and our
 * own chain; it never waits for a network.
 *
 * <p><b>The rule of durability.</b> A method changes nothing of its own before the batch that it is
 * handed is durable: whatever must be remembered (the cheque, the high-water mark, the transfer of
 * money from the payer's claim to the payer's balance) goes into that batch, and what it keeps in
 * memory is only a cache of committed state. A batch whose request is refused is dropped whole.
 */
public interface PaymentMethod {

  /** Which method it is. */
  MethodId id();

  /** What peers are told of it. */
  MethodTerms terms();

  /**
   * A peer wants to pay this way, or asks again how it stands.
   *
   * @param data RLP of the method, as the peer sent it
   */
  Params open(Counterparty peer, Bytes data, LedgerBatch batch) throws Refusal;

  /**
   * A payment has come. Checks it completely, cheap checks first, and books it into the batch:
   * after it the peer's {@link io.lesnode.payment.ledger.AccountId#client client account} has the
   * amount more. Nothing is written before everything was checked.
   *
   * @param proof bytes in the form of the method, as the peer sent them
   */
  Credit receive(Counterparty peer, Bytes proof, LedgerBatch batch) throws Refusal;

  /**
   * Several payments of one peer have come together. A method whose proofs are cumulative checks
   * only the highest signature; all get an answer. Every proof is booked or refused by itself: a
   * refused one has left nothing in the batch.
   *
   * @return an answer for each proof, in their order
   */
  default List<Received> receiveMany(Counterparty peer, List<Bytes> proofs, LedgerBatch batch) {
    List<Received> answers = new ArrayList<>();
    for (Bytes proof : proofs) {
      try {
        answers.add(new Received.Accepted(receive(peer, proof, batch)));
      } catch (Refusal refusal) {
        answers.add(new Received.Refused(refusal));
      }
    }
    return List.copyOf(answers);
  }

  /** What became of one of several payments. */
  sealed interface Received {
    /** It was booked. */
    record Accepted(Credit credit) implements Received {}

    /** It was refused. */
    record Refused(Refusal refusal) implements Received {}
  }

  /**
   * A new head of our chain. What depends on deposits, withdrawals and confirmations is looked at
   * again; what a reorganisation took away is frozen.
   *
   * @return what peers must be told, for example that a withdrawal was seen
   */
  List<MethodNews> onHead(ChainHead head, LedgerBatch batch);

  /**
   * What is worth bringing to the chain now, by the operator's policy. Asking changes nothing.
   *
   * @param books to read from only; nothing is written to it
   */
  List<Settlement> due(SettlementPolicy policy, long nowSeconds, LedgerBatch books);

  /**
   * A settlement has succeeded or failed on chain; books what was really moved.
   *
   * @param outcome what the chain says
   */
  void onSettled(Settlement settlement, SettlementOutcome outcome, LedgerBatch batch);

  /**
   * The peer wants to end it.
   *
   * @param data what it sent: the final state and its signature over it, or empty
   * @return our statement, RLP of the method
   */
  Bytes close(Counterparty peer, Bytes data, LedgerBatch batch) throws Refusal;
}
