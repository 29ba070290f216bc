package io.lesnode.payment.cheque;

import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * The records of payers in the books: one for each that ever paid, and an index of those whose
 * cheques still wait for the chain, so that a head costs as much as there is open and no more.
 */
final class PayerTable {
  private static final String PAYERS = "cheque";
  private static final String OPEN = "cheque-open";

  private final Bytes contract;

  PayerTable(Address contract) {
    this.contract = contract.bytes();
  }

  Optional<PayerState> get(LedgerBatch batch, Address payer) {
    return batch.get(PAYERS, key(payer)).map(PayerState::decode);
  }

  void put(LedgerBatch batch, Address payer, PayerState state) {
    batch.put(PAYERS, key(payer), state.encoded());
    boolean isIndexed = batch.get(OPEN, key(payer)).isPresent();
    if (state.isOpen() && !isIndexed) {
      batch.put(OPEN, key(payer), Bytes.of(1));
    } else if (!state.isOpen() && isIndexed) {
      batch.remove(OPEN, key(payer));
    }
  }

  /** Payers whose cheques are not all cashed, or whose money is frozen. */
  List<Address> open(LedgerBatch batch) {
    List<Address> payers = new ArrayList<>();
    batch.scan(
        OPEN, contract, (key, value) -> payers.add(Address.of(key.slice(Address.SIZE_BYTES))));
    return payers;
  }

  private Bytes key(Address payer) {
    return Bytes.concatenate(contract, payer.bytes());
  }
}
