package io.lesnode.payment;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Signature;

/**
 * Signs with the key of an account: in memory, from a keystore, or an outside program as clef.
 * Never the node key: whoever takes the machine's node key has no money with it. Calls may block,
 * on an outside signer for as long as a person thinks.
 */
public interface Signer {
  /** The account. */
  Address address();

  /**
   * Signs, low s.
   *
   * @throws SignerException if the key is not there or its owner said no; the text says what to do
   */
  Signature sign(SigningRequest request) throws SignerException;
}
