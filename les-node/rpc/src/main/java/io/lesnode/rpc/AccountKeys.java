package io.lesnode.rpc;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Accounts that sign for callers, unlocked by the operator when the node starts. Immutable. A node
 * needs none: callers sign by themselves.
 *
 * <p>Differs from geth: unless the keys are known to everybody, only IPC and the authenticated port
 * can use them; geth forbids unlocking beside HTTP altogether, unless it is told not to.
 */
public final class AccountKeys {
  /** No account. */
  public static final AccountKeys NONE = new AccountKeys(List.of(), false);

  private final Map<Address, KeyPair> unlocked = new LinkedHashMap<>();
  private final boolean forEverybody;

  private AccountKeys(List<KeyPair> keys, boolean forEverybody) {
    keys.forEach(key -> unlocked.put(key.address(), key));
    this.forEverybody = forEverybody;
  }

  /** Keys that only the operator may use. */
  public static AccountKeys forOperator(List<KeyPair> keys) {
    return new AccountKeys(keys, false);
  }

  /** Keys that every caller may use: those of dev chains, which are worth nothing. */
  public static AccountKeys forEverybody(List<KeyPair> keys) {
    return new AccountKeys(keys, true);
  }

  boolean isForEverybody() {
    return forEverybody;
  }

  List<Address> accounts() {
    return List.copyOf(unlocked.keySet());
  }

  Optional<KeyPair> find(Address account) {
    return Optional.ofNullable(unlocked.get(account));
  }

  /** Never shows a key. */
  @Override
  public String toString() {
    return "AccountKeys" + unlocked.keySet();
  }
}
