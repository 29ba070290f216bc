package io.lesnode.primitives.crypto;

/** Decides once per process which implementation {@link Secp256k1#instance} gives. */
final class Secp256k1Choice {
  static final Secp256k1 INSTANCE = choose();

  private Secp256k1Choice() {}

  private static Secp256k1 choose() {
    try {
      return new NativeSecp256k1(fr.acinq.secp256k1.Secp256k1.get());
    } catch (IllegalStateException | LinkageError noBinaryForThisPlatform) {
      return new BouncyCastleSecp256k1();
    }
  }
}
