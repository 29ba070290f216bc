package io.lesnode.les.client.value;

/**
 * What a typical mix of requests is and what each is worth, learned from all servers. The value of
 * a request is normalized so that the whole basket is worth as much as it has requests. Confined to
 * its owner.
 */
final class ReferenceBasket {
  private final RequestBasket basket;
  private double[] requestValues;

  ReferenceBasket(RequestBasket basket) {
    this.basket = basket;
    this.requestValues = new double[basket.types()];
    normalize();
    updateValues();
  }

  RequestBasket contents() {
    return basket;
  }

  /** The value of one request of each type; replaced, never changed. */
  double[] requestValues() {
    return requestValues;
  }

  /** Adds what a server served, its values scaled to ours. */
  void add(RequestBasket served) {
    RequestBasket added = served;
    if (basket.canAlignTo(served.exponent())) {
      basket.alignTo(served.exponent());
    } else {
      added = served.copy();
      added.alignTo(basket.exponent());
    }
    long totalCost = 0;
    double totalValue = 0;
    for (int i = 0; i < added.types(); i++) {
      totalCost = Fixed.plus(totalCost, added.values[i]);
      totalValue += added.amounts[i] * requestValues[i];
    }
    if (totalCost > 0) {
      double scale = totalValue / totalCost;
      for (int i = 0; i < added.types(); i++) {
        basket.amounts[i] = Fixed.plus(basket.amounts[i], added.amounts[i]);
        basket.values[i] = Fixed.plus(basket.values[i], Fixed.counter(added.values[i] * scale));
      }
    }
    updateValues();
  }

  void updateValues() {
    double[] next = new double[basket.types()];
    for (int i = 0; i < next.length; i++) {
      next[i] = basket.amounts[i] > 0 ? (double) basket.values[i] / basket.amounts[i] : 0;
    }
    requestValues = next;
  }

  /** Makes the values add up to the amounts. */
  void normalize() {
    long amounts = 0;
    long values = 0;
    for (int i = 0; i < basket.types(); i++) {
      amounts = Fixed.plus(amounts, basket.amounts[i]);
      values = Fixed.plus(values, basket.values[i]);
    }
    if (values == 0) {
      return;
    }
    double add = (double) (amounts - values) / values;
    for (int i = 0; i < basket.types(); i++) {
      basket.values[i] = Math.max(0, basket.values[i] + (long) (basket.values[i] * add));
    }
  }

  /**
   * What one of a server's cost units is worth to us, times {@link RequestBasket#SCALE}: the value
   * of the reference basket by its price there; 0 if that is nothing.
   */
  double valueFactor(long[] costs) {
    double totalCost = 0;
    long totalValue = 0;
    for (int i = 0; i < basket.types(); i++) {
      totalCost += (double) costs[i] * basket.amounts[i];
      totalValue = Fixed.plus(totalValue, basket.values[i]);
    }
    return totalCost < 1 ? 0 : (double) totalValue * RequestBasket.SCALE / totalCost;
  }
}
