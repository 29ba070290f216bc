package io.lesnode.flowcontrol.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TicketsTest {

  /** Whatever is added and removed in whatever order is found as in a map. */
  @Property(tries = 200)
  void holdsWhatAMapWouldHold(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int most) {
    SplittableRandom random = new SplittableRandom(seed);
    Tickets tickets = new Tickets();
    Map<Long, Long> model = new HashMap<>();
    List<Long> open = new ArrayList<>();
    long number = random.nextLong(Long.MAX_VALUE / 2);
    for (int i = 0; i < 1000; i++) {
      if (open.isEmpty() || (open.size() < most && random.nextBoolean())) {
        number += 1 + random.nextInt(3);
        tickets.add(number, 2 * number, 3 * number);
        model.put(number, 2 * number);
        open.add(number);
      } else {
        long settled = open.remove(random.nextInt(open.size()));
        int place = tickets.find(settled);
        assertThat(tickets.maxCost(place)).isEqualTo(model.remove(settled));
        assertThat(tickets.sumCost(place)).isEqualTo(3 * settled);
        tickets.remove(place);
        assertThat(tickets.find(settled)).isNegative();
      }
      assertThat(tickets.size()).isEqualTo(model.size());
    }
    for (long unsettled : open) {
      assertThat(tickets.maxCost(tickets.find(unsettled))).isEqualTo(2 * unsettled);
    }
  }
}
