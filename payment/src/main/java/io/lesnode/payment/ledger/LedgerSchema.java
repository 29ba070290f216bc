package io.lesnode.payment.ledger;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.tuweni.bytes.Bytes;

/**
 * The version of the books' layout. Older books are brought to it step by step, each step one
 * synced batch with the new version in it, so that a crash between or inside steps leaves books
 * that the next start goes on with. Newer ones are refused and nothing is changed.
 */
final class LedgerSchema {

  /** Leads from one version to the next. */
  interface Step {
    /** Adds the changes; reads what was there before. */
    void apply(LedgerView before, LedgerWrite changes);
  }

  /** What this program writes: version 1, which no step leads to. */
  static final LedgerSchema CURRENT = new LedgerSchema(List.of());

  static final Bytes KEY = Bytes.wrap("schema".getBytes(StandardCharsets.US_ASCII));
  private static final Pattern VALUE = Pattern.compile("ledger ([1-9][0-9]{0,8})");

  private final List<Step> steps;

  /**
   * A schema.
   *
   * @param steps from version 1 to 2, from 2 to 3, …
   */
  LedgerSchema(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  int version() {
    return 1 + steps.size();
  }

  /** Brings books to this version; empty ones are at it at once. */
  void prepare(LedgerStore store) {
    Optional<Bytes> stored = store.get(LedgerColumn.META, KEY);
    if (stored.isEmpty()) {
      if (!isEmpty(store)) {
        throw new LedgerStoreException.UnknownSchema(
            "these books have no schema version, so they are not of this program; choose another"
                + " directory");
      }
      store.write(new LedgerWrite().put(LedgerColumn.META, KEY, value(version())), true);
      return;
    }
    int found = versionOf(stored.get());
    for (int version = found; version < version(); version++) {
      LedgerWrite changes = new LedgerWrite();
      steps.get(version - 1).apply(store, changes);
      store.write(changes.put(LedgerColumn.META, KEY, value(version + 1)), true);
    }
  }

  private int versionOf(Bytes stored) {
    String text = new String(stored.toArrayUnsafe(), StandardCharsets.UTF_8);
    Matcher matcher = VALUE.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > version()) {
      throw new LedgerStoreException.UnknownSchema(
          "the books have schema '"
              + text.replaceAll("[^\\x20-\\x7e]", "?")
              + "', this program knows up to 'ledger "
              + version()
              + "'; run the version that wrote them, nothing was changed");
    }
    return Integer.parseInt(matcher.group(1));
  }

  private static boolean isEmpty(LedgerStore store) {
    boolean[] found = {false};
    for (LedgerColumn column : LedgerColumn.values()) {
      store.scan(
          column,
          Bytes.EMPTY,
          (key, value) -> {
            found[0] = true;
            return false;
          });
    }
    return !found[0];
  }

  private static Bytes value(int version) {
    return Bytes.wrap(("ledger " + version).getBytes(StandardCharsets.US_ASCII));
  }
}
