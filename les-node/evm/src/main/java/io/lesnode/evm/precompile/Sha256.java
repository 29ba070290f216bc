package io.lesnode.evm.precompile;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.tuweni.bytes.Bytes;

/** SHA-256, at address 2 (Yellow Paper, appendix E). */
final class Sha256 implements Precompile {
  @Override
  public long gas(Bytes input) {
    return 60 + 12 * Identity.words(input.size());
  }

  @Override
  public Bytes run(Bytes input) {
    return Bytes.wrap(hash(input.toArrayUnsafe()));
  }

  /** The platform's implementation, which uses the processor's instructions for it. */
  static byte[] hash(byte[] input) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(input);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
