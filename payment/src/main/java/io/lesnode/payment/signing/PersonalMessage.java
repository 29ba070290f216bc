package io.lesnode.payment.signing;

import io.lesnode.primitives.crypto.Keccak;
import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** Messages as wallets sign them (EIP-191, version 0x45). */
public final class PersonalMessage {
  private PersonalMessage() {}

  /** What a wallet signs when it is given a message. */
  public static Bytes32 digest(Bytes message) {
    String prefix = "\u0019Ethereum Signed Message:\n" + message.size();
    return Keccak.keccak256(
        Bytes.concatenate(Bytes.wrap(prefix.getBytes(StandardCharsets.US_ASCII)), message));
  }
}
