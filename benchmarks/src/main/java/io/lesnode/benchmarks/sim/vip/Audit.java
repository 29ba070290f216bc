package io.lesnode.benchmarks.sim.vip;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.Statement;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Compares what the server's books say with what clients and the client pool say: money in is money
 * out, and nobody has tokens that nobody bought or was given.
 */
final class Audit {
  private final Marketplace market;
  private final Map<Bytes32, Long> granted;

  /**
   * An audit.
   *
   * @param granted tokens that the operator gave beside the sale
   */
  Audit(Marketplace market, Map<Bytes32, Long> granted) {
    this.market = market;
    this.granted = granted;
  }

  /**
   * Compares.
   *
   * @return the tokens that each client has left
   * @throws IllegalStateException if anything is wrong
   */
  Map<Bytes32, Long> check() {
    Ledger ledger = market.ledger();
    List<String> wrong = ledger.history().audit();
    if (!wrong.isEmpty()) {
      throw broken("the books are wrong: " + wrong.getFirst());
    }
    Statement statement = ledger.history().statement();
    BigInteger claims = statement.total(AccountKind.CLAIM).negate();
    BigInteger revenue = statement.total(AccountKind.REVENUE);
    BigInteger unspent = statement.total(AccountKind.CLIENT);
    if (!claims.equals(revenue.add(unspent))) {
      throw broken(
          claims + " wei were received, and there are " + revenue + " of revenue and " + unspent);
    }
    BigInteger received = BigInteger.ZERO;
    for (PayingClient client : market.clients()) {
      received = received.add(money(client, ledger));
    }
    if (!received.equals(claims)) {
      throw broken("clients paid " + received + " wei together, of " + claims + " received");
    }
    Map<Bytes32, Long> left = new LinkedHashMap<>();
    boolean unused =
        market
            .les()
            .withDesk(
                desk ->
                    market
                        .clients()
                        .forEach(client -> left.put(client.id, desk.tokens(client.id))));
    market.clients().forEach(client -> tokens(client, ledger, left.getOrDefault(client.id, 0L)));
    return left;
  }

  /** What a client's payments are worth by the books: what has a receipt, or may get one yet. */
  private BigInteger money(PayingClient client, Ledger ledger) {
    BigInteger received = ledger.balance(AccountId.claim(MethodId.TEST, client.id)).negate();
    ClientBooks books = client.books;
    if (received.compareTo(books.paidWei) < 0 || received.compareTo(books.signedWei) > 0) {
      throw broken(
          client.id
              + " of "
              + client.group()
              + " signed "
              + books.signedWei
              + " wei and has receipts for "
              + books.paidWei
              + "; the server has "
              + received);
    }
    return received;
  }

  private void tokens(PayingClient client, Ledger ledger, long has) {
    long net = ledger.issued(client.id) - ledger.returned(client.id) - ledger.expired(client.id);
    long most = net + granted.getOrDefault(client.id, 0L);
    if (net < 0 || has < 0 || has > most) {
      throw broken(
          client.id + " of " + client.group() + " has " + has + " tokens, and came by " + most);
    }
  }

  private IllegalStateException broken(String what) {
    return new IllegalStateException("At " + market.nowNanos() + " ns: " + what);
  }
}
