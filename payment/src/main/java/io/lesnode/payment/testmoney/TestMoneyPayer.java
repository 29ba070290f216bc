package io.lesnode.payment.testmoney;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/** Makes test money. Its nonces outlive a crash, and so do payments without a receipt. */
public final class TestMoneyPayer implements Payer {
  private static final String TABLE = "testmoney-payer";
  private static final int MOST_PENDING = 64;

  private final DurableBatches records;
  private final UInt256 limitWei;

  /**
   * A payer.
   *
   * @param limitWei what servers let each payer have in total
   */
  public TestMoneyPayer(DurableBatches records, UInt256 limitWei) {
    this.records = records;
    this.limitWei = limitWei;
  }

  /** What is stored for a server: the total, the last nonce, and payments without a receipt. */
  private record Account(UInt256 totalWei, long nonce, List<Unpaid> pending) {
    private record Unpaid(long nonce, UInt256 amountWei) {}

    Bytes encoded() {
      return RLP.encodeList(
          fields -> {
            fields.writeUInt256(totalWei);
            fields.writeLong(nonce);
            fields.writeList(
                pending,
                (list, each) ->
                    list.writeList(
                        item -> {
                          item.writeLong(each.nonce());
                          item.writeUInt256(each.amountWei());
                        }));
          });
    }

    static Account decode(Bytes record) {
      return RlpReader.decode(
          record,
          reader ->
              reader.readList(
                  fields ->
                      new Account(
                          fields.readUInt256(),
                          fields.readLong(),
                          fields.readListOf(
                              MOST_PENDING,
                              item ->
                                  item.readList(
                                      each -> new Unpaid(each.readLong(), each.readUInt256()))))));
    }

    List<PaymentProof> proofs() {
      return pending.stream()
          .map(
              each ->
                  new PaymentProof(
                      Bytes.ofUnsignedLong(each.nonce()),
                      TestMoneyMethod.proof(each.amountWei(), each.nonce()),
                      each.amountWei()))
          .toList();
    }
  }

  @Override
  public MethodId id() {
    return MethodId.TEST;
  }

  @Override
  public void check(Counterparty server, MethodTerms terms) throws PayerException {
    if (!terms.variant().equals("test/1")) {
      throw new PayerException("test money of the kind " + terms.variant() + " is not known");
    }
  }

  @Override
  public Bytes openData(Counterparty server, MethodTerms terms) {
    return Bytes.EMPTY;
  }

  @Override
  public void onParams(Counterparty server, Params params) throws PayerException {
    takeOver(server, params.data());
  }

  private void takeOver(Counterparty server, Bytes state) throws PayerException {
    Account ours = account(server);
    try {
      RlpReader fields = RlpReader.of(state).enterList();
      UInt256 total = fields.readUInt256();
      long nonce = fields.readLong();
      store(
          server,
          new Account(
              total.compareTo(ours.totalWei()) > 0 ? total : ours.totalWei(),
              Math.max(nonce, ours.nonce()),
              ours.pending().stream().filter(each -> each.nonce() > nonce).toList()));
    } catch (RlpException malformed) {
      throw new PayerException("the server's answer about test money is malformed", malformed);
    }
  }

  private Account account(Counterparty server) {
    LedgerBatch reading = records.begin();
    Account account =
        reading
            .get(TABLE, server.nodeId())
            .map(Account::decode)
            .orElseGet(() -> new Account(UInt256.ZERO, 0, List.of()));
    records.commit(reading);
    return account;
  }

  private void store(Counterparty server, Account account) {
    LedgerBatch batch = records.begin();
    batch.put(TABLE, server.nodeId(), account.encoded());
    records.commit(batch);
  }

  @Override
  public UInt256 payableWei(Counterparty server) {
    UInt256 total = account(server).totalWei();
    return total.compareTo(limitWei) >= 0 ? UInt256.ZERO : limitWei.subtract(total);
  }

  @Override
  public Bytes32 deposit(Counterparty server, UInt256 amountWei) throws PayerException {
    throw new PayerException("test money needs no deposit");
  }

  @Override
  public List<PaymentProof> pay(Counterparty server, UInt256 amountWei) throws PayerException {
    Account before = account(server);
    if (amountWei.isZero() || amountWei.compareTo(payableWei(server)) > 0) {
      throw new PayerException("more than the limit of test money, or nothing");
    }
    if (before.pending().size() >= MOST_PENDING) {
      throw new PayerException("the server has acknowledged none of the last payments; wait");
    }
    List<Account.Unpaid> pending = new ArrayList<>(before.pending());
    pending.add(new Account.Unpaid(before.nonce() + 1, amountWei));
    Account now = new Account(before.totalWei().add(amountWei), before.nonce() + 1, pending);
    store(server, now);
    return now.proofs();
  }

  @Override
  public List<PaymentProof> pending(Counterparty server) {
    return account(server).proofs();
  }

  @Override
  public void onReceipt(Counterparty server, Bytes payId, UInt256 cumulativeWei) {
    Account before = account(server);
    store(
        server,
        new Account(
            before.totalWei(),
            before.nonce(),
            before.pending().stream()
                .filter(each -> !Bytes.ofUnsignedLong(each.nonce()).equals(payId))
                .toList()));
  }

  @Override
  public void onEvidence(Counterparty server, Bytes evidence) throws PayerException {
    takeOver(server, evidence);
  }
}
