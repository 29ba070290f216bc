package io.lesnode.chain.store;

import io.lesnode.chain.state.DestroyedStorage;
import io.lesnode.chain.state.StateCommit;
import io.lesnode.chain.trie.StoredNode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What one block changed in the set of stored nodes: enough to undo its insertions if it stays
 * beside the chain, or to carry out its removals when nobody needs the state before it any more.
 *
 * @param inserted keys in the node column, one for each place in a trie
 * @param removed likewise
 * @param destroyed storage tries that fell out as a whole
 */
record JournalRow(List<NodeKey> inserted, List<NodeKey> removed, List<DestroyedStorage> destroyed) {

  static JournalRow of(StateCommit commit) {
    List<NodeKey> inserted = new ArrayList<>();
    List<NodeKey> removed = new ArrayList<>();
    for (StoredNode node : commit.accounts().inserted()) {
      inserted.add(new NodeKey(Keys.accountNode(node.hash())));
    }
    for (Bytes32 hash : commit.accounts().removed()) {
      removed.add(new NodeKey(Keys.accountNode(hash)));
    }
    commit
        .storages()
        .forEach(
            (account, storage) -> {
              storage
                  .inserted()
                  .forEach(
                      node -> inserted.add(new NodeKey(Keys.storageNode(account, node.hash()))));
              storage
                  .removed()
                  .forEach(hash -> removed.add(new NodeKey(Keys.storageNode(account, hash))));
            });
    return new JournalRow(inserted, removed, commit.destroyed());
  }

  byte[] encoded() {
    int size = 3 * Integer.BYTES + destroyed.size() * 2 * Bytes32.SIZE;
    for (NodeKey key : inserted) {
      size += 1 + key.bytes().length;
    }
    for (NodeKey key : removed) {
      size += 1 + key.bytes().length;
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    write(out, inserted);
    write(out, removed);
    out.putInt(destroyed.size());
    for (DestroyedStorage storage : destroyed) {
      out.put(storage.accountHash().toArrayUnsafe()).put(storage.storageRoot().toArrayUnsafe());
    }
    return out.array();
  }

  private static void write(ByteBuffer out, List<NodeKey> keys) {
    out.putInt(keys.size());
    for (NodeKey key : keys) {
      out.put((byte) key.bytes().length).put(key.bytes());
    }
  }

  static JournalRow decode(byte[] encoded) {
    try {
      ByteBuffer in = ByteBuffer.wrap(encoded);
      List<NodeKey> inserted = read(in);
      List<NodeKey> removed = read(in);
      List<DestroyedStorage> destroyed = new ArrayList<>();
      for (int left = in.getInt(); left > 0; left--) {
        destroyed.add(new DestroyedStorage(hash(in), hash(in)));
      }
      if (in.hasRemaining()) {
        throw new IllegalArgumentException("bytes after the row");
      }
      return new JournalRow(inserted, removed, destroyed);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the row ends too early", e);
    }
  }

  private static List<NodeKey> read(ByteBuffer in) {
    List<NodeKey> keys = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      byte[] key = new byte[in.get() & 0xff];
      in.get(key);
      keys.add(new NodeKey(key));
    }
    return keys;
  }

  private static Bytes32 hash(ByteBuffer in) {
    byte[] hash = new byte[Bytes32.SIZE];
    in.get(hash);
    return Bytes32.wrap(hash);
  }
}
