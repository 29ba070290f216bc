package io.lesnode.flowcontrol.pool;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes of stored balances, in geth's key and value layout, to be written as one batch: either
 * all of them reach the disk or none. Immutable, so it may cross to the thread that writes.
 */
public final class Changes {

  /** Takes the changes in order. */
  public interface Sink {
    /** A record is new or has a new value; the arrays now belong to the sink. */
    void put(byte[] key, byte[] value);

    /** A record is gone. */
    void delete(byte[] key);
  }

  private static final byte[] GONE = new byte[0];

  private final List<byte[]> keysAndValues = new ArrayList<>();

  Changes() {}

  void put(byte[] key, byte[] value) {
    keysAndValues.add(key);
    keysAndValues.add(value);
  }

  void delete(byte[] key) {
    keysAndValues.add(key);
    keysAndValues.add(GONE);
  }

  /** Whether there is nothing to write. */
  public boolean isEmpty() {
    return keysAndValues.isEmpty();
  }

  /** How many records change. */
  public int size() {
    return keysAndValues.size() / 2;
  }

  /** Hands all changes to a sink. */
  public void writeTo(Sink sink) {
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      byte[] key = keysAndValues.get(i).clone();
      byte[] value = keysAndValues.get(i + 1);
      if (value.length == 0) {
        sink.delete(key);
      } else {
        sink.put(key, value.clone());
      }
    }
  }
}
