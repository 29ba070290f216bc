package io.lesnode.devp2p.discovery.dns;

import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.Secp256k1;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** The TXT records of a tree (EIP-1459). Immutable. */
sealed interface TreeEntry {
  /** A TXT record of a tree is never longer: it must fit a UDP answer. */
  int LENGTH_MAX = 1024;

  String ROOT_PREFIX = "enrtree-root:v1";
  String BRANCH_PREFIX = "enrtree-branch:";
  int CHILDREN_MAX = 64;
  int HASH_LEAST_BYTES = 12;

  /** Sequence numbers are kept well below 2^63. */
  Pattern ROOT =
      Pattern.compile(
          "enrtree-root:v1 e=([A-Z2-7]{20,52}) l=([A-Z2-7]{20,52}) seq=(\\d{1,18})"
              + " sig=([A-Za-z0-9_-]{87})");

  /**
   * The root.
   *
   * @param nodes hash of the top of the tree of records
   * @param links hash of the top of the tree of links
   */
  record Root(String nodes, String links, long seq) implements TreeEntry {}

  /** An inner node: hashes of others. */
  record Branch(List<String> children) implements TreeEntry {
    /** Copies the list. */
    public Branch {
      children = List.copyOf(children);
    }
  }

  /** Another tree. */
  record Link(TreeUrl url) implements TreeEntry {}

  /** A node. */
  record Leaf(NodeRecord record) implements TreeEntry {}

  /**
   * Reads and verifies a root.
   *
   * @throws IllegalArgumentException if it is malformed or not signed by this key
   */
  static Root parseRoot(String text, Bytes publicKey) {
    Matcher matcher = ROOT.matcher(text);
    if (text.length() > LENGTH_MAX || !matcher.matches()) {
      throw new IllegalArgumentException("malformed root");
    }
    Bytes signature = Bytes.wrap(Base64.getUrlDecoder().decode(matcher.group(4)));
    String signed = text.substring(0, text.lastIndexOf(" sig="));
    if (!Secp256k1.instance().verify(digest(signed), signature.slice(0, 64), publicKey)) {
      throw new IllegalArgumentException("the root is not signed by the key of the URL");
    }
    return new Root(
        requireHash(matcher.group(1)),
        requireHash(matcher.group(2)),
        Long.parseLong(matcher.group(3)));
  }

  /**
   * Reads an entry and checks that it is the one with this hash.
   *
   * @throws IllegalArgumentException if it is another one or malformed
   */
  static TreeEntry parse(String text, String hash) {
    if (text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException("entry of " + text.length() + " characters");
    }
    Bytes expected = Base32.decode(hash);
    if (!digest(text).slice(0, expected.size()).equals(expected)) {
      throw new IllegalArgumentException("the entry has another hash");
    }
    if (text.startsWith(BRANCH_PREFIX)) {
      String children = text.substring(BRANCH_PREFIX.length());
      List<String> hashes = children.isEmpty() ? List.of() : Arrays.asList(children.split(",", -1));
      if (hashes.size() > CHILDREN_MAX) {
        throw new IllegalArgumentException("branch of " + hashes.size() + " entries");
      }
      hashes.forEach(TreeEntry::requireHash);
      return new Branch(hashes);
    }
    return text.startsWith(TreeUrl.SCHEME)
        ? new Link(TreeUrl.parse(text))
        : new Leaf(NodeRecord.parse(text));
  }

  private static Bytes32 digest(String text) {
    return Keccak.keccak256(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String requireHash(String text) {
    int size = Base32.decode(text).size();
    if (size < HASH_LEAST_BYTES || size > Bytes32.SIZE) {
      throw new IllegalArgumentException("a hash has 12 to 32 bytes");
    }
    return text;
  }
}
