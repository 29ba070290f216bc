package io.lesnode.payment.signing;

import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import org.jspecify.annotations.Nullable;

/**
 * Signs with a key that is opened when it is first needed, and kept until {@link #lock}. That the
 * source gave the key of the right account is checked. Thread-safe.
 */
public final class KeystoreSigner implements Signer {
  private final Address address;
  private final KeySource source;
  private @Nullable KeyPair key;

  /** A signer for one account of a key source. */
  public KeystoreSigner(Address address, KeySource source) {
    this.address = address;
    this.source = source;
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public Signature sign(SigningRequest request) throws SignerException {
    return key().sign(request.digest());
  }

  /** Forgets the key; the next signature opens it again. */
  public synchronized void lock() {
    key = null;
  }

  private synchronized KeyPair key() throws SignerException {
    KeyPair known = key;
    if (known != null) {
      return known;
    }
    KeyPair opened = source.unlock(address);
    if (!opened.address().equals(address)) {
      throw new SignerException(
          "the keystore gave the key of "
              + opened.address()
              + " for "
              + address
              + "; check which file belongs to which account");
    }
    key = opened;
    return opened;
  }

  @Override
  public String toString() {
    return "KeystoreSigner[" + address + "]";
  }
}
