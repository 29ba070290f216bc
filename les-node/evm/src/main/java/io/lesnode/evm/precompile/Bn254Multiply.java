package io.lesnode.evm.precompile;

import io.lesnode.evm.precompile.bn254.Bn254;
import org.apache.tuweni.bytes.Bytes;

/** Multiplies a point of alt_bn128, at address 7 (EIP-196; priced anew by EIP-1108). */
record Bn254Multiply(long price) implements Precompile {
  @Override
  public long gas(Bytes input) {
    return price;
  }

  @Override
  public Bytes run(Bytes input) throws PrecompileException {
    return Bn254.multiply(Bn254Add.padded(input, 96));
  }
}
