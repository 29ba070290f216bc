package io.lesnode.devp2p.discovery.dns;

import io.lesnode.primitives.crypto.Secp256k1;
import org.apache.tuweni.bytes.Bytes;

/**
 * Names a tree: {@code enrtree://<key in base32>@<domain>}.
 *
 * @param publicKey who signs its root, 64 bytes
 * @param domain where it is
 */
public record TreeUrl(Bytes publicKey, String domain) {
  static final String SCHEME = "enrtree://";
  private static final int LENGTH_MAX = 512;

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException saying what is wrong and what the form is
   */
  public static TreeUrl parse(String url) {
    int at = url.indexOf('@');
    if (!url.startsWith(SCHEME) || at < 0 || url.length() > LENGTH_MAX) {
      throw new IllegalArgumentException("not a DNS node list; expected enrtree://<key>@<domain>");
    }
    String domain = url.substring(at + 1);
    if (!isDomain(domain)) {
      throw new IllegalArgumentException("'" + domain + "' is no domain name");
    }
    try {
      Bytes key = Base32.decode(url.substring(SCHEME.length(), at));
      return new TreeUrl(Secp256k1.decompress(key), domain);
    } catch (IllegalArgumentException noKey) {
      throw new IllegalArgumentException(
          "the key of the DNS node list " + domain + " is no compressed public key in base32",
          noKey);
    }
  }

  /** Letters, digits, hyphens and underscores in labels: nothing that a resolver interprets. */
  static boolean isDomain(String text) {
    return text.length() <= 253
        && text.matches("[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*");
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return SCHEME + Base32.encode(Secp256k1.compress(publicKey)) + '@' + domain;
  }
}
