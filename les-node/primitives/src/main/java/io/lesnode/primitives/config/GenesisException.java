package io.lesnode.primitives.config;

/** A genesis file cannot be used; the message names the place in it and what is expected there. */
public final class GenesisException extends RuntimeException {
  /** Creates the exception with a reason meant for a person. */
  public GenesisException(String message) {
    super(message);
  }

  /** Creates the exception with a reason and the failure that revealed it. */
  public GenesisException(String message, Throwable cause) {
    super(message, cause);
  }
}
