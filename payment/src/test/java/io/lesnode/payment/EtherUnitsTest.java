package io.lesnode.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Test W1 of docs/vip.md (vipnode's ether units): from wei to ether, negatives, errors. */
final class EtherUnitsTest {

  @ParameterizedTest
  @CsvSource({
    "1ether, 1000000000000000000",
    "0.01 ether, 10000000000000000",
    "1 ETH, 1000000000000000000",
    ".5finney, 500000000000000",
    "3 szabo, 3000000000000",
    "100gwei, 100000000000",
    "2mwei, 2000000",
    "2 kwei, 2000",
    "7, 7",
    "7wei, 7",
    "-1.5 gwei, -1500000000",
    "+2wei, 2",
    "1.ether, 1000000000000000000",
    "0, 0",
  })
  void readsWhatPeopleWrite(String text, BigInteger wei) {
    assertThat(EtherUnits.parse(text)).isEqualTo(wei);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ether", ".", "1e18", "1,5 ether", "0x10", "1 euro", "1.5", "--1", "1 2 wei"})
  void refusesWhatIsNoAmount(String text) {
    assertThatThrownBy(() -> EtherUnits.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no amount of ether");
  }

  @Test
  void refusesWhatIsBelowAWeiBelowZeroOrAboveAllEther() {
    assertThatThrownBy(() -> EtherUnits.parse("0.0000000000000000001 ether"))
        .hasMessageContaining("smaller than a wei");
    assertThatThrownBy(() -> EtherUnits.parseAmount("-1 wei")).hasMessageContaining("not negative");
    assertThatThrownBy(() -> EtherUnits.parseAmount("9".repeat(80)))
        .hasMessageContaining("not that much");
    assertThatThrownBy(() -> EtherUnits.parse("9".repeat(1_000))).hasMessageContaining("decimal");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 wei",
    "999999, 999999 wei",
    "1000000, 0.001 gwei",
    "1500000000, 1.5 gwei",
    "12500000000000000, 0.0125 ether",
    "-1000000000000000000, -1 ether",
  })
  void writesTheUnitThatIsEasiestToRead(BigInteger wei, String text) {
    assertThat(EtherUnits.format(wei)).isEqualTo(text);
  }

  @Property
  void whatIsWrittenReadsAsTheSame(
      @ForAll @BigRange(min = "-1000000000000000000000000", max = "1000000000000000000000000")
          BigInteger wei) {
    assertThat(EtherUnits.parse(EtherUnits.format(wei))).isEqualTo(wei);
  }

  @Test
  void readsTheLargestAmount() {
    assertThat(EtherUnits.parseAmount(UInt256.MAX_VALUE.toDecimalString()))
        .isEqualTo(UInt256.MAX_VALUE);
  }
}
