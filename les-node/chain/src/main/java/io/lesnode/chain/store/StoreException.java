package io.lesnode.chain.store;

import java.nio.file.Path;
import org.apache.tuweni.bytes.Bytes32;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What can go wrong with a store. The message says what happened, where, and what to do next. */
public abstract sealed class StoreException extends RuntimeException {

  private StoreException(String message) {
    super(message);
  }

  private StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Another process, or another part of this one, has the directory open. */
  public static final class Locked extends StoreException {
    Locked(Path directory, String holder) {
      super(
          "the database in "
              + directory
              + " is in use by "
              + holder
              + "; stop that node first, or choose another directory with --datadir");
    }
  }

  /** The directory holds something else, or was written by a version that we do not know. */
  public static final class UnknownSchema extends StoreException {
    UnknownSchema(String message) {
      super(message);
    }
  }

  /** The store belongs to another chain. */
  public static final class GenesisMismatch extends StoreException {
    GenesisMismatch(Path directory, Bytes32 stored, Bytes32 wanted) {
      super(
          "the database in "
              + directory
              + " holds the chain with genesis block "
              + stored.toHexString()
              + ", but the genesis given has "
              + wanted.toHexString()
              + "; give the matching genesis file, or choose another directory with --datadir");
    }
  }

  /** The disk is full. Nothing of the batch was written; the store takes no more batches. */
  public static final class DiskFull extends StoreException {
    DiskFull(Path directory, String action, Throwable cause) {
      super(
          "no space left while "
              + action
              + " in "
              + directory
              + ": free some space and start again; everything before this write is safe ("
              + cause.getMessage()
              + ")",
          cause);
    }
  }

  /** Reading or writing failed. Nothing of the batch was written; it takes no more batches. */
  public static final class InputOutput extends StoreException {
    InputOutput(Path directory, String action, Throwable cause) {
      super(
          action
              + " failed in "
              + directory
              + ": "
              + cause.getMessage()
              + "; check the disk and the permissions of the directory, then start again",
          cause);
    }
  }

  /** A stored value is not what was written. */
  public static final class Corrupt extends StoreException {
    Corrupt(Path directory, String what, Throwable cause) {
      this(directory, what, cause, Schema.REIMPORT);
    }

    Corrupt(Path directory, String what, Throwable cause, String remedy) {
      super(
          "the database in "
              + directory
              + " is damaged: "
              + what
              + " ("
              + cause.getMessage()
              + "); "
              + remedy,
          cause);
    }
  }

  /** The store was used after it was closed. */
  public static final class Closed extends StoreException {
    Closed(Path directory) {
      super("the database in " + directory + " is closed already");
    }
  }

  static StoreException of(Path directory, String action, RocksDBException cause) {
    return of(directory, action, cause, Schema.REIMPORT);
  }

  static StoreException of(Path directory, String action, RocksDBException cause, String remedy) {
    Status status = cause.getStatus();
    String text = String.valueOf(cause.getMessage());
    if (status != null
        && (status.getSubCode() == Status.SubCode.NoSpace
            || text.contains("No space left")
            || text.contains("space limit"))) {
      return new DiskFull(directory, action, cause);
    }
    if (status != null && status.getCode() == Status.Code.Corruption) {
      return new Corrupt(directory, "RocksDB refuses it while " + action, cause, remedy);
    }
    return new InputOutput(directory, action, cause);
  }
}
