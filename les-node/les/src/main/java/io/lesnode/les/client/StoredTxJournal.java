package io.lesnode.les.client;

import io.lesnode.chain.store.ClientBatch;
import io.lesnode.chain.store.ClientStore;
import io.lesnode.les.client.tx.PendingSet.Change;
import io.lesnode.les.client.tx.TrackedTransaction;
import io.lesnode.primitives.rlp.RlpException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps our transactions in the {@link ClientStore}: {@code tx-} and the hash → the record. */
final class StoredTxJournal implements TxJournal {
  private static final Logger LOG = LoggerFactory.getLogger(StoredTxJournal.class);
  private static final Bytes PREFIX = Bytes.wrap("tx-".getBytes(StandardCharsets.US_ASCII));

  private final ClientStore store;

  StoredTxJournal(ClientStore store) {
    this.store = store;
  }

  /** A record that cannot be read is left where it is and reported: there may be money in it. */
  @Override
  public List<TrackedTransaction> load() {
    List<TrackedTransaction> loaded = new ArrayList<>();
    for (Map.Entry<Bytes, Bytes> entry : store.entries(PREFIX)) {
      try {
        loaded.add(TrackedTransaction.decode(entry.getValue()));
      } catch (RlpException unreadable) {
        LOG.warn(
            "A kept transaction cannot be read and will not be sent again; send it anew if it is"
                + " not in a block: record {} in {} ({})",
            entry.getKey().slice(PREFIX.size()).toHexString(),
            store.directory(),
            unreadable.getMessage());
      }
    }
    return loaded;
  }

  @Override
  public void write(List<Change> changes) {
    try (ClientBatch batch = store.newBatch()) {
      for (Change change : changes) {
        switch (change) {
          case Change.Keep(TrackedTransaction tracked) ->
              batch.put(key(tracked.hash()), tracked.encoded());
          case Change.Forget(Bytes32 hash) -> batch.remove(key(hash));
        }
      }
      batch.commit(true);
    }
  }

  private static Bytes key(Bytes32 hash) {
    return Bytes.concatenate(PREFIX, hash);
  }
}
