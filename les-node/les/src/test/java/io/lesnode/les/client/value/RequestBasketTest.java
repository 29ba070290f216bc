package io.lesnode.les.client.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.pool.ExpirationFactor;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.Test;

/** Request baskets: geth's figures, and the scenarios of its own tests. */
final class RequestBasketTest {
  private static final ExpirationFactor NONE = ExpirationFactor.at(0);
  private static final long SCALE = RequestBasket.SCALE;

  @Test
  void aServerBasketCountsAndGivesShares() {
    ServerBasket basket = new ServerBasket(new RequestBasket(2));
    basket.valueFactor(1);
    basket.add(0, 1000, 10000, NONE);
    basket.add(1, 3000, 60000, NONE);
    basket.valueFactor(10);
    basket.add(0, 4000, 4000, NONE);
    basket.add(1, 2000, 4000, NONE);
    assertThat(basket.contents().amounts).containsExactly(5000 * SCALE, 5000 * SCALE);
    assertThat(basket.contents().values).containsExactly(50000, 100000);

    RequestBasket half = basket.take(0.5);
    assertThat(half.amounts).containsExactly(2500 * SCALE, 2500 * SCALE);
    assertThat(half.values).containsExactly(25000, 50000);

    basket.valueFactor(100);
    basket.add(0, 1000, 100, NONE);
    RequestBasket quarter = basket.take(0.25);
    assertThat(quarter.amounts).containsExactly(3500 / 4 * SCALE, 2500 / 4 * SCALE);
    assertThat(quarter.values).containsExactly(35000 / 4, 50000 / 4);
  }

  @Test
  void anotherListOfTypesIsConverted() {
    RequestBasket basket = new RequestBasket(new long[] {3, 1, 2}, new long[] {3, 1, 2}, 0);
    RequestBasket initial = new RequestBasket(new long[] {2, 4, 6, 8}, new long[] {2, 4, 6, 8}, 0);
    RequestBasket converted =
        basket.converted(
            List.of("req3", "req1", "req2"), List.of("req1", "req2", "req3", "req4"), initial);
    assertThat(converted.amounts).containsExactly(1, 2, 3, 4);
  }

  @Test
  void conversionsAreGeths() {
    int count = 0;
    for (var file : Vectors.files("misc", "basket-mapping*")) {
      for (JsonNode line : Traces.lines(file)) {
        RequestBasket old = basket(line.path("oldItems"), line.path("exp").asLong());
        Bytes encoded = RLP.encode(old::writeTo);
        assertThat(encoded.toUnprefixedHexString()).isEqualTo(line.path("oldRlp").asText());
        RequestBasket read = RlpReader.decode(encoded, RequestBasket::readFrom);
        assertThat(read.amounts).isEqualTo(old.amounts);
        assertThat(read.exponent()).isEqualTo(old.exponent());
        RequestBasket converted =
            read.converted(
                names(line.path("oldMapping")),
                names(line.path("newMapping")),
                basket(line.path("initItems"), 0));
        JsonNode expected = line.path("result");
        assertThat(converted.amounts).isEqualTo(Traces.column(expected.path("items"), 0));
        assertThat(converted.values).isEqualTo(Traces.column(expected.path("items"), 1));
        assertThat(converted.exponent()).isEqualTo(expected.path("exp").asLong());
        count++;
      }
    }
    assertThat(count).isPositive();
    System.out.printf("request baskets: %d conversions equal%n", count);
  }

  private static RequestBasket basket(JsonNode items, long exponent) {
    return new RequestBasket(Traces.column(items, 0), Traces.column(items, 1), exponent);
  }

  private static List<String> names(JsonNode array) {
    List<String> names = new ArrayList<>();
    array.forEach(name -> names.add(name.asText()));
    return names;
  }

  @Test
  void theValueFactorIsTheBasketByItsPrice() {
    RequestBasket basket = new RequestBasket(4);
    for (int i = 0; i < 4; i++) {
      basket.amounts[i] = (i + 1) * SCALE;
      basket.values[i] = (i + 1) * SCALE;
    }
    assertThat(new ReferenceBasket(basket).valueFactor(new long[] {1000, 2000, 3000, 4000}))
        .isCloseTo(333.333, within(1.0));
  }

  @Test
  void normalizingMakesValuesAddUpToAmounts() {
    Random random = new Random(3);
    for (int cycle = 0; cycle < 100; cycle++) {
      RequestBasket basket = new RequestBasket(10);
      for (int i = 0; i < 10; i++) {
        basket.amounts[i] = 1_000_000L + random.nextInt(1_000_000);
        basket.values[i] = 1_000_000L + random.nextInt(1_000_000);
      }
      new ReferenceBasket(basket).normalize();
      long amounts = Arrays.stream(basket.amounts).sum();
      assertThat(Arrays.stream(basket.values).sum()).isCloseTo(amounts, within(amounts / 100));
    }
  }

  @Test
  void requestValuesFollowWhatServersCharge() {
    Random random = new Random(4);
    ServerBasket[] servers = {
      new ServerBasket(new RequestBasket(3)), new ServerBasket(new RequestBasket(3))
    };
    long[][] costs = {{30000, 60000, 90000}, {100000, 200000, 300000}};
    RequestBasket basket = new RequestBasket(3);
    Arrays.fill(basket.amounts, 123 * SCALE);
    Arrays.fill(basket.values, 123 * SCALE);
    ReferenceBasket reference = new ReferenceBasket(basket);
    assertThat(reference.requestValues()).containsExactly(1, 1, 1);
    long logOffset = 0;
    for (int period = 0; period < 1000; period++) {
      ExpirationFactor now = ExpirationFactor.at(logOffset);
      for (int s = 0; s < 2; s++) {
        servers[s].valueFactor(reference.valueFactor(costs[s]));
        for (int i = 0; i < 1000; i++) {
          int type = random.nextInt(3);
          int amount = random.nextInt(10) + 1;
          servers[s].add(type, amount, (double) (amount * costs[s][type]), now);
        }
      }
      reference.add(servers[0].take(0.1));
      reference.add(servers[1].take(0.1));
      reference.normalize();
      reference.updateValues();
      logOffset += (1 << 24) / 10;
    }
    assertThat(reference.requestValues()[0]).isCloseTo(0.5, within(0.01));
    assertThat(reference.requestValues()[1]).isCloseTo(1, within(0.01));
    assertThat(reference.requestValues()[2]).isCloseTo(1.5, within(0.01));
  }
}
