package io.lesnode.payment.ledger;

import io.lesnode.payment.MethodId;
import java.util.Locale;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The name of an account.
 *
 * @param kind what it is for
 * @param owner whose it is; empty for those of the house; at most 64 bytes
 */
public record AccountId(AccountKind kind, Bytes owner) {

  /** The longest name of an owner. */
  public static final int MAX_OWNER_BYTES = 64;

  /** Checks the bound, and copies the owner: an account never holds on to a message. */
  public AccountId {
    if (owner.size() > MAX_OWNER_BYTES) {
      throw new IllegalArgumentException("the owner of an account has at most 64 bytes");
    }
    owner = Bytes.wrap(owner.toArray());
  }

  /** Money of a client; see {@link io.lesnode.payment.Counterparty#moneyOwner()}. */
  public static AccountId client(Bytes moneyOwner) {
    return new AccountId(AccountKind.CLIENT, moneyOwner);
  }

  /** Money of a client that is frozen. */
  public static AccountId frozen(Bytes moneyOwner) {
    return new AccountId(AccountKind.FROZEN, moneyOwner);
  }

  /** What a client's proofs by a method entitle us to. */
  public static AccountId claim(MethodId method, Bytes moneyOwner) {
    return new AccountId(AccountKind.CLAIM, ownerByMethod(method, moneyOwner));
  }

  /** What we owe a host. */
  public static AccountId payable(Bytes moneyOwner) {
    return new AccountId(AccountKind.PAYABLE, moneyOwner);
  }

  /** What our proofs by a method promise a payee. */
  public static AccountId signed(MethodId method, Bytes payee) {
    return new AccountId(AccountKind.SIGNED, ownerByMethod(method, payee));
  }

  /** What we paid a server. */
  public static AccountId spent(Bytes payee) {
    return new AccountId(AccountKind.SPENT, payee);
  }

  /** Tokens ever sold to a node. */
  public static AccountId tokensIssued(Bytes32 nodeId) {
    return new AccountId(AccountKind.TOKENS_ISSUED, nodeId);
  }

  /** Tokens ever given to a node. */
  public static AccountId tokensGranted(Bytes32 nodeId) {
    return new AccountId(AccountKind.TOKENS_GRANTED, nodeId);
  }

  /** Tokens that a node sold back. */
  public static AccountId tokensReturned(Bytes32 nodeId) {
    return new AccountId(AccountKind.TOKENS_RETURNED, nodeId);
  }

  /** Tokens of a node that ended with a grant. */
  public static AccountId tokensExpired(Bytes32 nodeId) {
    return new AccountId(AccountKind.TOKENS_EXPIRED, nodeId);
  }

  /** An account of the house, which is there once. */
  public static AccountId house(AccountKind kind) {
    return new AccountId(kind, Bytes.EMPTY);
  }

  private static Bytes ownerByMethod(MethodId method, Bytes owner) {
    return Bytes.concatenate(Bytes.of(method.number()), owner);
  }

  /** As exports and logs show it: {@code revenue}, {@code client:0x…}, {@code claim:cheque:0x…}. */
  public String text() {
    if (owner.isEmpty()) {
      return kind.text();
    }
    return switch (kind) {
      case CLAIM, SIGNED ->
          kind.text() + ":" + methodText(owner.get(0) & 0xff) + ":" + owner.slice(1).toHexString();
      case CLIENT,
          CASHED,
          REVENUE,
          FEES,
          LOSS,
          FROZEN,
          PAYABLE,
          SPENT,
          TOKENS_ISSUED,
          TOKENS_GRANTED,
          TOKENS_RETURNED,
          TOKENS_EXPIRED,
          TOKEN_MINT ->
          kind.text() + ":" + owner.toHexString();
    };
  }

  private static String methodText(int number) {
    return MethodId.ofNumber(number)
        .map(MethodId::text)
        .orElseGet(() -> String.format(Locale.ROOT, "method-%d", number));
  }

  @Override
  public String toString() {
    return text();
  }
}
