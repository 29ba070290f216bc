package io.lesnode.les.client.pool;

import io.lesnode.devp2p.Enode;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The strategy that picks the server to dial next. Servers that the user wants to keep connected
 * are dialled anyway and are not asked about; neither are those that wait for their next dial, are
 * connected already, or cost more than the user is ready to pay.
 *
 * <p>Called on the client loop, so that it must not block; one instance serves one client.
 */
@FunctionalInterface
public interface ServerSelection {

  /**
   * A server that may be dialled now.
   *
   * @param server who it is and where
   * @param weight the value it gave by what dialling it cost, times its money factor; 0 if it is
   *     not known to be worth anything
   * @param value the service value it ever gave, expired
   * @param priceRatio what it charges ({@link ServerPrices})
   */
  record Candidate(Enode server, double weight, double value, double priceRatio) {
    /** Whether it was worth something before. */
    public boolean isKnown() {
      return weight > 0;
    }
  }

  /**
   * Picks one.
   *
   * @param candidates at least one, those found first first
   * @return its index
   */
  int choose(List<Candidate> candidates, RandomGenerator random);

  /** The strategy unless another is given: {@link ValueForMoney}. */
  static ServerSelection standard() {
    return new ValueForMoney();
  }
}
