package io.lesnode.evm.precompile;

import org.apache.tuweni.bytes.Bytes;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;

/** RIPEMD-160, padded to a word on the left, at address 3 (Yellow Paper, appendix E). */
final class Ripemd160 implements Precompile {
  @Override
  public long gas(Bytes input) {
    return 600 + 120 * Identity.words(input.size());
  }

  @Override
  public Bytes run(Bytes input) {
    RIPEMD160Digest digest = new RIPEMD160Digest();
    digest.update(input.toArrayUnsafe(), 0, input.size());
    byte[] output = new byte[32];
    digest.doFinal(output, 12);
    return Bytes.wrap(output);
  }
}
