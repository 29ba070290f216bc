package io.lesnode.evm.precompile;

import io.lesnode.evm.precompile.bn254.Bn254;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** Checks a product of pairings on alt_bn128, at address 8 (EIP-197; priced anew by EIP-1108). */
record Bn254Pairing(long basePrice, long pairPrice) implements Precompile {
  @Override
  public long gas(Bytes input) {
    return basePrice + pairPrice * (input.size() / Bn254.PAIR_BYTES);
  }

  @Override
  public Bytes run(Bytes input) throws PrecompileException {
    return Bytes32.leftPad(Bytes.of(Bn254.pairing(input) ? 1 : 0));
  }
}
