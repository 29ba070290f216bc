package io.lesnode.payment.signing;

import io.lesnode.payment.SignerException;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;

/**
 * Where the key of an account comes from, for example a V3 keystore and its password. May block on
 * the disk, on key derivation and on a person.
 */
public interface KeySource {
  /**
   * The key of an account.
   *
   * @throws SignerException if there is none or it cannot be opened; the text says what to do
   */
  KeyPair unlock(Address account) throws SignerException;
}
