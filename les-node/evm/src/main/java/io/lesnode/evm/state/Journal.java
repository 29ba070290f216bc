package io.lesnode.evm.state;

import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The undo log of a {@link JournaledState}: one entry per change, replayed backwards on a revert.
 * An entry names the account it touched, which is what EIP-161 clearing goes by.
 */
final class Journal {
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(@Nullable Address touched, Runnable undo) {}

  /** Records a change to {@code touched}, or to no account if null. */
  void add(@Nullable Address touched, Runnable undo) {
    entries.add(new Entry(touched, undo));
  }

  int size() {
    return entries.size();
  }

  /** Undoes, newest first, everything past the first {@code size} entries. */
  void revertTo(int size) {
    if (size < 0 || size > entries.size()) {
      throw new IllegalStateException("no snapshot at " + size + " of " + entries.size());
    }
    for (int i = entries.size() - 1; i >= size; i--) {
      entries.remove(i).undo.run();
    }
  }

  /** Adds to {@code addresses} each account with a change still standing, oldest first. */
  void collectTouched(Set<Address> addresses) {
    for (Entry entry : entries) {
      if (entry.touched != null) {
        addresses.add(entry.touched);
      }
    }
  }

  void clear() {
    entries.clear();
  }
}
