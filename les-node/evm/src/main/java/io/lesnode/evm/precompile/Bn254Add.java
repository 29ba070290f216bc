package io.lesnode.evm.precompile;

import io.lesnode.evm.precompile.bn254.Bn254;
import org.apache.tuweni.bytes.Bytes;

/** Adds two points of alt_bn128, at address 6 (EIP-196; priced anew by EIP-1108). */
record Bn254Add(long price) implements Precompile {
  @Override
  public long gas(Bytes input) {
    return price;
  }

  @Override
  public Bytes run(Bytes input) throws PrecompileException {
    return Bn254.add(padded(input, 128));
  }

  /** Exactly {@code size} bytes: cut, or with zeros appended. */
  static Bytes padded(Bytes input, int size) {
    byte[] bytes = new byte[size];
    System.arraycopy(input.toArrayUnsafe(), 0, bytes, 0, Math.min(size, input.size()));
    return Bytes.wrap(bytes);
  }
}
