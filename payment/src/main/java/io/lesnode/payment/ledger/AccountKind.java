package io.lesnode.payment.ledger;

/** The accounts of a server's books; a positive balance is what the named one has or is owed. */
public enum AccountKind {
  /** Money that a client paid and has not yet turned into tokens; owner: the client. */
  CLIENT(Asset.WEI),
  /** What proofs of a client entitle us to on chain, as minus that; owner: method and client. */
  CLAIM(Asset.WEI),
  /** Ether that settlements brought, as minus that. */
  CASHED(Asset.WEI),
  /** What tokens were sold for. */
  REVENUE(Asset.WEI),
  /** What settlements cost, as plus; they are paid from what was cashed. */
  FEES(Asset.WEI),
  /** Claims that the chain did not honour. */
  LOSS(Asset.WEI),
  /** Money frozen because its deposit left the chain; owner: the client. */
  FROZEN(Asset.WEI),
  /** What we owe another party for passing its service on, as a pool does; owner: the host. */
  PAYABLE(Asset.WEI),
  /** Tokens ever sold or granted to a node; owner: the node id. */
  TOKENS_ISSUED(Asset.TOKEN),
  /** Tokens that a node sold back; owner: the node id. */
  TOKENS_RETURNED(Asset.TOKEN),
  /** The source of all tokens. */
  TOKEN_MINT(Asset.TOKEN);

  private final Asset asset;

  AccountKind(Asset asset) {
    this.asset = asset;
  }

  /** What is counted in accounts of this kind. */
  public Asset asset() {
    return asset;
  }
}
