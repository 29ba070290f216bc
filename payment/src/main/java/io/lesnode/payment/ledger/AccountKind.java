package io.lesnode.payment.ledger;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The accounts of the books. A positive balance is what the named one has or is owed, or what we
 * earned; what the house has, may claim or has lost is negative. So the sum of an asset is zero.
 */
public enum AccountKind {
  /** Money that a client paid and has not yet turned into tokens; owner: the client. */
  CLIENT(1, Asset.WEI, true),
  /** What proofs of a client entitle us to on chain, as minus that; owner: method and client. */
  CLAIM(2, Asset.WEI, false),
  /** Ether that settlements brought, less what they cost, as minus that. */
  CASHED(3, Asset.WEI, false),
  /** What tokens, service and fees were sold for. */
  REVENUE(4, Asset.WEI, false),
  /** What settlements cost, as minus that. */
  FEES(5, Asset.WEI, false),
  /** Claims that the chain did not honour, as minus that. */
  LOSS(6, Asset.WEI, false),
  /** Money frozen because its deposit left the chain; owner: the client. */
  FROZEN(7, Asset.WEI, true),
  /** What we owe another party for passing its service on, as a pool does; owner: the host. */
  PAYABLE(8, Asset.WEI, true),
  /**
   * What our own proofs promise another party that it has not cashed; owner: method and payee. A
   * payer's books are this, {@link #SPENT} and {@link #CASHED}.
   */
  SIGNED(9, Asset.WEI, true),
  /** What we paid for service, as minus that; owner: the server. */
  SPENT(10, Asset.WEI, false),
  /** Tokens ever sold to a node; owner: the node id. */
  TOKENS_ISSUED(11, Asset.TOKEN, true),
  /** Tokens ever given to a node that cannot be sold back; owner: the node id. */
  TOKENS_GRANTED(12, Asset.TOKEN, true),
  /** Tokens that a node sold back, as minus that; owner: the node id. */
  TOKENS_RETURNED(13, Asset.TOKEN, false),
  /** The source of all tokens: minus what is with nodes or was spent by them. */
  TOKEN_MINT(14, Asset.TOKEN, false),
  /** Tokens that ended with a grant, as minus that; owner: the node id. */
  TOKENS_EXPIRED(15, Asset.TOKEN, false);

  private final int code;
  private final Asset asset;
  private final boolean neverNegative;

  AccountKind(int code, Asset asset, boolean neverNegative) {
    this.code = code;
    this.asset = asset;
    this.neverNegative = neverNegative;
  }

  /** What is counted in accounts of this kind. */
  public Asset asset() {
    return asset;
  }

  /** Whether more than its balance can never be taken from such an account. */
  public boolean neverNegative() {
    return neverNegative;
  }

  /** The name in exports, for example {@code tokens-issued}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The kind of a name as exports have it, if there is one. */
  public static Optional<AccountKind> ofText(String text) {
    return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
  }

  /** The number in the database, which never changes. */
  int code() {
    return code;
  }

  static Optional<AccountKind> ofCode(int code) {
    return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
  }
}
