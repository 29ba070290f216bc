package io.lesnode.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RequestMixTest {

  @Test
  void amountsAndWeightsAreRead() {
    List<RequestMix.Part> parts = RequestMix.parse("headers:16*3, proofs:4").parts();

    assertThat(parts)
        .containsExactly(
            new RequestMix.Part(new RequestShape(LoadKind.HEADERS, 16), 3),
            new RequestMix.Part(new RequestShape(LoadKind.PROOFS, 4), 1));
  }

  @Test
  void aKindAloneHasItsUsualAmount() {
    assertThat(RequestMix.parse("headers").parts())
        .containsExactly(new RequestMix.Part(new RequestShape(LoadKind.HEADERS, 192), 1));
    assertThat(RequestMix.parse("code").parts())
        .containsExactly(new RequestMix.Part(new RequestShape(LoadKind.CODE, 1), 1));
  }

  /** geth v1.10.26, les/protocol.go: refBasketFirst and refBasketRest of each request. */
  @Test
  void mainnetIsTheReferenceBasketOfGeth() {
    List<RequestMix.Part> parts = RequestMix.parse("mainnet").parts();

    assertThat(requests(parts, LoadKind.HEADERS)).isEqualTo(10);
    assertThat(furtherItems(parts, LoadKind.HEADERS)).isEqualTo(1_000);
    assertThat(requests(parts, LoadKind.BODIES)).isEqualTo(1);
    assertThat(requests(parts, LoadKind.RECEIPTS)).isEqualTo(1);
    assertThat(requests(parts, LoadKind.CODE)).isEqualTo(1);
    assertThat(requests(parts, LoadKind.PROOFS) + requests(parts, LoadKind.STORAGE)).isEqualTo(10);
    assertThat(requests(parts, LoadKind.CHT)).isEqualTo(10);
    assertThat(furtherItems(parts, LoadKind.CHT)).isEqualTo(100);
    assertThat(requests(parts, LoadKind.TXSTATUS)).isEqualTo(10);
  }

  private static int requests(List<RequestMix.Part> parts, LoadKind kind) {
    return parts.stream()
        .filter(part -> part.shape().kind() == kind)
        .mapToInt(RequestMix.Part::weight)
        .sum();
  }

  private static int furtherItems(List<RequestMix.Part> parts, LoadKind kind) {
    return parts.stream()
        .filter(part -> part.shape().kind() == kind)
        .mapToInt(part -> (part.shape().amount() - 1) * part.weight())
        .sum();
  }

  @Test
  void whatIsNoMixIsNamed() {
    for (String wrong :
        List.of(
            "heders", "", "headers:0", "headers:-1", "headers:x", "headers*0", "headers:1*", ",")) {
      assertThatThrownBy(() -> RequestMix.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("'");
    }
    assertThatThrownBy(() -> RequestMix.parse("headers:193")).hasMessageContaining("1 to 192");
  }
}
