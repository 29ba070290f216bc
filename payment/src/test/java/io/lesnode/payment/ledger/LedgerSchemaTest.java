package io.lesnode.payment.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/** Test M1 of vipnode's conformance list in docs/vip.md: migration of the books. */
class LedgerSchemaTest {

  private static final Bytes NONCE = RowCodec.recordKey("nonces", Bytes.of(1));
  private static final Bytes CHEQUE = RowCodec.recordKey("cheques", Bytes.of(1));

  /** From 1 to 2: nonces are not needed any more. */
  private static final LedgerSchema.Step DROP_NONCES =
      (before, changes) ->
          before.forEach(
              LedgerColumn.RECORDS,
              RowCodec.table("nonces"),
              (key, value) -> changes.remove(LedgerColumn.RECORDS, key));

  /** From 2 to 3: cheques get a leading zero. */
  private static final LedgerSchema.Step WIDEN_CHEQUES =
      (before, changes) ->
          before.forEach(
              LedgerColumn.RECORDS,
              RowCodec.table("cheques"),
              (key, value) ->
                  changes.put(LedgerColumn.RECORDS, key, Bytes.concatenate(Bytes.of(0), value)));

  private final MemoryLedgerStore store = new MemoryLedgerStore();

  @Test
  void freshBooksAreAtTheNewestVersionAtOnce() {
    new LedgerSchema(List.of(DROP_NONCES, WIDEN_CHEQUES)).prepare(store);
    assertThat(version()).isEqualTo("ledger 3");
    assertThat(LedgerSchema.CURRENT.version()).isEqualTo(1);
  }

  @Test
  void olderBooksAreBroughtUpStepByStep() {
    old();
    new LedgerSchema(List.of(DROP_NONCES)).prepare(store);
    assertThat(version()).isEqualTo("ledger 2");
    assertThat(store.get(LedgerColumn.RECORDS, NONCE)).isEmpty();
    assertThat(store.get(LedgerColumn.RECORDS, CHEQUE)).contains(Bytes.of(5));
    LedgerSchema third = new LedgerSchema(List.of(DROP_NONCES, WIDEN_CHEQUES));
    third.prepare(store);
    third.prepare(store);
    assertThat(version()).isEqualTo("ledger 3");
    assertThat(store.get(LedgerColumn.RECORDS, CHEQUE)).contains(Bytes.of(0, 5));
  }

  @Test
  void aCrashInAnyStepIsGoneOnWith() {
    for (int stopAt = 1; stopAt <= 4; stopAt++) {
      MemoryLedgerStore books = new MemoryLedgerStore();
      old(books);
      LedgerSchema schema = new LedgerSchema(List.of(DROP_NONCES, WIDEN_CHEQUES));
      FaultyLedgerStore faulty = new FaultyLedgerStore(books, stopAt);
      boolean crashed = false;
      try {
        schema.prepare(faulty);
      } catch (FaultyLedgerStore.Crash crash) {
        crashed = true;
      }
      assertThat(crashed).isTrue();
      schema.prepare(books);
      assertThat(books.get(LedgerColumn.RECORDS, CHEQUE)).contains(Bytes.of(0, 5));
      assertThat(books.get(LedgerColumn.RECORDS, NONCE)).isEmpty();
    }
  }

  @Test
  void newerOrForeignBooksAreRefusedAndNotTouched() {
    for (String text : List.of("ledger 2", "ledger 0", "ledger -1", "chain 1", "", "ledger 1\n")) {
      MemoryLedgerStore books = new MemoryLedgerStore();
      Bytes value = Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
      books.write(new LedgerWrite().put(LedgerColumn.META, LedgerSchema.KEY, value), true);
      assertThatThrownBy(() -> Ledger.open(books))
          .isInstanceOf(LedgerStoreException.UnknownSchema.class)
          .hasMessageContaining("nothing was changed");
      assertThat(books.get(LedgerColumn.META, LedgerSchema.KEY)).contains(value);
    }
    MemoryLedgerStore foreign = new MemoryLedgerStore();
    foreign.write(new LedgerWrite().put(LedgerColumn.EVENTS, Bytes.of(1), Bytes.of(1)), true);
    assertThatThrownBy(() -> Ledger.open(foreign))
        .isInstanceOf(LedgerStoreException.UnknownSchema.class);
  }

  private void old() {
    old(store);
  }

  private static void old(MemoryLedgerStore books) {
    new LedgerSchema(List.of()).prepare(books);
    books.write(
        new LedgerWrite()
            .put(LedgerColumn.RECORDS, NONCE, Bytes.of(1))
            .put(LedgerColumn.RECORDS, CHEQUE, Bytes.of(5)),
        true);
  }

  private String version() {
    return new String(
        store.get(LedgerColumn.META, LedgerSchema.KEY).orElseThrow().toArray(),
        StandardCharsets.US_ASCII);
  }
}
