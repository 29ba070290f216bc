package io.lesnode.chain.trie;

import io.lesnode.primitives.crypto.Keccak;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The RLP encoding of trie nodes on plain arrays. Decoding is strict: one accepted encoding per
 * node, so that whatever decodes encodes to the same bytes again. Source: Yellow Paper, appendix D;
 * geth trie/node.go.
 */
final class NodeCodec {

  /**
   * An encoding shorter than this stands inside its parent, a longer one is referred to by hash.
   */
  static final int HASH_SIZE = 32;

  private static final int EMPTY_STRING = 0x80;
  private static final int EMPTY_LIST = 0xc0;
  private static final int BRANCH_ITEMS = 17;

  private NodeCodec() {}

  /** The encoding of a node and, first, of whatever was changed below it. */
  static byte[] encode(Node node) {
    byte[] known = node.encoded;
    if (known != null) {
      return known;
    }
    byte[] encoded =
        switch (node) {
          case Node.Leaf leaf -> encodeLeaf(leaf);
          case Node.Extension extension -> encodeExtension(extension);
          case Node.Branch branch -> encodeBranch(branch);
          case Node.Reference reference ->
              throw new IllegalStateException("a reference has no encoding of its own");
        };
    node.encoded = encoded;
    return encoded;
  }

  /** Keccak-256 of the node's encoding, remembered in the node. */
  static byte[] hash(Node node) {
    if (node instanceof Node.Reference reference) {
      return reference.target;
    }
    byte[] known = node.hash;
    if (known != null) {
      return known;
    }
    byte[] hash = Keccak.keccak256(encode(node)).toArrayUnsafe();
    node.hash = hash;
    return hash;
  }

  private static byte[] encodeLeaf(Node.Leaf leaf) {
    int pathSize = Nibbles.hexPrefixSize(leaf.path);
    int payload = pathStringSize(pathSize) + stringSize(leaf.value);
    byte[] out = new byte[headerSize(payload) + payload];
    int at = writeHeader(out, 0, EMPTY_LIST, payload);
    at = writePath(out, at, leaf.path, pathSize, true);
    writeString(out, at, leaf.value);
    return out;
  }

  private static byte[] encodeExtension(Node.Extension extension) {
    int pathSize = Nibbles.hexPrefixSize(extension.path);
    int payload = pathStringSize(pathSize) + childSize(extension.child);
    byte[] out = new byte[headerSize(payload) + payload];
    int at = writeHeader(out, 0, EMPTY_LIST, payload);
    at = writePath(out, at, extension.path, pathSize, false);
    writeChild(out, at, extension.child);
    return out;
  }

  private static byte[] encodeBranch(Node.Branch branch) {
    int payload = 0;
    for (Node child : branch.children) {
      payload += child == null ? 1 : childSize(child);
    }
    byte[] value = branch.value;
    payload += value == null ? 1 : stringSize(value);
    byte[] out = new byte[headerSize(payload) + payload];
    int at = writeHeader(out, 0, EMPTY_LIST, payload);
    for (Node child : branch.children) {
      if (child == null) {
        out[at++] = (byte) EMPTY_STRING;
      } else {
        at = writeChild(out, at, child);
      }
    }
    if (value == null) {
      out[at] = (byte) EMPTY_STRING;
    } else {
      writeString(out, at, value);
    }
    return out;
  }

  private static int childSize(Node child) {
    if (child instanceof Node.Reference) {
      return 1 + HASH_SIZE;
    }
    int size = encode(child).length;
    return size < HASH_SIZE ? size : 1 + HASH_SIZE;
  }

  private static int writeChild(byte[] out, int at, Node child) {
    if (!(child instanceof Node.Reference)) {
      byte[] encoded = encode(child);
      if (encoded.length < HASH_SIZE) {
        System.arraycopy(encoded, 0, out, at, encoded.length);
        return at + encoded.length;
      }
    }
    out[at] = (byte) (EMPTY_STRING + HASH_SIZE);
    System.arraycopy(hash(child), 0, out, at + 1, HASH_SIZE);
    return at + 1 + HASH_SIZE;
  }

  /**
   * Size of a hex-prefixed path as a string; a one-byte path is below 0x80 and stands for itself.
   */
  private static int pathStringSize(int pathSize) {
    return pathSize == 1 ? 1 : headerSize(pathSize) + pathSize;
  }

  private static int writePath(byte[] out, int at, byte[] nibbles, int pathSize, boolean leaf) {
    int start = pathSize == 1 ? at : writeHeader(out, at, EMPTY_STRING, pathSize);
    Nibbles.writeHexPrefix(nibbles, leaf, out, start);
    return start + pathSize;
  }

  private static int stringSize(byte[] value) {
    if (value.length == 1 && value[0] >= 0) {
      return 1;
    }
    return headerSize(value.length) + value.length;
  }

  private static int writeString(byte[] out, int at, byte[] value) {
    int start = at;
    if (value.length != 1 || value[0] < 0) {
      start = writeHeader(out, at, EMPTY_STRING, value.length);
    }
    System.arraycopy(value, 0, out, start, value.length);
    return start + value.length;
  }

  private static int headerSize(int payload) {
    return payload < 56 ? 1 : 1 + lengthSize(payload);
  }

  private static int lengthSize(int payload) {
    return (Integer.SIZE - Integer.numberOfLeadingZeros(payload) + 7) / 8;
  }

