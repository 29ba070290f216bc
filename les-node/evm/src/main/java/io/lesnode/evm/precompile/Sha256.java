package io.lesnode.evm.precompile;

import org.apache.tuweni.bytes.Bytes;
import org.bouncycastle.crypto.digests.SHA256Digest;

/** SHA-256, at address 2 (Yellow Paper, appendix E). */
final class Sha256 implements Precompile {
  @Override
  public long gas(Bytes input) {
    return 60 + 12 * Identity.words(input.size());
  }

  @Override
  public Bytes run(Bytes input) {
    SHA256Digest digest = new SHA256Digest();
    digest.update(input.toArrayUnsafe(), 0, input.size());
    byte[] output = new byte[32];
    digest.doFinal(output, 0);
    return Bytes.wrap(output);
  }
}
