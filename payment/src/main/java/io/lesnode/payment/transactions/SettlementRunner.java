package io.lesnode.payment.transactions;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;

/**
 * Brings money home: what is due is stored, sent, awaited and booked, in this order. A payer has at
 * most one settlement under way, and the outcome is booked in the batch that forgets it; so nothing
 * is sent or booked twice, whatever crashes (vipnode v2 had no lock between two withdrawals before
 * the first was mined).
 *
 * <p>Confined to the ledger loop; must not be called while a batch is open.
 */
public final class SettlementRunner {
  private static final String TABLE = "settlement";
  private static final String NEXT = "settlement-next";
  private static final Bytes NEXT_KEY = Bytes.of(0);
  private static final Bytes PREFIX = Bytes.wrap("settle".getBytes(StandardCharsets.US_ASCII));

  private final Map<MethodId, PaymentMethod> methods = new LinkedHashMap<>();
  private final Transactor transactor;
  private final ChainView chain;
  private final DurableBatches records;
  private final Map<Bytes, Settlement> running = new LinkedHashMap<>();

  /** Takes up settlements that are stored. */
  public SettlementRunner(
      List<PaymentMethod> methods, Transactor transactor, ChainView chain, DurableBatches records) {
    methods.forEach(method -> this.methods.put(method.id(), method));
    this.transactor = transactor;
    this.chain = chain;
    this.records = records;
    LedgerBatch batch = records.begin();
    batch.scan(TABLE, Bytes.EMPTY, (key, value) -> running.put(key, decode(value)));
    dropUnsent(batch);
    records.commit(batch);
  }

  /** What was stored and never became a transaction: whether it is still due is asked again. */
  private void dropUnsent(LedgerBatch batch) {
    for (Bytes reference : List.copyOf(running.keySet())) {
      if (transactor.hashOf(reference).isEmpty()) {
        batch.remove(TABLE, reference);
        running.remove(reference);
      }
    }
  }

  /** Settlements under way. */
  public List<Settlement> running() {
    return List.copyOf(running.values());
  }

  /**
   * Looks after transactions and books those that are final. To be called at each head, after the
   * methods were told of it.
   */
  public void onHead(ChainHead head) throws ChainUnavailableException, SignerException {
    transactor.onHead(head);
    for (Map.Entry<Bytes, SettlementOutcome> end : transactor.finished().entrySet()) {
      Settlement settlement = running.get(end.getKey());
      if (settlement != null) {
        finish(end.getKey(), settlement, end.getValue());
      }
    }
  }

  private void finish(Bytes reference, Settlement settlement, SettlementOutcome outcome) {
    LedgerBatch batch = records.begin();
    PaymentMethod method = methods.get(settlement.method());
    if (method != null) {
      method.onSettled(settlement, outcome, batch);
    }
    batch.remove(TABLE, reference);
    transactor.forget(reference, batch);
    records.commit(batch);
    running.remove(reference);
  }

  /** Settles what the design's policy says is due, at what gas costs now. */
  public List<Settlement> settle(long nowSeconds)
      throws ChainUnavailableException, SignerException {
    return settle(SettlementPolicy.standard(chain.gasPriceWei()), nowSeconds);
  }

  /**
   * Sends what is due by a policy.
   *
   * @return what was sent
   */
  public List<Settlement> settle(SettlementPolicy policy, long nowSeconds)
      throws ChainUnavailableException, SignerException {
    List<Settlement> started = new ArrayList<>();
    for (PaymentMethod method : methods.values()) {
      LedgerBatch reading = records.begin();
      List<Settlement> due = method.due(policy.leavingOut(busy(method.id())), nowSeconds, reading);
      records.commit(reading);
      for (Settlement settlement : due) {
        start(settlement);
        started.add(settlement);
      }
    }
    return started;
  }

  private Set<Bytes> busy(MethodId method) {
    Set<Bytes> owners = new HashSet<>();
    running.values().stream()
        .filter(settlement -> settlement.method() == method)
        .forEach(settlement -> owners.addAll(settlement.payers()));
    return owners;
  }

  private void start(Settlement settlement) throws ChainUnavailableException, SignerException {
    LedgerBatch batch = records.begin();
    long number = batch.get(NEXT, NEXT_KEY).map(Bytes::toLong).orElse(0L);
    Bytes reference = Bytes.concatenate(PREFIX, Bytes.ofUnsignedLong(number));
    batch.put(NEXT, NEXT_KEY, Bytes.ofUnsignedLong(number + 1));
    batch.put(TABLE, reference, encoded(settlement));
    records.commit(batch);
    running.put(reference, settlement);
    try {
      transactor.submit(
          new TransactionOrder(
              reference,
              settlement.contract(),
              settlement.valueWei(),
              settlement.callData(),
              settlement.gasLimit(),
              "settlement by " + settlement.method().text() + ": " + settlement.reason()));
    } catch (ChainUnavailableException | SignerException notSent) {
      LedgerBatch undo = records.begin();
      dropUnsent(undo);
      records.commit(undo);
      throw notSent;
    }
  }

  private static Bytes encoded(Settlement settlement) {
    return RLP.encodeList(
        fields -> {
          fields.writeInt(settlement.method().number());
          fields.writeValue(settlement.contract().bytes());
          fields.writeValue(settlement.callData());
          fields.writeUInt256(settlement.valueWei());
          fields.writeLong(settlement.gasLimit());
          fields.writeUInt256(settlement.amountWei());
          fields.writeList(settlement.payers(), (list, payer) -> list.writeValue(payer));
          fields.writeValue(Bytes.wrap(settlement.reason().getBytes(StandardCharsets.UTF_8)));
        });
  }

  private static Settlement decode(Bytes record) {
    return RlpReader.decode(
        record,
        reader ->
            reader.readList(
                fields ->
                    new Settlement(
                        MethodId.ofNumber(fields.readInt()).orElseThrow(),
                        Address.of(fields.readFixedBytes(Address.SIZE_BYTES)),
                        fields.readBytes(),
                        fields.readUInt256(),
                        fields.readLong(),
                        fields.readUInt256(),
                        fields.readListOf(1_024, item -> item.readBytes(64)),
                        new String(fields.readBytes().toArrayUnsafe(), StandardCharsets.UTF_8))));
  }
}
