package io.lesnode.les.client.value;

import io.lesnode.primitives.rlp.RlpReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.rlp.RLPWriter;

/**
 * How many requests of each type were served, and what they were worth. Both expire with time, so
 * that they are scaled by the power of two of one exponent, and by {@link #SCALE}. Confined to its
 * owner.
 *
 * <p>Reference: geth v1.10.26, les/vflux/client/requestbasket.go.
 */
final class RequestBasket {
  /** Amounts and values are counted in millionths. */
  static final long SCALE = 1_000_000;

  private static final int MAX_TYPES = 256;

  final long[] amounts;
  final long[] values;
  private long exponent;

  RequestBasket(int types) {
    this(new long[types], new long[types], 0);
  }

  RequestBasket(long[] amounts, long[] values, long exponent) {
    this.amounts = amounts;
    this.values = values;
    this.exponent = exponent;
  }

  int types() {
    return amounts.length;
  }

  long exponent() {
    return exponent;
  }

  RequestBasket copy() {
    return new RequestBasket(amounts.clone(), values.clone(), exponent);
  }

  boolean canAlignTo(long next) {
    return next >= exponent
        || (Arrays.stream(amounts).allMatch(a -> Fixed.canShiftLeft(a, exponent - next))
            && Arrays.stream(values).allMatch(v -> Fixed.canShiftLeft(v, exponent - next)));
  }

  void alignTo(long next) {
    if (!canAlignTo(next)) {
      return;
    }
    for (int i = 0; i < amounts.length; i++) {
      amounts[i] = shifted(amounts[i], next);
      values[i] = shifted(values[i], next);
    }
    exponent = next;
  }

  private long shifted(long value, long next) {
    return next >= exponent
        ? Fixed.shiftRight(value, next - exponent)
        : Fixed.shiftLeft(value, exponent - next);
  }

  /** Takes a share out, as a basket of its own. */
  RequestBasket take(double ratio) {
    RequestBasket taken = new RequestBasket(new long[types()], new long[types()], exponent);
    for (int i = 0; i < types(); i++) {
      taken.amounts[i] = Math.min(amounts[i], Fixed.counter(amounts[i] * ratio));
      taken.values[i] = Math.min(values[i], Fixed.counter(values[i] * ratio));
      amounts[i] -= taken.amounts[i];
      values[i] -= taken.values[i];
    }
    return taken;
  }

  /**
   * The same for another list of request types. Types that are new get what an initial basket has
   * of them, scaled to the amounts that are known.
   */
  RequestBasket converted(List<String> from, List<String> to, RequestBasket initial) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < from.size(); i++) {
      places.put(from.get(i), i);
    }
    RequestBasket result = new RequestBasket(to.size());
    double oldScale = 0;
    double newScale = 0;
    for (int i = 0; i < to.size(); i++) {
      Integer place = places.get(to.get(i));
      if (place != null && place < types()) {
        result.amounts[i] = amounts[place];
        result.values[i] = values[place];
        oldScale += (double) initial.amounts[i] * initial.amounts[i];
        newScale += (double) result.amounts[i] * initial.amounts[i];
      }
    }
    double scale = oldScale > 1e-10 ? newScale / oldScale : 1;
    for (int i = 0; i < to.size(); i++) {
      if (!places.containsKey(to.get(i))) {
        result.amounts[i] = Fixed.counter(initial.amounts[i] * scale);
        result.values[i] = Fixed.counter(initial.values[i] * scale);
      }
    }
    return result;
  }

  /** Writes [[[amount, value], …], exponent]. */
  void writeTo(RLPWriter writer) {
    writer.writeList(
        outer -> {
          outer.writeList(
              list -> {
                for (int i = 0; i < types(); i++) {
                  long amount = amounts[i];
                  long value = values[i];
                  list.writeList(
                      item -> {
                        item.writeLong(amount);
                        item.writeLong(value);
                      });
                }
              });
          outer.writeLong(exponent);
        });
  }

  static RequestBasket readFrom(RlpReader reader) {
    return reader.readList(
        outer -> {
          List<long[]> items =
              outer.readListOf(
                  MAX_TYPES, item -> item.readList(i -> new long[] {i.readLong(), i.readLong()}));
          long exponent = outer.readLong();
          return new RequestBasket(
              items.stream().mapToLong(item -> item[0]).toArray(),
              items.stream().mapToLong(item -> item[1]).toArray(),
              exponent);
        });
  }
}
