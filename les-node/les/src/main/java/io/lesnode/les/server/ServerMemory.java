package io.lesnode.les.server;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** Where a server keeps what it must remember. The node loop hands changes over and never waits. */
interface ServerMemory {

  /** Forgets everything when the process ends. */
  ServerMemory NONE =
      new ServerMemory() {
        @Override
        public void store(List<Change> changes) {}

        @Override
        public void force(Consumer<Optional<String>> done) {
          done.accept(Optional.empty());
        }
      };

  /** Something to be remembered. */
  sealed interface Change {
    /**
     * A record of the client pool.
     *
     * @param key its key; a value, like {@code value}
     * @param value null: it is removed
     */
    record ClientRecord(Bytes key, @Nullable Bytes value) implements Change {}

    /** A value that is there once. */
    record Value(String name, Bytes value) implements Change {}
  }

  /** Stores changes some time soon, in order. From the node loop. */
  void store(List<Change> changes);

  /**
   * Waits until all that was stored so far is on the disk. From the node loop.
   *
   * @param done called on the node loop, with the reason if the disk refuses
   */
  void force(Consumer<Optional<String>> done);
}
