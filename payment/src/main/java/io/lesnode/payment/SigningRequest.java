package io.lesnode.payment;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What is to be signed, with enough for a person or a policy to judge it.
 *
 * @param kind what it is
 * @param digest the 32 bytes that are signed
 * @param payload what outside signers need: typed data as JSON (EIP-712), or the unsigned
 *     transaction; empty where there is only a digest
 * @param purpose one line for the person who is asked, for example {@code cheque of 12 gwei to 0x…}
 */
public record SigningRequest(Kind kind, Bytes32 digest, Bytes payload, String purpose) {
  /** What is signed. */
  public enum Kind {
    /** EIP-712. */
    TYPED_DATA,
    /** A transaction; the payload is it with a signature of ones. */
    TRANSACTION,
    /** 32 bytes. Outside signers sign them as a message (EIP-191), which counts as well. */
    DIGEST
  }
}
