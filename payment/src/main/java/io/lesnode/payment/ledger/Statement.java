package io.lesnode.payment.ledger;

import java.math.BigInteger;
import java.util.List;

/**
 * The trial balance: every account that has a balance, at one moment.
 *
 * @param lines by kind, then by owner
 */
public record Statement(List<Line> lines) {

  /** One account. */
  public record Line(AccountId account, BigInteger balance) {}

  /** Copies the list. */
  public Statement {
    lines = List.copyOf(lines);
  }

  /** The sum of all accounts of an asset; zero, or the books are wrong. */
  public BigInteger sum(Asset asset) {
    return lines.stream()
        .filter(line -> line.account().kind().asset() == asset)
        .map(Line::balance)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** What the accounts of a kind have together. */
  public BigInteger total(AccountKind kind) {
    return lines.stream()
        .filter(line -> line.account().kind() == kind)
        .map(Line::balance)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** How many accounts of a kind have a balance. */
  public long accounts(AccountKind kind) {
    return lines.stream().filter(line -> line.account().kind() == kind).count();
  }

  /** Whether every asset sums to zero. */
  public boolean isBalanced() {
    return sum(Asset.WEI).signum() == 0 && sum(Asset.TOKEN).signum() == 0;
  }
}
