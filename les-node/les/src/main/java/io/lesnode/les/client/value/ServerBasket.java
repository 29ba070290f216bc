package io.lesnode.les.client.value;

import io.lesnode.flowcontrol.pool.ExpirationFactor;

/**
 * What one server served: amounts, and the costs it charged as values by a factor that makes its
 * prices comparable with those of others. Confined to its owner.
 */
final class ServerBasket {
  private final RequestBasket basket;
  private double valueFactor;

  ServerBasket(RequestBasket basket) {
    this.basket = basket;
  }

  void valueFactor(double factor) {
    valueFactor = factor;
  }

  double valueFactor() {
    return valueFactor;
  }

  RequestBasket contents() {
    return basket;
  }

  /**
   * Adds a served request.
   *
   * @param cost what the server charges for all of it at most, in its cost units
   */
  void add(int type, long amount, double cost, ExpirationFactor now) {
    basket.alignTo(now.exponent());
    double scaled = (double) (amount * RequestBasket.SCALE) * now.factor();
    basket.amounts[type] = Fixed.plus(basket.amounts[type], Fixed.counter(scaled));
    basket.values[type] =
        Fixed.plus(basket.values[type], Fixed.counter(cost * valueFactor * now.factor()));
  }

  RequestBasket take(double ratio) {
    return basket.take(ratio);
  }
}
