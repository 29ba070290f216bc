package io.lesnode.primitives;

/** The transaction types, by their EIP-2718 byte. */
public enum TransactionType {
  /** Untyped, before EIP-2718; the type number is 0 in JSON-RPC. */
  LEGACY(0),
  /** EIP-2930. */
  ACCESS_LIST(1),
  /** EIP-1559. */
  DYNAMIC_FEE(2),
  /** EIP-4844. */
  BLOB(3);

  private final int number;

  TransactionType(int number) {
    this.number = number;
  }

  /** The EIP-2718 byte. */
  public int number() {
    return number;
  }

  /** The type of an EIP-2718 byte 1 … 3; {@link IllegalArgumentException} for any other. */
  public static TransactionType ofTypedByte(int number) {
    return switch (number) {
      case 1 -> ACCESS_LIST;
      case 2 -> DYNAMIC_FEE;
      case 3 -> BLOB;
      default -> throw new IllegalArgumentException("transaction type not supported: " + number);
    };
  }
}
