package io.lesnode.app.node;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vip.PayerSource;
import io.lesnode.vip.VipOptions;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.client.Demand;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How a light node buys service.
 *
 * @param budget what may be spent
 * @param demand what is wanted, with its methods
 * @param key the account that pays; empty: test money only
 */
public record VipBuyerSettings(BudgetRules budget, Demand demand, Optional<KeyPair> key) {
  /** What is made of test money for each server. */
  private static final UInt256 TEST_MONEY = UInt256.valueOf(1_000_000_000_000_000_000L);

  private static final String FOLDER = "les.vip";

  /** For the library, with its records below a data folder. */
  VipOptions options(Path datadir) {
    VipOptions.Builder options =
        VipOptions.builder().budget(budget).demand(demand).folder(datadir.resolve(FOLDER));
    key.ifPresent(pair -> options.signer(new MemorySigner(pair)));
    for (MethodId method : demand.methods()) {
      options.method(method, source(method));
    }
    return options.build();
  }

  /** The methods that a light node can pay by. */
  public static List<MethodId> methods() {
    return List.of(MethodId.CHEQUE, MethodId.LOTTERY, MethodId.RAW, MethodId.TEST);
  }

  private static PayerSource source(MethodId method) {
    return switch (method) {
      case CHEQUE -> PayerSource.cheques();
      case LOTTERY -> PayerSource.lotteries();
      case RAW -> PayerSource.transfers();
      case TEST -> PayerSource.testMoney(TEST_MONEY);
      case POOL, SUBSCRIPTION, TICKET, PAYWORD ->
          throw new IllegalArgumentException("not among methods(): " + method);
    };
  }
}
