package io.lesnode.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoTextTest {
  /** Right column: what Go 1.19's encoding/json prints. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "0.5, 0.5",
    "0.026008541666666666, 0.026008541666666666",
    "0.0022693, 0.0022693",
    "0.000001, 0.000001",
    "0.0000001, 1e-7",
    "0.00000012345, 1.2345e-7",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "-1.5e-10, -1.5e-10"
  })
  void printsAsGo(double value, String text) {
    assertThat(GoText.number(value)).isEqualTo(text);
  }
}
