package io.lesnode.payment.ledger;

import io.lesnode.payment.MethodId;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The name of an account.
 *
 * @param kind what it is for
 * @param owner whose it is; empty for those of the house; at most 64 bytes
 */
public record AccountId(AccountKind kind, Bytes owner) {

  /** Money of a client; see {@link io.lesnode.payment.Counterparty#moneyOwner()}. */
  public static AccountId client(Bytes moneyOwner) {
    return new AccountId(AccountKind.CLIENT, moneyOwner);
  }

  /** What a client's proofs by a method entitle us to. */
  public static AccountId claim(MethodId method, Bytes moneyOwner) {
    return new AccountId(
        AccountKind.CLAIM, Bytes.concatenate(Bytes.of(method.number()), moneyOwner));
  }

  /** Tokens ever sold or granted to a node. */
  public static AccountId tokensIssued(Bytes32 nodeId) {
    return new AccountId(AccountKind.TOKENS_ISSUED, nodeId);
  }

  /** Tokens that a node sold back. */
  public static AccountId tokensReturned(Bytes32 nodeId) {
    return new AccountId(AccountKind.TOKENS_RETURNED, nodeId);
  }

  /** An account of the house, which is there once. */
  public static AccountId house(AccountKind kind) {
    return new AccountId(kind, Bytes.EMPTY);
  }
}
