package io.lesnode.evm.state;

import java.util.List;

/**
 * Everything the finished transactions of a {@link JournaledState} changed since it was opened, one
 * entry per account, in the order the accounts were first touched.
 */
public record StateChanges(List<AccountChange> accounts) {

  /** Takes an immutable copy. */
  public StateChanges {
    accounts = List.copyOf(accounts);
  }

  /** Whether nothing changed. */
  public boolean isEmpty() {
    return accounts.isEmpty();
  }
}
