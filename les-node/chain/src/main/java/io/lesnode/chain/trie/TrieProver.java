package io.lesnode.chain.trie;

import io.lesnode.primitives.EmptyHashes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Reads single keys of a trie and proves them, on the encoded nodes as they are stored: a node is
 * neither decoded nor encoded nor hashed, because its parent names it by its hash. What {@link
 * MerklePatriciaTrie} does for one who changes a trie this does for one who only hands nodes on.
 * Confined to one thread; keeps nothing between two calls.
 *
 * <p>Of each node only the items on the way are looked at. Damage beside the way is not seen, which
 * is for the receiver of a proof to check; whatever the bytes are, none beyond the node is read.
 */
public final class TrieProver {

  private static final int EMPTY_STRING = 0x80;
  private static final int EMPTY_LIST = 0xc0;
  private static final int BRANCH_VALUE = 16;

  private final NodeSource source;
  private final Bytes32 root;

  /** The nodes of the last walk that stand under a hash of their own, and where they stand. */
  private final List<StoredNode> path = new ArrayList<>();

  private int[] levels = new int[16];

  /** The item that was read last. */
  private boolean isList;

  private int begin;
  private int size;
  private int end;

  /** Takes the nodes of a proof, from the root downwards. */
  @FunctionalInterface
  public interface NodeSink {

    /**
     * A node of the proof.
     *
     * @param hash Keccak-256 of the encoding
     */
    void onNode(Bytes32 hash, Bytes encoded);
  }

  /** The trie with this root; nothing is read before a key is. */
  public TrieProver(NodeSource source, Bytes32 root) {
    this.source = source;
    this.root = root;
  }

  /**
   * The value of a key, or null where the trie proves its absence.
   *
   * @throws MissingNodeException where the source lacks a node on the way
   * @throws MalformedNodeException where the source gave bytes that are not a node
   */
  public @Nullable Bytes get(Bytes key) {
    return walk(key.toArrayUnsafe());
  }

  /**
   * Hands out the proof of a key's value or absence as {@link MerklePatriciaTrie#prove(Bytes, int)}
   * gives it. Nothing is handed out when it throws.
   *
   * @param fromLevel how many nodes of the path are left out, those that are embedded in their
   *     parent counted with the others
   * @throws MissingNodeException as {@link #get}
   * @throws MalformedNodeException as {@link #get}
   */
  public void prove(Bytes key, int fromLevel, NodeSink sink) {
    walk(key.toArrayUnsafe());
    for (int i = 0; i < path.size(); i++) {
      if (levels[i] >= fromLevel) {
        StoredNode node = path.get(i);
        sink.onNode(node.hash(), node.encoded());
      }
    }
  }

  private @Nullable Bytes walk(byte[] key) {
    path.clear();
    if (root.equals(EmptyHashes.TRIE_ROOT)) {
      return null;
    }
    Bytes32 hash = root;
    int position = 0;
    int level = 0;
    while (true) {
      byte[] node = load(hash, key, position, level);
      try {
        begin = 0;
        end = node.length;
        do {
          level++;
          position = step(node, key, position);
        } while (position >= 0 && isList);
      } catch (MalformedNodeException malformed) {
        throw new MalformedNodeException(hash, malformed);
      }
      if (position == ABSENT) {
        return null;
      }
      if (position == FOUND) {
        return Bytes.wrap(node, begin, size);
      }
      hash = Bytes32.wrap(Arrays.copyOfRange(node, begin, begin + size));
    }
  }

  private byte[] load(Bytes32 hash, byte[] key, int position, int level) {
    Bytes encoded = source.node(hash);
    if (encoded == null) {
      throw new MissingNodeException(hash, Bytes.wrap(Arrays.copyOf(Nibbles.ofKey(key), position)));
    }
    if (path.size() == levels.length) {
      levels = Arrays.copyOf(levels, 2 * levels.length);
    }
    levels[path.size()] = level;
    path.add(new StoredNode(hash, encoded));
    return encoded.toArrayUnsafe();
  }

  private static final int ABSENT = -1;
  private static final int FOUND = -2;

