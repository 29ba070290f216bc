package io.lesnode.payment.ledger;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.tuweni.bytes.Bytes;

/**
 * Keys and values as the store has them. Numbers are big-endian. A value that was not written here
 * is {@link LedgerStoreException.Corrupt}.
 *
 * <p>Event: millis (8), kind, from, to, reference length (1), reference, amount without leading
 * zeros; an account in it is kind (1), owner length (1), owner. Balance: key kind (1), owner; value
 * two's complement. Record: key table length (1), table, key.
 */
final class RowCodec {

  private static final int MAX_KEY_BYTES = 128;
  private static final int MAX_VALUE_BYTES = 64 * 1024;
  private static final int MAX_EVENT_BYTES = 512;
  private static final int MAX_AMOUNT_BYTES = 32;
  private static final Pattern TABLE = Pattern.compile("[\\x21-\\x7e]{1,32}");

  private RowCodec() {}

  static Bytes eventKey(long sequence) {
    return Bytes.ofUnsignedLong(sequence);
  }

  static Bytes eventValue(LedgerEvent event) {
    ByteBuffer out = ByteBuffer.allocate(MAX_EVENT_BYTES);
    out.putLong(event.unixMillis());
    out.put((byte) event.kind().code());
    putAccount(out, event.from());
    putAccount(out, event.to());
    out.put((byte) event.reference().size());
    out.put(event.reference().toArrayUnsafe());
    byte[] amount = event.amount().toByteArray();
    int skip = amount[0] == 0 ? 1 : 0;
    out.put(amount, skip, amount.length - skip);
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return Bytes.wrap(bytes);
  }

  private static void putAccount(ByteBuffer out, AccountId account) {
    out.put((byte) account.kind().code());
    out.put((byte) account.owner().size());
    out.put(account.owner().toArrayUnsafe());
  }

  static LedgerEvent event(Bytes key, Bytes value) {
    try {
      long sequence = key.toLong();
      ByteBuffer in = ByteBuffer.wrap(value.toArrayUnsafe());
      long millis = in.getLong();
      TransferKind kind =
          TransferKind.ofCode(in.get())
              .orElseThrow(() -> new IllegalArgumentException("an unknown kind"));
      AccountId from = account(in);
      AccountId to = account(in);
      Bytes reference = take(in, in.get() & 0xff);
      Bytes amount = take(in, in.remaining());
      if (reference.size() > LedgerEvent.MAX_REFERENCE_BYTES
          || amount.size() > MAX_AMOUNT_BYTES
          || amount.isEmpty()
          || amount.get(0) == 0
          || from.kind().asset() != to.kind().asset()) {
        throw new IllegalArgumentException("no transfer");
      }
      return new LedgerEvent(
          sequence, millis, from, to, amount.toUnsignedBigInteger(), kind, reference);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw new LedgerStoreException.Corrupt(
          "event "
              + key.toHexString()
              + " of the books is damaged; put back a copy of the directory",
          e);
    }
  }

  private static AccountId account(ByteBuffer in) {
    AccountKind kind = kind(in.get());
    return new AccountId(kind, take(in, in.get() & 0xff));
  }

  private static AccountKind kind(int code) {
    return AccountKind.ofCode(code)
        .orElseThrow(() -> new IllegalArgumentException("an unknown kind of account"));
  }

  private static Bytes take(ByteBuffer in, int size) {
    byte[] bytes = new byte[Math.min(size, in.remaining() + 1)];
    in.get(bytes);
    return Bytes.wrap(bytes);
  }

  static Bytes balanceKey(AccountId account) {
    return Bytes.concatenate(balancePrefix(account.kind()), account.owner());
  }

  /** What the keys of all balances of a kind start with. */
  static Bytes balancePrefix(AccountKind kind) {
    return Bytes.of(kind.code());
  }

  static AccountId balanceAccount(Bytes key) {
    try {
      return new AccountId(kind(key.get(0)), key.slice(1));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new LedgerStoreException.Corrupt(
          "the account "
              + key.toHexString()
              + " of the books is unknown; put back a copy of the directory",
          e);
    }
  }

  static Bytes balanceValue(BigInteger balance) {
    return Bytes.wrap(balance.toByteArray());
  }

  static BigInteger balance(Bytes value) {
    if (value.isEmpty()) {
      throw new LedgerStoreException.Corrupt(
          "a balance of the books is empty; put back a copy of the directory");
    }
    return new BigInteger(value.toArrayUnsafe());
  }

  /** What the keys of all records of a table start with. */
  static Bytes table(String table) {
    if (!TABLE.matcher(table).matches()) {
      throw new IllegalArgumentException("a table has 1 to 32 printable ASCII characters");
    }
    byte[] name = table.getBytes(StandardCharsets.US_ASCII);
    return Bytes.concatenate(Bytes.of(name.length), Bytes.wrap(name));
  }

  static Bytes recordKey(String table, Bytes key) {
    if (key.size() > MAX_KEY_BYTES) {
      throw new IllegalArgumentException("the key of a record has at most 128 bytes");
    }
    return Bytes.concatenate(table(table), key);
  }

  static Bytes recordValue(Bytes value) {
    if (value.size() > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException("a record has at most 64 KiB");
    }
    return value;
  }
}
