package io.lesnode.payment.cheque;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.LedgerReader;
import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/** The records of a payer: its accounts, and which account belongs to which server. */
final class PayerAccounts {
  private static final String ACCOUNTS = "cheque-account";
  private static final String SERVERS = "cheque-server";
  private static final int ORIGINAL = 0;
  private static final int SECOND = 2;
  private static final int VALUE_BYTES = 42;

  private final Address payer;

  PayerAccounts(Address payer) {
    this.payer = payer;
  }

  /**
   * Which contract pays which account.
   *
   * @param confirmations how deep the payee wants deposits to be
   */
  record Channel(AccountBook book, Address payee, int confirmations) {
    /** Contract and payee, 40 bytes. */
    Bytes key() {
      return Bytes.concatenate(book.address().bytes(), payee.bytes());
    }
  }

  PayerAccount get(LedgerReader records, Channel channel) {
    return records
        .get(ACCOUNTS, key(channel))
        .map(record -> PayerAccount.decode(channel.payee(), record))
        .orElseGet(PayerAccount::empty);
  }

  void put(LedgerBatch batch, Channel channel, PayerAccount account) {
    batch.put(ACCOUNTS, key(channel), account.encoded());
  }

  Optional<Channel> channelOf(LedgerReader records, Counterparty server, long chainId) {
    return records
        .get(SERVERS, serverKey(server))
        .filter(value -> value.size() == VALUE_BYTES)
        .map(value -> channel(value, chainId));
  }

  void bind(LedgerBatch batch, Counterparty server, Channel channel) {
    batch.put(SERVERS, serverKey(server), value(channel));
  }

  /** Every account that a server was ever bound to, each once. */
  List<Channel> all(LedgerReader records, long chainId) {
    List<Bytes> values = new ArrayList<>();
    records.scan(
        SERVERS,
        payer.bytes(),
        (key, value) -> {
          if (value.size() == VALUE_BYTES && !values.contains(value)) {
            values.add(value);
          }
        });
    return values.stream().map(value -> channel(value, chainId)).toList();
  }

  private static Channel channel(Bytes value, long chainId) {
    Address contract = Address.of(value.slice(1, Address.SIZE_BYTES));
    AccountBook book =
        value.get(0) == ORIGINAL
            ? new OriginalAccountBook(contract)
            : new AccountBook2(chainId, contract);
    return new Channel(book, Address.of(value.slice(21, Address.SIZE_BYTES)), value.get(41));
  }

  private static Bytes value(Channel channel) {
    int variant =
        switch (channel.book()) {
          case AccountBook2 second -> SECOND;
          case OriginalAccountBook original -> ORIGINAL;
        };
    return Bytes.concatenate(Bytes.of(variant), channel.key(), Bytes.of(channel.confirmations()));
  }

  private Bytes serverKey(Counterparty server) {
    return Bytes.concatenate(payer.bytes(), server.nodeId());
  }

  private Bytes key(Channel channel) {
    return Bytes.concatenate(payer.bytes(), channel.key());
  }
}
