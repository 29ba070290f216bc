package io.lesnode.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * The text in revert data of the form {@code Error(string)}, unpacked as geth's abi package does.
 */
final class RevertReason {
  private static final Bytes SELECTOR = Bytes.fromHexString("0x08c379a0");
  private static final int WORD = 32;

  private RevertReason() {}

  static Optional<String> of(Bytes data) {
    if (data.size() < SELECTOR.size() + WORD || !data.slice(0, 4).equals(SELECTOR)) {
      return Optional.empty();
    }
    Bytes arguments = data.slice(4);
    int offset = small(arguments, 0);
    if (offset < 0 || offset + WORD > arguments.size()) {
      return Optional.empty();
    }
    int length = small(arguments, offset);
    if (length < 0 || length > arguments.size() - offset - WORD) {
      return Optional.empty();
    }
    return Optional.of(
        new String(arguments.slice(offset + WORD, length).toArrayUnsafe(), StandardCharsets.UTF_8));
  }

  /** A word as an int, or -1 when it does not fit. */
  private static int small(Bytes from, int at) {
    Bytes word = from.slice(at, WORD);
    return word.slice(0, WORD - 4).isZero() ? word.getInt(WORD - 4) : -1;
  }
}
