package io.lesnode.payment.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.payment.MethodId;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

class LedgerHistoryTest {
  private static final Bytes ANNA =
      Bytes.fromHexString("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
  private static final Bytes BERT =
      Bytes.fromHexString("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
  private static final Bytes32 NODE = Bytes32.repeat((byte) 0x11);
  private static final long TIME = 1_767_225_600_000L; // 2026-01-01

  private final MemoryLedgerStore store = new MemoryLedgerStore();
  private final Ledger ledger = Ledger.open(store);

  @Test
  void theExportIsWhatWasWrittenDown() throws IOException {
    LedgerBatch batch = ledger.begin(TIME);
    Bookkeeping.pay(
        batch, MethodId.CHEQUE, ANNA, new BigInteger("123456789012345678901234567890"), ref(1));
    Bookkeeping.exchange(batch, ANNA, NODE, 42, BigInteger.TEN, ref(2));
    ledger.commit(batch);
    LedgerBatch later = ledger.begin(TIME + 1_001);
    Bookkeeping.sellBack(later, ANNA, NODE, 2, BigInteger.ONE, Bytes.EMPTY);
    ledger.commit(later);

    assertThat(export(LedgerExport.Format.CSV, LedgerExport.Range.ALL))
        .isEqualTo(
            """
            sequence,time,millis,kind,asset,amount,from,to,reference
            0,2026-01-01T00:00:00Z,1767225600000,payment,wei,123456789012345678901234567890,claim:cheque:0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,client:0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,0x0000000000000001
            1,2026-01-01T00:00:00Z,1767225600000,exchange,token,42,token-mint,tokens-issued:0x1111111111111111111111111111111111111111111111111111111111111111,0x0000000000000002
            2,2026-01-01T00:00:00Z,1767225600000,exchange,wei,10,client:0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,revenue,0x0000000000000002
            3,2026-01-01T00:00:01.001Z,1767225601001,sell-back,token,2,tokens-returned:0x1111111111111111111111111111111111111111111111111111111111111111,token-mint,0x
            4,2026-01-01T00:00:01.001Z,1767225601001,sell-back,wei,1,revenue,client:0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,0x
            """);
    assertThat(
            export(LedgerExport.Format.JSON_LINES, LedgerExport.Range.ofTime(TIME + 1, TIME * 2)))
        .isEqualTo(
            """
            {"sequence":3,"time":"2026-01-01T00:00:01.001Z","millis":1767225601001,"kind":"sell-back","asset":"token","amount":"2","from":"tokens-returned:0x1111111111111111111111111111111111111111111111111111111111111111","to":"token-mint","reference":"0x"}
            {"sequence":4,"time":"2026-01-01T00:00:01.001Z","millis":1767225601001,"kind":"sell-back","asset":"wei","amount":"1","from":"revenue","to":"client:0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","reference":"0x"}
            """);
  }

  @Test
  void aRangeTakesExactlyItsEvents() throws IOException {
    for (int i = 0; i < 100; i++) {
      LedgerBatch batch = ledger.begin(TIME + i / 10 * 1_000L);
      Bookkeeping.pay(batch, MethodId.TEST, i % 2 == 0 ? ANNA : BERT, BigInteger.ONE, ref(i));
      ledger.commit(batch);
    }
    LedgerHistory history = ledger.history();
    assertThat(history.firstAt(TIME - 1)).isZero();
    assertThat(history.firstAt(TIME)).isZero();
    assertThat(history.firstAt(TIME + 1)).isEqualTo(10);
    assertThat(history.firstAt(TIME + 9_000)).isEqualTo(90);
    assertThat(history.firstAt(TIME + 9_001)).isEqualTo(100);
    assertThat(sequences(new LedgerExport.Range(0, 3, TIME, TIME + 1))).containsExactly(0L, 1L, 2L);
    assertThat(sequences(new LedgerExport.Range(95, Long.MAX_VALUE, 0, Long.MAX_VALUE)))
        .containsExactly(95L, 96L, 97L, 98L, 99L);
    assertThat(sequences(LedgerExport.Range.ofTime(TIME + 3_000, TIME + 4_000)))
        .containsExactly(30L, 31L, 32L, 33L, 34L, 35L, 36L, 37L, 38L, 39L);
    assertThat(sequences(LedgerExport.Range.fromSequence(100))).isEmpty();
    assertThat(LedgerExport.Format.ofText("CSV")).contains(LedgerExport.Format.CSV);
    assertThat(LedgerExport.Format.ofText("xml")).isEmpty();
  }

  @Test
  void pagesLeadBackThroughEverything() {
    for (int i = 0; i < 25; i++) {
      LedgerBatch batch = ledger.begin(TIME);
      Bookkeeping.pay(batch, MethodId.TEST, i % 5 == 0 ? ANNA : BERT, BigInteger.ONE, ref(i));
      ledger.commit(batch);
    }
    List<Long> seen = new ArrayList<>();
    long before = Long.MAX_VALUE;
    int pages = 0;
    while (before != 0) {
      LedgerHistory.Page page = ledger.history().page(before, 2, LedgerHistory.of(ANNA));
      page.events().forEach(event -> seen.add(event.sequence()));
      before = page.before();
      pages++;
    }
    assertThat(seen).containsExactly(20L, 15L, 10L, 5L, 0L);
    assertThat(pages).isEqualTo(3);
    assertThat(ledger.history().page(3, 10, event -> true).events())
        .extracting(LedgerEvent::sequence)
        .containsExactly(2L, 1L, 0L);
    for (int limit : new int[] {0, LedgerHistory.MAX_PAGE + 1}) {
      assertThatThrownBy(() -> ledger.history().page(0, limit, event -> true))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theStatementListsEveryAccountThatHasSomething() {
    LedgerBatch batch = ledger.begin(TIME);
    Bookkeeping.pay(batch, MethodId.CHEQUE, ANNA, BigInteger.valueOf(100), ref(1));
    Bookkeeping.pay(batch, MethodId.TEST, BERT, BigInteger.valueOf(5), ref(1));
    Bookkeeping.auction(batch, BERT, BigInteger.valueOf(5), ref(1));
    ledger.commit(batch);
    Statement statement = ledger.history().statement();
    assertThat(statement.lines())
        .extracting(line -> line.account().text() + " " + line.balance())
        .containsExactly(
            "client:" + ANNA + " 100",
            "claim:test:" + BERT + " -5",
            "claim:cheque:" + ANNA + " -100",
            "revenue 5");
    assertThat(statement.isBalanced()).isTrue();
  }

  @Test
  void theAuditFindsWhatDoesNotComeFromEvents() {
    LedgerBatch batch = ledger.begin(TIME);
    Bookkeeping.pay(batch, MethodId.CHEQUE, ANNA, BigInteger.valueOf(100), ref(1));
    Bookkeeping.pay(batch, MethodId.CHEQUE, BERT, BigInteger.valueOf(100), ref(2));
    ledger.commit(batch);
    assertThat(ledger.history().audit()).isEmpty();
    Bytes anna = RowCodec.balanceKey(AccountId.client(ANNA));
    Optional<Bytes> before = store.get(LedgerColumn.BALANCES, anna);
    store.write(
        new LedgerWrite()
            .put(LedgerColumn.BALANCES, anna, RowCodec.balanceValue(BigInteger.valueOf(101))),
        true);
    assertThat(ledger.history().audit())
        .contains("client:" + ANNA + " has 101, its events sum to 100")
        .anyMatch(text -> text.startsWith("the sums are 1 wei"));
    store.write(
        new LedgerWrite()
            .put(LedgerColumn.BALANCES, anna, before.orElseThrow())
            .remove(LedgerColumn.EVENTS, RowCodec.eventKey(0)),
        true);
    assertThat(ledger.history().audit()).contains("event 0 is missing");
    assertThatThrownBy(() -> ledger.history().page(10, 10, event -> true))
        .isInstanceOf(LedgerStoreException.Corrupt.class);
  }

  @Test
  void rowsThatWereNotWrittenHereAreRefused() {
    LedgerEvent event =
        new LedgerEvent(
            7,
            TIME,
            AccountId.claim(MethodId.CHEQUE, ANNA),
            AccountId.client(ANNA),
            BigInteger.TWO.pow(200),
            TransferKind.PAYMENT,
            ref(1));
    Bytes key = RowCodec.eventKey(7);
    Bytes value = RowCodec.eventValue(event);
    assertThat(RowCodec.event(key, value)).isEqualTo(event);
    int amountAt = value.size() - 26;
    for (int size = 0; size <= amountAt; size++) {
      Bytes cut = value.slice(0, size);
      assertThatThrownBy(() -> RowCodec.event(key, cut))
          .isInstanceOf(LedgerStoreException.Corrupt.class);
    }
    assertThatThrownBy(() -> RowCodec.balanceAccount(Bytes.EMPTY))
        .isInstanceOf(LedgerStoreException.Corrupt.class);
    assertThatThrownBy(() -> RowCodec.balanceAccount(Bytes.of(99, 1)))
        .isInstanceOf(LedgerStoreException.Corrupt.class);
    assertThatThrownBy(() -> RowCodec.balance(Bytes.EMPTY))
        .isInstanceOf(LedgerStoreException.Corrupt.class);
  }

  private List<Long> sequences(LedgerExport.Range range) throws IOException {
    return export(LedgerExport.Format.CSV, range)
        .lines()
        .skip(1)
        .map(line -> Long.parseLong(line.substring(0, line.indexOf(','))))
        .toList();
  }

  private String export(LedgerExport.Format format, LedgerExport.Range range) throws IOException {
    StringBuilder out = new StringBuilder();
    long written = new LedgerExport(ledger.history()).write(format, range, out);
    assertThat(out.toString().lines().count())
        .isEqualTo(written + (format == LedgerExport.Format.CSV ? 1 : 0));
    return out.toString();
  }

  private static Bytes ref(long number) {
    return Bytes.ofUnsignedLong(number);
  }
}
