package io.lesnode.primitives.crypto;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Keccak as Ethereum uses it: the padding of the original submission, not that of SHA-3. Stateless.
 *
 * <p>Our own sponge, because hashing is where a light client and a block import spend most of their
 * time: see docs/decisions/0002-crypto.md for the figures beside Bouncy Castle's digest, which the
 * tests hold it against.
 */
public final class Keccak {
  private Keccak() {}

  /** The Keccak-256 hash of {@code input}. */
  public static Bytes32 keccak256(Bytes input) {
    return keccak256(input.toArrayUnsafe());
  }

  /** The Keccak-256 hash of {@code input}, which is not kept. */
  public static Bytes32 keccak256(byte[] input) {
    return keccak256(input, 0, input.length);
  }

  /** The Keccak-256 hash of {@code length} bytes from {@code offset}. */
  public static Bytes32 keccak256(byte[] input, int offset, int length) {
    return Bytes32.wrap(hash(input, offset, length, 32));
  }

  /** The Keccak-512 hash of {@code input}, used by ethash only. */
  public static byte[] keccak512(byte[] input) {
    return hash(input, 0, input.length, 64);
  }

  private static byte[] hash(byte[] input, int offset, int length, int outputBytes) {
    int rateBytes = 200 - 2 * outputBytes;
    long[] lanes = new long[KeccakLanes.COUNT];
    int at = offset;
    int end = offset + length;
    while (end - at >= rateBytes) {
      KeccakLanes.absorb(lanes, input, at, rateBytes);
      at += rateBytes;
    }
    byte[] last = new byte[rateBytes];
    System.arraycopy(input, at, last, 0, end - at);
    last[end - at] = 0x01;
    last[rateBytes - 1] |= (byte) 0x80;
    KeccakLanes.absorb(lanes, last, 0, rateBytes);
    byte[] output = new byte[outputBytes];
    KeccakLanes.squeeze(lanes, output, 0, outputBytes);
    return output;
  }
}
