package io.lesnode.payment.ledger;

/** What can go wrong with the books. The message says what happened, where, and what to do next. */
public abstract sealed class LedgerStoreException extends RuntimeException {

  private LedgerStoreException(String message) {
    super(message);
  }

  private LedgerStoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Another process, or another part of this one, has the books open. */
  public static final class Locked extends LedgerStoreException {
    /** The text says who has them. */
    public Locked(String message) {
      super(message);
    }
  }

  /** Something else is there, or it was written by a version that we do not know. */
  public static final class UnknownSchema extends LedgerStoreException {
    /** The text says what was found. */
    public UnknownSchema(String message) {
      super(message);
    }
  }

  /** The disk is full. */
  public static final class DiskFull extends LedgerStoreException {
    /** The text says where. */
    public DiskFull(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Reading or writing failed. */
  public static final class InputOutput extends LedgerStoreException {
    /** The text says what failed. */
    public InputOutput(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A stored value is not what was written. */
  public static final class Corrupt extends LedgerStoreException {
    /** The text says which. */
    public Corrupt(String message) {
      super(message);
    }

    /** The text says which. */
    public Corrupt(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Used after it was closed, or after a write failed. */
  public static final class Closed extends LedgerStoreException {
    /** The text says why. */
    public Closed(String message) {
      super(message);
    }
  }
}
