package io.lesnode.payment.signing;

import io.lesnode.payment.Signer;
import io.lesnode.payment.SigningRequest;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;

/** Signs everything with a key that it holds; its text form does not show it. Thread-safe. */
public final class MemorySigner implements Signer {
  private final KeyPair key;

  /** A signer for an account. */
  public MemorySigner(KeyPair key) {
    this.key = key;
  }

  @Override
  public Address address() {
    return key.address();
  }

  @Override
  public Signature sign(SigningRequest request) {
    return key.sign(request.digest());
  }

  @Override
  public String toString() {
    return "MemorySigner[" + address() + "]";
  }
}
