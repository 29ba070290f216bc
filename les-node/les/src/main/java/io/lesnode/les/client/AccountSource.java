package io.lesnode.les.client;

import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Gives accounts in the state after a verified block, proven. Any thread. */
@FunctionalInterface
interface AccountSource {
  /** The account; empty if there is none. */
  CompletableFuture<Retrieval<Optional<Account>>> at(BlockHeader header, Address address);

  /** Accounts that are fetched from servers. */
  static AccountSource of(OnDemandProofs proofs) {
    return proofs::account;
  }
}
