package io.lesnode.chain.store;

import io.lesnode.chain.state.DestroyedStorage;
import io.lesnode.chain.state.StateCommit;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.MissingNodeException;
import io.lesnode.chain.trie.StoredNode;
import io.lesnode.chain.trie.TrieVisitor;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The changes of reference counts that one batch makes, summed up before they meet the disk. A
 * node's count is the number of places it has in the oldest state kept plus the number of times
 * that a later block inserted it. A count of one is not written: nearly all nodes have it.
 */
final class NodeChanges {

  private static final class Change {
    int difference;
    @Nullable Bytes encoded;
  }

  private final Database database;
  private final Map<NodeKey, Change> changes = new HashMap<>();

  NodeChanges(Database database) {
    this.database = database;
  }

  int size() {
    return changes.size();
  }

  /** Counts what a block inserts; what it removes stays until its state is the oldest. */
  void insert(StateCommit commit) {
    for (StoredNode node : commit.accounts().inserted()) {
      insert(Keys.accountNode(node.hash()), node.encoded());
    }
    commit
        .storages()
        .forEach(
            (account, storage) -> {
              for (StoredNode node : storage.inserted()) {
                insert(Keys.storageNode(account, node.hash()), node.encoded());
              }
            });
  }

  private void insert(byte[] key, Bytes encoded) {
    Change change = of(new NodeKey(key));
    change.difference++;
    change.encoded = encoded;
  }

  /** The block stayed beside the chain: what it inserted was never needed. */
  void undo(JournalRow row) {
    row.inserted().forEach(this::remove);
  }

  /** Nobody needs the state before this block any more. */
  void complete(JournalRow row) {
    row.removed().forEach(this::remove);
    row.destroyed().forEach(this::removeAll);
  }

  private void remove(NodeKey key) {
    of(key).difference--;
  }

  private void removeAll(DestroyedStorage storage) {
    Bytes32 account = storage.accountHash();
    MerklePatriciaTrie trie =
        new MerklePatriciaTrie(
            hash -> {
              byte[] node =
                  database.get(Column.NODES, Keys.storageNode(account, hash), database.latest());
              return node == null ? null : Bytes.wrap(node);
            },
            storage.storageRoot());
    try {
      trie.walk(
          new TrieVisitor() {
            @Override
            public void onNode(Bytes path, StoredNode node) {
              remove(new NodeKey(Keys.storageNode(account, node.hash())));
            }
          });
    } catch (MissingNodeException missing) {
      throw new StoreException.Corrupt(
          database.directory(), "the storage of account hash " + account.toHexString(), missing);
    }
  }

  private Change of(NodeKey key) {
    return changes.computeIfAbsent(key, unused -> new Change());
  }

  void writeTo(WriteBatch batch) throws RocksDBException {
    for (Map.Entry<NodeKey, Change> entry : changes.entrySet()) {
      byte[] key = entry.getKey().bytes();
      Change change = entry.getValue();
      if (change.difference > 0) {
        add(batch, key, change.difference, change.encoded);
      } else if (change.difference < 0) {
        subtract(batch, key, -change.difference);
      }
    }
  }

  private void add(WriteBatch batch, byte[] key, int difference, @Nullable Bytes encoded)
      throws RocksDBException {
    boolean present = database.contains(Column.NODES, key, database.latest());
    if (!present && encoded != null) {
      batch.put(database.handle(Column.NODES), key, encoded.toArrayUnsafe());
    }
    int count = (present ? count(key) : 0) + difference;
    if (count > 1) {
      putCount(batch, key, count);
    }
  }

  private void subtract(WriteBatch batch, byte[] key, int difference) throws RocksDBException {
    int before = count(key);
    int count = before - difference;
    if (count < 1) {
      batch.delete(database.handle(Column.NODES), key);
    }
    if (count > 1) {
      putCount(batch, key, count);
    } else if (before > 1) {
      batch.delete(database.handle(Column.NODE_COUNTS), key);
    }
  }

  private void putCount(WriteBatch batch, byte[] key, int count) throws RocksDBException {
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt(count).array();
    batch.put(database.handle(Column.NODE_COUNTS), key, value);
  }

  /** The count of a node that is present. */
  private int count(byte[] key) {
    byte[] stored = database.get(Column.NODE_COUNTS, key, database.latest());
    return stored == null ? 1 : ByteBuffer.wrap(stored).getInt();
  }
}
