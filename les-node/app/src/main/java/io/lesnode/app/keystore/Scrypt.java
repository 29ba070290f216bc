package io.lesnode.app.keystore;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * The scrypt function (RFC 7914). Stateless; uses 128 · n · r bytes of memory, which are wiped.
 *
 * <p>Bouncy Castle's refuses n = 2^18 with r = 1, which the RFC excludes and which the Web3 Secret
 * Storage definition has in its test vector, as files in the wild may.
 */
final class Scrypt {
  /** Words of 32 bits in a Salsa20 block. */
  private static final int BLOCK = 16;

  private Scrypt() {}

  static byte[] generate(byte[] password, byte[] salt, int n, int r, int p, int derivedBytes) {
    byte[] mixed = pbkdf2(password, salt, 1, p * 128 * r);
    int words = 32 * r;
    int[] memory = new int[n * words];
    for (int i = 0; i < p; i++) {
      int[] block = toWords(mixed, i * 128 * r, words);
      mix(block, memory, n, r);
      toBytes(block, mixed, i * 128 * r);
    }
    Arrays.fill(memory, 0);
    byte[] derived = pbkdf2(password, mixed, 1, derivedBytes);
    Arrays.fill(mixed, (byte) 0);
    return derived;
  }

  /** PBKDF2 with HMAC-SHA-256. */
  static byte[] pbkdf2(byte[] password, byte[] salt, int rounds, int derivedBytes) {
    PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA256Digest());
    generator.init(password, salt, rounds);
    return ((KeyParameter) generator.generateDerivedParameters(derivedBytes * Byte.SIZE)).getKey();
  }

  /** scryptROMix. */
  private static void mix(int[] block, int[] memory, int n, int r) {
    int words = block.length;
    int[] scratch = new int[words];
    for (int i = 0; i < n; i++) {
      System.arraycopy(block, 0, memory, i * words, words);
      mixBlock(block, scratch, r);
    }
    for (int i = 0; i < n; i++) {
      int j = (block[words - BLOCK] & (n - 1)) * words;
      for (int k = 0; k < words; k++) {
        block[k] ^= memory[j + k];
      }
      mixBlock(block, scratch, r);
    }
    Arrays.fill(scratch, 0);
  }

  /** scryptBlockMix: even blocks first, then the odd ones. */
  private static void mixBlock(int[] block, int[] scratch, int r) {
    int[] x = Arrays.copyOfRange(block, block.length - BLOCK, block.length);
    for (int i = 0; i < 2 * r; i++) {
      for (int k = 0; k < BLOCK; k++) {
        x[k] ^= block[i * BLOCK + k];
      }
      salsa8(x);
      int to = ((i & 1) * r + (i >> 1)) * BLOCK;
      System.arraycopy(x, 0, scratch, to, BLOCK);
    }
    System.arraycopy(scratch, 0, block, 0, block.length);
  }

  private static void salsa8(int[] x) {
    int[] z = x.clone();
    for (int round = 0; round < 8; round += 2) {
      quarter(z, 0, 4, 8, 12);
      quarter(z, 5, 9, 13, 1);
      quarter(z, 10, 14, 2, 6);
      quarter(z, 15, 3, 7, 11);
      quarter(z, 0, 1, 2, 3);
      quarter(z, 5, 6, 7, 4);
      quarter(z, 10, 11, 8, 9);
      quarter(z, 15, 12, 13, 14);
    }
    for (int i = 0; i < BLOCK; i++) {
      x[i] += z[i];
    }
  }

  private static void quarter(int[] z, int a, int b, int c, int d) {
    z[b] ^= Integer.rotateLeft(z[a] + z[d], 7);
    z[c] ^= Integer.rotateLeft(z[b] + z[a], 9);
    z[d] ^= Integer.rotateLeft(z[c] + z[b], 13);
    z[a] ^= Integer.rotateLeft(z[d] + z[c], 18);
  }

  private static int[] toWords(byte[] bytes, int from, int words) {
    int[] result = new int[words];
    for (int i = 0; i < words; i++) {
      int at = from + 4 * i;
      result[i] =
          (bytes[at] & 0xff)
              | ((bytes[at + 1] & 0xff) << 8)
              | ((bytes[at + 2] & 0xff) << 16)
              | (bytes[at + 3] << 24);
    }
    return result;
  }

  private static void toBytes(int[] words, byte[] bytes, int from) {
    for (int i = 0; i < words.length; i++) {
      for (int k = 0; k < 4; k++) {
        bytes[from + 4 * i + k] = (byte) (words[i] >>> (8 * k));
      }
    }
  }
}