  private static int writeHeader(byte[] out, int at, int base, int payload) {
    if (payload < 56) {
      out[at] = (byte) (base + payload);
      return at + 1;
    }
    int size = lengthSize(payload);
    out[at] = (byte) (base + 55 + size);
    for (int i = 0; i < size; i++) {
      out[at + 1 + i] = (byte) (payload >>> (8 * (size - 1 - i)));
    }
    return at + 1 + size;
  }

  /**
   * Decodes a node that stands under its own hash.
   *
   * @throws MalformedNodeException where the bytes are not the encoding of a node
   */
  static Node decode(byte[] encoded, byte @Nullable [] hash) {
    Cursor in = new Cursor(encoded, 0, encoded.length);
    Node node = decodeList(in);
    if (in.at != encoded.length) {
      throw new MalformedNodeException("bytes after the node");
    }
    node.encoded = encoded;
    node.hash = hash;
    return node;
  }

  private static Node decodeList(Cursor in) {
    in.next();
    if (!in.list) {
      throw new MalformedNodeException("not a list");
    }
    int start = in.start;
    int end = in.start + in.size;
    int count = countItems(in.data, start, end);
    Cursor items = new Cursor(in.data, start, end);
    return switch (count) {
      case 2 -> decodeShort(items);
      case BRANCH_ITEMS -> decodeBranch(items);
      default -> throw new MalformedNodeException(count + " items instead of 2 or 17");
    };
  }

  private static int countItems(byte[] data, int start, int end) {
    Cursor cursor = new Cursor(data, start, end);
    int count = 0;
    while (cursor.at < end && count <= BRANCH_ITEMS) {
      cursor.next();
      count++;
    }
    return count;
  }

  private static Node decodeShort(Cursor items) {
    items.next();
    if (items.list) {
      throw new MalformedNodeException("path is a list");
    }
    byte[] path = Nibbles.readHexPrefix(items.data, items.start, items.size);
    boolean leaf = (items.data[items.start] & 0x20) != 0;
    if (leaf) {
      return new Node.Leaf(path, decodeValue(items));
    }
    if (path.length == 0) {
      throw new MalformedNodeException("extension without a path");
    }
    Node child = decodeChild(items);
    if (child == null) {
      throw new MalformedNodeException("extension without a child");
    }
    if (child instanceof Node.Leaf || child instanceof Node.Extension) {
      throw new MalformedNodeException("extension over a node that is not a branch");
    }
    return new Node.Extension(path, child);
  }

  private static Node decodeBranch(Cursor items) {
    Node.Branch branch = new Node.Branch();
    int used = 0;
    for (int i = 0; i < Node.Branch.WIDTH; i++) {
      Node child = decodeChild(items);
      branch.children[i] = child;
      used += child == null ? 0 : 1;
    }
    items.next();
    if (items.list) {
      throw new MalformedNodeException("branch value is a list");
    }
    if (items.size > 0) {
      branch.value = items.bytes();
      used++;
    }
    if (used < 2) {
      throw new MalformedNodeException("branch with fewer than two entries");
    }
    return branch;
  }

  private static byte[] decodeValue(Cursor items) {
    items.next();
    if (items.list) {
      throw new MalformedNodeException("leaf value is a list");
    }
    if (items.size == 0) {
      throw new MalformedNodeException("leaf without a value");
    }
    return items.bytes();
  }

  private static @Nullable Node decodeChild(Cursor items) {
    int begin = items.at;
    items.next();
    if (!items.list) {
      if (items.size == 0) {
        return null;
      }
      if (items.size != HASH_SIZE) {
        throw new MalformedNodeException("child reference of " + items.size + " bytes");
      }
      return new Node.Reference(items.bytes());
    }
    int size = items.at - begin;
    if (size >= HASH_SIZE) {
      throw new MalformedNodeException("embedded child of " + size + " bytes");
    }
    Node child = decodeList(new Cursor(items.data, begin, items.at));
    child.encoded = Arrays.copyOfRange(items.data, begin, items.at);
    return child;
  }

  /** Walks over canonical RLP items; after {@link #next} the fields describe the item passed. */
  private static final class Cursor {
    final byte[] data;
    final int end;
    int at;
    boolean list;
    int start;
    int size;

    Cursor(byte[] data, int at, int end) {
      this.data = data;
      this.at = at;
      this.end = end;
    }

    byte[] bytes() {
      return Arrays.copyOfRange(data, start, start + size);
    }

    void next() {
      if (at >= end) {
        throw new MalformedNodeException("ends too early");
      }
      int first = data[at] & 0xff;
      list = first >= EMPTY_LIST;
      if (first < EMPTY_STRING) {
        start = at;
        size = 1;
      } else {
        int base = list ? EMPTY_LIST : EMPTY_STRING;
        if (first - base < 56) {
          start = at + 1;
          size = first - base;
        } else {
          readLongHeader(first - base - 55);
        }
        if (size > end - start) {
          throw new MalformedNodeException("ends too early");
        }
        if (!list && size == 1 && data[start] >= 0) {
          throw new MalformedNodeException("one byte below 0x80 with a header");
        }
      }
      at = start + size;
    }

    private void readLongHeader(int lengthSize) {
      start = at + 1 + lengthSize;
      if (lengthSize > 4 || start > end || data[at + 1] == 0) {
        throw new MalformedNodeException("length of an item");
      }
      long length = 0;
      for (int i = at + 1; i < start; i++) {
        length = length << 8 | (data[i] & 0xff);
      }
      if (length < 56 || length > end - start) {
        throw new MalformedNodeException("length of an item");
      }
      size = (int) length;
    }
  }
}
