package io.lesnode.chain.trie;

import io.lesnode.primitives.EmptyHashes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * A Merkle-Patricia trie (Yellow Paper, appendix D; geth trie/trie.go) over a {@link NodeSource}.
 * Confined to one thread.
 *
 * <p>Nodes are read when a key needs them and changed in place. A changed node forgets its encoding
 * and its hash; {@link #rootHash} and {@link #commit} encode exactly the changed nodes. What the
 * source has is never changed: {@link #commit} hands out what is new and what fell out of the trie,
 * and the caller stores it. A node without an encoding was changed, and then so was everything
 * above it: that is how a change is seen on the way back up.
 *
 * <p>Keys may have any length, also in the same trie, but are given as whole bytes. An empty value
 * cannot be stored: putting it removes the key.
 */
public final class MerklePatriciaTrie {

  private final NodeSource source;
  private final List<Bytes32> displaced = new ArrayList<>();
  private @Nullable Node root;

  /** An empty trie that will never read a node. */
  public MerklePatriciaTrie() {
    this(NodeSource.empty(), EmptyHashes.TRIE_ROOT);
  }

  /** The trie with this root; nothing is read before a key is. */
  public MerklePatriciaTrie(NodeSource source, Bytes32 root) {
    this.source = source;
    this.root =
        root.equals(EmptyHashes.TRIE_ROOT) ? null : new Node.Reference(root.toArrayUnsafe());
  }

  /**
   * The value of a key, or null where the trie proves its absence.
   *
   * @throws MissingNodeException where the source lacks a node on the way
   * @throws MalformedNodeException where the source gave bytes that are not a node
   */
  public @Nullable Bytes get(Bytes key) {
    byte[] value = find(Nibbles.ofKey(key.toArrayUnsafe()), null);
    return value == null ? null : Bytes.wrap(value);
  }

  /**
   * Sets the value of a key; an empty value removes the key.
   *
   * @throws MissingNodeException as {@link #get}; the trie is then to be dropped
   */
  public void put(Bytes key, Bytes value) {
    if (value.isEmpty()) {
      remove(key);
    } else {
      root = insert(root, Nibbles.ofKey(key.toArrayUnsafe()), 0, value.toArrayUnsafe());
    }
  }

  /**
   * Removes a key; does nothing where it is absent.
   *
   * @throws MissingNodeException as {@link #get}; the trie is then to be dropped. It can name a
   *     node beside the path of the key: a branch that is left with one child merges with that
   *     child
   */
  public void remove(Bytes key) {
    if (root != null) {
      root = delete(root, Nibbles.ofKey(key.toArrayUnsafe()), 0);
    }
  }

  /** Whether the trie has no key. */
  public boolean isEmpty() {
    return root == null;
  }

  /** The root hash of the present contents. */
  public Bytes32 rootHash() {
    return root == null ? EmptyHashes.TRIE_ROOT : Bytes32.wrap(NodeCodec.hash(root));
  }

  /**
   * Takes note of all changes since the last commit (or since the trie was opened): from here on
   * the trie supposes that its source has the inserted nodes.
   */
  public TrieCommit commit() {
    Map<Bytes32, Integer> removed = HashMap.newHashMap(displaced.size());
    for (Bytes32 hash : displaced) {
      removed.merge(hash, 1, Integer::sum);
    }
    displaced.clear();
    List<StoredNode> inserted = new ArrayList<>();
    if (root != null) {
      collect(root, true, inserted, removed);
    }
    List<Bytes32> gone = new ArrayList<>(removed.size());
    removed.forEach(
        (hash, count) -> {
          for (int i = 0; i < count; i++) {
            gone.add(hash);
          }
        });
    return new TrieCommit(rootHash(), inserted, gone);
  }

  /**
   * The proof of a key's value or absence: the nodes from the root towards the key, root first, as
   * far as they stand under their own hash (geth trie/proof.go). Empty for an empty trie.
   *
   * @throws MissingNodeException as {@link #get}
   */
  public List<Bytes> prove(Bytes key) {
    return prove(key, 0);
  }

  /**
   * As {@link #prove(Bytes)} without the first {@code fromLevel} nodes of the path, counted with
   * those that are embedded in their parent.
   */
  public List<Bytes> prove(Bytes key, int fromLevel) {
    List<Node> path = new ArrayList<>();
    find(Nibbles.ofKey(key.toArrayUnsafe()), path);
    List<Bytes> proof = new ArrayList<>(path.size());
    for (int level = Math.max(0, fromLevel); level < path.size(); level++) {
      byte[] encoded = NodeCodec.encode(path.get(level));
      if (level == 0 || encoded.length >= NodeCodec.HASH_SIZE) {
        proof.add(Bytes.wrap(encoded));
      }
    }
    return proof;
  }

  /**
   * Walks over the whole trie in key order, parents first.
   *
   * @throws MissingNodeException where the source lacks a node
   */
  public void walk(TrieVisitor visitor) {
    if (root != null) {
      walk(root, Nibbles.NONE, true, visitor);
    }
  }

  private void walk(Node start, byte[] path, boolean isRoot, TrieVisitor visitor) {
    // What is read here is not linked into the trie: a walk must not need memory for all of it.
    Node node =
        start instanceof Node.Reference reference ? load(reference, path, path.length) : start;
    byte[] encoded = NodeCodec.encode(node);
    if (isRoot || encoded.length >= NodeCodec.HASH_SIZE) {
      visitor.onNode(
          Bytes.wrap(path),
          new StoredNode(Bytes32.wrap(NodeCodec.hash(node)), Bytes.wrap(encoded)));
    }
    switch (node) {
      case Node.Leaf leaf ->
          visitor.onValue(
              Bytes.wrap(Nibbles.toKey(Nibbles.join(path, leaf.path))), Bytes.wrap(leaf.value));
      case Node.Extension extension ->
          walk(extension.child, Nibbles.join(path, extension.path), false, visitor);
      case Node.Branch branch -> {
        if (branch.value != null) {
          visitor.onValue(Bytes.wrap(Nibbles.toKey(path)), Bytes.wrap(branch.value));
        }
        for (int i = 0; i < Node.Branch.WIDTH; i++) {
          Node child = branch.children[i];
          if (child != null) {
            walk(child, Nibbles.join(path, i, Nibbles.NONE), false, visitor);
          }
        }
      }
      case Node.Reference reference -> throw new IllegalStateException("not loaded");
    }
  }

  private byte @Nullable [] find(byte[] key, @Nullable List<Node> path) {
    if (root == null) {
      return null;
    }
    root = resolve(root, key, 0);
    Node node = root;
    int position = 0;
    while (true) {
      if (path != null) {
        path.add(node);
      }
      switch (node) {
        case Node.Leaf leaf -> {
          return Arrays.equals(leaf.path, 0, leaf.path.length, key, position, key.length)
              ? leaf.value
              : null;
        }
        case Node.Extension extension -> {
          if (Nibbles.commonPrefix(extension.path, key, position) < extension.path.length) {
            return null;
          }
          position += extension.path.length;
          extension.child = resolve(extension.child, key, position);
          node = extension.child;
        }
        case Node.Branch branch -> {
          if (position == key.length) {
            return branch.value;
          }
          int nibble = key[position++];
          Node child = branch.children[nibble];
          if (child == null) {
            return null;
          }
          node = resolve(child, key, position);
          branch.children[nibble] = node;
        }
        case Node.Reference reference -> throw new IllegalStateException("not resolved");
      }
    }
  }

  private Node resolve(Node node, byte[] key, int position) {
    return node instanceof Node.Reference reference ? load(reference, key, position) : node;
  }

  private Node load(Node.Reference reference, byte[] key, int position) {
    Bytes32 hash = Bytes32.wrap(reference.target);
    Bytes encoded = source.node(hash);
    if (encoded == null) {
      throw new MissingNodeException(hash, Bytes.wrap(Arrays.copyOf(key, position)));
    }
    try {
      Node node = NodeCodec.decode(encoded.toArrayUnsafe(), reference.target);
      node.stored = true;
      return node;
    } catch (MalformedNodeException malformed) {
      throw new MalformedNodeException(hash, malformed);
    }
  }

  /** A stored node is about to change or to go: the source's copy falls out of this trie. */
  private void displace(Node node) {
    if (node.stored) {
      displaced.add(Bytes32.wrap(NodeCodec.hash(node)));
    }
    node.stored = false;
    node.encoded = null;
    node.hash = null;
  }

  private Node insert(@Nullable Node node, byte[] key, int position, byte[] value) {
    return switch (node) {
      case null -> new Node.Leaf(Nibbles.from(key, position), value);
      case Node.Leaf leaf -> insertAtLeaf(leaf, key, position, value);
      case Node.Extension extension -> insertAtExtension(extension, key, position, value);
      case Node.Branch branch -> insertAtBranch(branch, key, position, value);
      case Node.Reference reference -> insert(load(reference, key, position), key, position, value);
    };
  }

  private Node insertAtLeaf(Node.Leaf leaf, byte[] key, int position, byte[] value) {
    int common = Nibbles.commonPrefix(leaf.path, key, position);
    if (common == leaf.path.length && position + common == key.length) {
      if (!Arrays.equals(leaf.value, value)) {
        displace(leaf);
        leaf.value = value;
      }
      return leaf;
    }
    displace(leaf);
    Node.Branch branch = new Node.Branch();
    byte[] prefix = Arrays.copyOf(leaf.path, common);
    if (common == leaf.path.length) {
      branch.value = leaf.value;
    } else {
      branch.children[leaf.path[common]] = leaf;
      leaf.path = Nibbles.from(leaf.path, common + 1);
    }
    putIntoNewBranch(branch, key, position + common, value);
    return common == 0 ? branch : new Node.Extension(prefix, branch);
  }

  private Node insertAtExtension(Node.Extension extension, byte[] key, int position, byte[] value) {
    int common = Nibbles.commonPrefix(extension.path, key, position);
    if (common == extension.path.length) {
      Node child = insert(extension.child, key, position + common, value);
      extension.child = child;
      if (child.encoded == null) {
        displace(extension);
      }
      return extension;
    }
    displace(extension);
    Node.Branch branch = new Node.Branch();
    byte[] prefix = Arrays.copyOf(extension.path, common);
    int nibble = extension.path[common];
    if (common + 1 == extension.path.length) {
      branch.children[nibble] = extension.child;
    } else {
      extension.path = Nibbles.from(extension.path, common + 1);
      branch.children[nibble] = extension;
    }
    putIntoNewBranch(branch, key, position + common, value);
    return common == 0 ? branch : new Node.Extension(prefix, branch);
  }

  private static void putIntoNewBranch(Node.Branch branch, byte[] key, int position, byte[] value) {
    if (position == key.length) {
      branch.value = value;
    } else {
      branch.children[key[position]] = new Node.Leaf(Nibbles.from(key, position + 1), value);
    }
  }

  private Node insertAtBranch(Node.Branch branch, byte[] key, int position, byte[] value) {
    if (position == key.length) {
      if (!Arrays.equals(branch.value, value)) {
        displace(branch);
        branch.value = value;
      }
      return branch;
    }
    int nibble = key[position];
    Node child = insert(branch.children[nibble], key, position + 1, value);
    branch.children[nibble] = child;
    if (child.encoded == null) {
      displace(branch);
    }
    return branch;
  }

  private @Nullable Node delete(Node node, byte[] key, int position) {
    return switch (node) {
      case Node.Leaf leaf -> {
        if (!Arrays.equals(leaf.path, 0, leaf.path.length, key, position, key.length)) {
          yield leaf;
        }
        displace(leaf);
        yield null;
      }
      case Node.Extension extension -> deleteBelow(extension, key, position);
      case Node.Branch branch -> deleteFrom(branch, key, position);
      case Node.Reference reference -> delete(load(reference, key, position), key, position);
    };
  }

  private Node deleteBelow(Node.Extension extension, byte[] key, int position) {
    if (Nibbles.commonPrefix(extension.path, key, position) < extension.path.length) {
      return extension;
    }
    Node child = delete(extension.child, key, position + extension.path.length);
    return switch (child) {
      case null -> throw new IllegalStateException("a branch lost its last two entries at once");
      case Node.Branch branch -> {
        extension.child = branch;
        if (branch.encoded == null) {
          displace(extension);
        }
        yield extension;
      }
      case Node.Leaf leaf -> {
        displace(extension);
        leaf.path = Nibbles.join(extension.path, leaf.path);
        yield leaf;
      }
      case Node.Extension lower -> {
        displace(extension);
        lower.path = Nibbles.join(extension.path, lower.path);
        yield lower;
      }
      case Node.Reference reference -> throw new IllegalStateException("not resolved");
    };
  }

  private @Nullable Node deleteFrom(Node.Branch branch, byte[] key, int position) {
    if (position == key.length) {
      if (branch.value == null) {
        return branch;
      }
      displace(branch);
      branch.value = null;
      return collapse(branch, key, position);
    }
    int nibble = key[position];
    Node before = branch.children[nibble];
    if (before == null) {
      return branch;
    }
    Node child = delete(before, key, position + 1);
    branch.children[nibble] = child;
    if (child != null && child.encoded != null) {
      return branch;
    }
    displace(branch);
    return child == null ? collapse(branch, key, position) : branch;
  }

  /** A branch that lost an entry: with one entry left it merges with that entry. */
  private Node collapse(Node.Branch branch, byte[] key, int position) {
    int last = -1;
    int used = 0;
    for (int i = 0; i < Node.Branch.WIDTH; i++) {
      if (branch.children[i] != null) {
        used++;
        last = i;
      }
    }
    byte[] value = branch.value;
    if (used == 0 && value != null) {
      return new Node.Leaf(Nibbles.NONE, value);
    }
    if (used > 1 || value != null) {
      return branch;
    }
    Node child = branch.children[last];
    if (child instanceof Node.Reference reference) {
      byte[] path = Arrays.copyOf(key, position + 1);
      path[position] = (byte) last;
      child = load(reference, path, position + 1);
    }
    return switch (child) {
      case Node.Leaf leaf -> {
        displace(leaf);
        leaf.path = Nibbles.join(Nibbles.NONE, last, leaf.path);
        yield leaf;
      }
      case Node.Extension extension -> {
        displace(extension);
        extension.path = Nibbles.join(Nibbles.NONE, last, extension.path);
        yield extension;
      }
      case Node.Branch below -> new Node.Extension(new byte[] {(byte) last}, below);
      case Node.Reference reference -> throw new IllegalStateException("not loaded");
    };
  }

  private static void collect(
      Node node, boolean isRoot, List<StoredNode> inserted, Map<Bytes32, Integer> removed) {
    if (node.stored || node instanceof Node.Reference) {
      return;
    }
    switch (node) {
      case Node.Extension extension -> collect(extension.child, false, inserted, removed);
      case Node.Branch branch -> {
        for (Node child : branch.children) {
          if (child != null) {
            collect(child, false, inserted, removed);
          }
        }
      }
      case Node.Leaf leaf -> {}
      case Node.Reference reference -> {}
    }
    byte[] encoded = NodeCodec.encode(node);
    if (!isRoot && encoded.length < NodeCodec.HASH_SIZE) {
      return;
    }
    node.stored = true;
    Bytes32 hash = Bytes32.wrap(NodeCodec.hash(node));
    Integer again = removed.get(hash);
    if (again == null) {
      inserted.add(new StoredNode(hash, Bytes.wrap(encoded)));
    } else if (again == 1) {
      removed.remove(hash);
    } else {
      removed.put(hash, again - 1);
    }
  }
}
