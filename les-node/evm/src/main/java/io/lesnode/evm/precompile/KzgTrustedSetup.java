package io.lesnode.evm.precompile;

import ethereum.ckzg4844.CKZG4844JNI;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The outcome of Ethereum's KZG ceremony of 2023, which the library needs and does not ship.
 *
 * <p>The resource is {@code src/trusted_setup.txt} of ethereum/c-kzg-4844 in binary: 4096 points of
 * G1 in monomial form, the same in Lagrange form (48 bytes each), 65 of G2 in monomial form (96
 * bytes each). Loading checks every point, which takes a second or so, and therefore happens when
 * the precompile is first called.
 */
final class KzgTrustedSetup {
  private static final String RESOURCE = "kzg-trusted-setup.bin";
  private static final int G1_BYTES = 4096 * 48;
  private static final int G2_BYTES = 65 * 96;

  /** No tables computed ahead: they speed up proving, not verifying. */
  private static final long NO_PRECOMPUTATION = 0;

  private KzgTrustedSetup() {}

  /** Loads once per process; the library keeps the setup in a static variable of its own. */
  static void load() {
    if (!Once.LOADED) {
      throw new IllegalStateException("the KZG setup did not load");
    }
  }

  private static final class Once {
    static final boolean LOADED = loadNow();

    private static boolean loadNow() {
      CKZG4844JNI.loadNativeLibrary();
      try (InputStream in = KzgTrustedSetup.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException("resource " + RESOURCE + " is missing from the jar");
        }
        byte[] monomial = in.readNBytes(G1_BYTES);
        byte[] lagrange = in.readNBytes(G1_BYTES);
        byte[] g2 = in.readNBytes(G2_BYTES);
        CKZG4844JNI.loadTrustedSetup(monomial, lagrange, g2, NO_PRECOMPUTATION);
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException("resource " + RESOURCE + " is unreadable", e);
      }
    }
  }
}