  /**
   * Goes through the node at {@link #begin}, which ends at {@link #end}: to the child on the way of
   * the key or to the value, which is then the item read last. Returns the position in the key at
   * which the child stands, or one of the two above.
   */
  private int step(byte[] node, byte[] key, int position) {
    int limit = end;
    read(node, begin, limit);
    if (!isList) {
      throw new MalformedNodeException("not a list");
    }
    if (end != limit) {
      throw new MalformedNodeException("bytes after the node");
    }
    int items = begin;
    read(node, items, limit);
    int pathBegin = begin;
    int pathSize = size;
    boolean pathIsList = isList;
    read(node, end, limit);
    if (end == limit) {
      if (pathIsList) {
        throw new MalformedNodeException("path is a list");
      }
      return follow(node, pathBegin, pathSize, key, position);
    }
    int nibbles = 2 * key.length;
    boolean atValue = position == nibbles;
    int index = atValue ? BRANCH_VALUE : nibble(key, position);
    end = items;
    for (int i = 0; i <= index; i++) {
      read(node, end, limit);
    }
    if (atValue) {
      return value();
    }
    return size == 0 && !isList ? ABSENT : child(position + 1);
  }

  /** A leaf or an extension, whose second item was read last. */
  private int follow(byte[] node, int pathBegin, int pathSize, byte[] key, int position) {
    if (pathSize == 0) {
      throw new MalformedNodeException("empty path");
    }
    int flag = node[pathBegin] & 0xff;
    if (flag > 0x3f || ((flag & 0x10) == 0 && (flag & 15) != 0)) {
      throw new MalformedNodeException("path flag " + Integer.toHexString(flag));
    }
    int odd = (flag >> 4) & 1;
    int count = 2 * (pathSize - 1) + odd;
    boolean isLeaf = (flag & 0x20) != 0;
    int left = 2 * key.length - position;
    boolean fits = isLeaf ? left == count : left >= count;
    if (!fits) {
      return ABSENT;
    }
    for (int i = 0; i < count; i++) {
      // An odd path has its first nibble beside the flag, an even one begins in the next byte.
      if (nibble(node, 2 * pathBegin + 2 - odd + i) != nibble(key, position + i)) {
        return ABSENT;
      }
    }
    return isLeaf ? value() : child(position + count);
  }

  private int value() {
    if (isList) {
      throw new MalformedNodeException("value is a list");
    }
    return size == 0 ? ABSENT : FOUND;
  }

  /** The item read last is a child: a hash, or an embedded node, which is then the next to go. */
  private int child(int position) {
    if (isList) {
      // Its header is read again as that of a node.
      begin = itemBegin;
      if (end - begin >= NodeCodec.HASH_SIZE) {
        throw new MalformedNodeException("embedded child of " + (end - begin) + " bytes");
      }
    } else if (size != NodeCodec.HASH_SIZE) {
      throw new MalformedNodeException("child reference of " + size + " bytes");
    }
    return position;
  }

  private static int nibble(byte[] bytes, int index) {
    return (bytes[index >> 1] >> ((index & 1) == 0 ? 4 : 0)) & 15;
  }

  /** Where the header of the item that was read last begins. */
  private int itemBegin;

  private void read(byte[] data, int at, int limit) {
    if (at >= limit) {
      throw new MalformedNodeException("ends too early");
    }
    itemBegin = at;
    int first = data[at] & 0xff;
    isList = first >= EMPTY_LIST;
    if (first < EMPTY_STRING) {
      begin = at;
      size = 1;
    } else {
      int length = first - (isList ? EMPTY_LIST : EMPTY_STRING);
      if (length < 56) {
        begin = at + 1;
        size = length;
      } else {
        begin = at + 1 + length - 55;
        size = longLength(data, at + 1, begin, limit);
      }
      if (size > limit - begin) {
        throw new MalformedNodeException("ends too early");
      }
    }
    end = begin + size;
  }

  private static int longLength(byte[] data, int from, int to, int limit) {
    if (to - from > 3 || to > limit) {
      throw new MalformedNodeException("length of an item");
    }
    int length = 0;
    for (int i = from; i < to; i++) {
      length = (length << 8) | (data[i] & 0xff);
    }
    return length;
  }
}
