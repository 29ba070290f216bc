package io.lesnode.payment.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.tuweni.bytes.Bytes;

/** What was written is read back, and what is read is written back as it was, or it is refused. */
class RowCodecLawsTest {

  @Property(tries = 1_000)
  void anEventIsReadAsItWasWritten(@ForAll("events") LedgerEvent event) {
    Bytes key = RowCodec.eventKey(event.sequence());
    Bytes value = RowCodec.eventValue(event);
    assertThat(RowCodec.event(key, value)).isEqualTo(event);
  }

  @Property(tries = 300)
  void aDamagedEventIsRefusedOrAnother(
      @ForAll("events") LedgerEvent event, @ForAll int where, @ForAll byte with) {
    Bytes key = RowCodec.eventKey(event.sequence());
    Bytes value = RowCodec.eventValue(event);
    byte[] flipped = value.toArray();
    flipped[Math.floorMod(where, flipped.length)] ^= (byte) (with | 1);
    readOrRefuse(key, Bytes.wrap(flipped));
    for (int size = 0; size < value.size(); size++) {
      readOrRefuse(key, value.slice(0, size));
    }
    readOrRefuse(key, Bytes.concatenate(value, Bytes.of(with)));
  }

  private static void readOrRefuse(Bytes key, Bytes value) {
    LedgerEvent read;
    try {
      read = RowCodec.event(key, value);
    } catch (LedgerStoreException.Corrupt refused) {
      return;
    }
    assertThat(RowCodec.eventValue(read)).isEqualTo(value);
  }

  @Property(tries = 1_000)
  void aBalanceIsReadAsItWasWritten(@ForAll BigInteger balance, @ForAll("accounts") AccountId id) {
    assertThat(RowCodec.balance(RowCodec.balanceValue(balance))).isEqualTo(balance);
    assertThat(RowCodec.balanceAccount(RowCodec.balanceKey(id))).isEqualTo(id);
  }

  @Provide
  Arbitrary<LedgerEvent> events() {
    Arbitrary<BigInteger> amounts =
        Arbitraries.bigIntegers().between(BigInteger.ONE, Asset.WEI.limit());
    return Combinators.combine(
            Arbitraries.longs().greaterOrEqual(0),
            Arbitraries.longs(),
            accounts(),
            accounts(),
            amounts,
            Arbitraries.of(TransferKind.class),
            bytes())
        .as(LedgerEvent::new)
        .filter(event -> event.from().kind().asset() == event.to().kind().asset());
  }

  @Provide
  Arbitrary<AccountId> accounts() {
    return Combinators.combine(Arbitraries.of(AccountKind.class), bytes()).as(AccountId::new);
  }

  private static Arbitrary<Bytes> bytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(64).map(Bytes::wrap);
  }
}
