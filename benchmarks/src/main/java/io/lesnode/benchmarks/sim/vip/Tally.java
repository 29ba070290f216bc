package io.lesnode.benchmarks.sim.vip;

import io.lesnode.payment.ledger.Ledger;
import java.math.BigInteger;

/** Sums over the clients of a group. */
final class Tally {
  long tried;
  long asked;
  long bought;
  long stayed;
  long purchases;
  long refusals;
  long faults;
  BigInteger spentWei = BigInteger.ZERO;
  BigInteger soldWei = BigInteger.ZERO;
  BigInteger valueWei = BigInteger.ZERO;
  BigInteger surplusWei = BigInteger.ZERO;
  BigInteger boughtTokens = BigInteger.ZERO;
  BigInteger soldTokens = BigInteger.ZERO;
  BigInteger leftTokens = BigInteger.ZERO;

  /** Adds a client; whoever bought and is there with tokens, or bought again, has stayed. */
  void add(PayingClient client, Ledger ledger, long left) {
    ClientBooks books = client.books;
    books.boughtTokens = ledger.issued(client.id);
    books.soldTokens = ledger.returned(client.id);
    boolean hasBought = books.boughtTokens > 0;
    boolean isStaying = books.purchases > 1 || (client.isConnected() && left > 0);
    tried += books.tried ? 1 : 0;
    asked += books.asked ? 1 : 0;
    bought += hasBought ? 1 : 0;
    stayed += hasBought && isStaying ? 1 : 0;
    purchases += books.purchases;
    refusals += books.refusals;
    faults += books.faults;
    spentWei = spentWei.add(books.paidWei);
    soldWei = soldWei.add(books.soldWei);
    valueWei = valueWei.add(books.valueWei());
    surplusWei = surplusWei.add(books.surplusWei(left));
    boughtTokens = boughtTokens.add(BigInteger.valueOf(books.boughtTokens));
    soldTokens = soldTokens.add(BigInteger.valueOf(books.soldTokens));
    leftTokens = leftTokens.add(BigInteger.valueOf(left));
  }
}
