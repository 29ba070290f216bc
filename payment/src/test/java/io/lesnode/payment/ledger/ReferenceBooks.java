package io.lesnode.payment.ledger;

import io.lesnode.payment.MethodId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What should be in the books, kept in the plainest way: quantities by name, each changed where
 * something happens in the world, without double entry. A crash takes back what was not durable.
 */
final class ReferenceBooks {
  private record Change(String name, BigInteger delta) {}

  private final Map<String, BigInteger> quantities = new HashMap<>();
  private final List<Change> notDurable = new ArrayList<>();

  BigInteger get(String name) {
    return quantities.getOrDefault(name, BigInteger.ZERO);
  }

  void add(String name, BigInteger delta) {
    quantities.merge(name, delta, BigInteger::add);
    notDurable.add(new Change(name, delta));
  }

  void add(String name, long delta) {
    add(name, BigInteger.valueOf(delta));
  }

  void durable() {
    notDurable.clear();
  }

  void crashed() {
    for (Change change : notDurable) {
      quantities.merge(change.name(), change.delta().negate(), BigInteger::add);
    }
    notDurable.clear();
  }

  /** The balances that the books should have, by the names of accounts; without zeros. */
  Map<String, BigInteger> balances() {
    Map<String, BigInteger> balances = new TreeMap<>();
    BigInteger minted = BigInteger.ZERO;
    for (Map.Entry<String, BigInteger> quantity : quantities.entrySet()) {
      String[] name = quantity.getKey().split(" ", -1);
      BigInteger amount = quantity.getValue();
      AccountId account =
          switch (name[0]) {
            case "money" -> AccountId.client(owner(name[1]));
            case "frozen" -> AccountId.frozen(owner(name[1]));
            case "claim" -> AccountId.claim(MethodId.valueOf(name[2]), owner(name[1]));
            case "ether" -> AccountId.house(AccountKind.CASHED);
            case "earned" -> AccountId.house(AccountKind.REVENUE);
            case "fees" -> AccountId.house(AccountKind.FEES);
            case "loss" -> AccountId.house(AccountKind.LOSS);
            case "owed" -> AccountId.payable(owner(name[1]));
            case "promised" -> AccountId.signed(MethodId.CHEQUE, owner(name[1]));
            case "sold" -> AccountId.tokensIssued(node(name[1]));
            case "granted" -> AccountId.tokensGranted(node(name[1]));
            case "returned" -> AccountId.tokensReturned(node(name[1]));
            case "expired" -> AccountId.tokensExpired(node(name[1]));
            default -> throw new IllegalStateException(quantity.getKey());
          };
      boolean minus =
          switch (name[0]) {
            case "claim", "ether", "fees", "loss", "returned", "expired" -> true;
            default -> false;
          };
      BigInteger balance = minus ? amount.negate() : amount;
      if (account.kind().asset() == Asset.TOKEN) {
        minted = minted.add(balance);
      }
      balances.merge(account.text(), balance, BigInteger::add);
    }
    balances.put(AccountId.house(AccountKind.TOKEN_MINT).text(), minted.negate());
    balances.values().removeIf(balance -> balance.signum() == 0);
    return balances;
  }

  static Bytes owner(String number) {
    return Bytes.concatenate(
        Bytes.repeat((byte) 0xcc, 16), Bytes.ofUnsignedInt(Integer.parseInt(number)));
  }

  static Bytes32 node(String number) {
    return Bytes32.leftPad(Bytes.ofUnsignedInt(Integer.parseInt(number) + 1L));
  }
}
