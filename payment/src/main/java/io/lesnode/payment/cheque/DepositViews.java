package io.lesnode.payment.cheque;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.primitives.Address;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Deposits as the chain has them, read once per payer and head; also whether the contract is the
 * one that we trust. Confined to the ledger loop.
 */
final class DepositViews {
  private static final int MOST_CACHED = 10_000;

  private final AccountBook book;
  private final Address payee;
  private final int confirmations;
  private final ChainView chain;
  private final Map<Address, DepositView> cache =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Address, DepositView> eldest) {
          return size() > MOST_CACHED;
        }
      };
  private @Nullable ChainHead head;
  private boolean isTrusted;

  DepositViews(AccountBook book, Address payee, int confirmations, ChainView chain) {
    this.book = book;
    this.payee = payee;
    this.confirmations = confirmations;
    this.chain = chain;
  }

  /** From now on the chain is looked at from this head; nothing that was read before counts. */
  void onHead(ChainHead newHead) {
    head = newHead;
    isTrusted = false;
    cache.clear();
  }

  /** The head to look from, if none was told yet. */
  void startAt(ChainHead first) {
    if (head == null) {
      head = first;
    }
  }

  ChainHead head() throws ChainUnavailableException {
    ChainHead known = head;
    if (known == null) {
      known = chain.head();
      head = known;
    }
    return known;
  }

  /** The newest block at which a deposit counts. */
  long confirmedBlock() throws ChainUnavailableException {
    return Math.max(0, head().number() - confirmations);
  }

  /** Whether the contract has the code that we trust. */
  boolean isTrusted() throws ChainUnavailableException {
    if (!isTrusted) {
      isTrusted = chain.codeHash(book.address(), head().number()).equals(book.codeHash());
    }
    return isTrusted;
  }

  DepositView of(Address payer) throws ChainUnavailableException {
    DepositView known = cache.get(payer);
    if (known != null) {
      return known;
    }
    DepositView read = new DepositView(at(payer, confirmedBlock()), at(payer, head().number()));
    cache.put(payer, read);
    return read;
  }

  /** How many more blocks it takes until all that is deposited now counts; 0: it does. */
  int awaited(Address payer) throws ChainUnavailableException {
    DepositView view = of(payer);
    if (view.latest().coveredWei().compareTo(view.confirmed().coveredWei()) <= 0) {
      return 0;
    }
    for (int missing = 1; missing < confirmations; missing++) {
      long block = head().number() - confirmations + missing;
      if (block >= 0 && at(payer, block).coveredWei().compareTo(view.latest().coveredWei()) >= 0) {
        return missing;
      }
    }
    return Math.max(1, confirmations);
  }

  private BookAccount at(Address payer, long block) throws ChainUnavailableException {
    List<UInt256> values = chain.storage(book.address(), book.slots(payee, payer), block);
    return book.account(values);
  }

  /** Whether the contract pays our account; asked once at the start. */
  boolean paysUs() throws ChainUnavailableException {
    List<UInt256> values = chain.storage(book.address(), book.slots(payee, payee), head().number());
    return book.pays(payee, values);
  }
}
